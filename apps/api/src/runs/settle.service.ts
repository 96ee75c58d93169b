/** The end of a lease, told by its holder; and the timer that ends those whose holder says nothing any more. */
import { canMoveRun, type FailureClass, failureClasses } from '@plumage/contract';
import { BadInputError, LeaseLostError } from '../errors/api.error.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { announce } from '../live/announce.sql.ts';
import type { NewChange } from '../live/change.type.ts';
import { wakeReaders } from '../live/wake-readers.sql.ts';
import { finishSweeps } from '../sweeps/sweep.service.ts';
import { type OutrightEnding, settleOutright } from './ending.sql.ts';
import { gatherFor } from './gather.ts';
import { type Fence, holdFence } from './lease.sql.ts';
import { judgeOutright, judgeSettle, type SettleOutcome, type SettleVerdict } from './settle.rule.ts';
import { type EndedRun, reapLeases, settleLease } from './settle.sql.ts';

/** A slot on which so many different runs fail in a row gets no more until a person sets it to RUN. */
const QUARANTINE_AFTER = 3;
const MAX_MESSAGE_LENGTH = 10_000;

export interface SettleRequest {
  readonly outcome: SettleOutcome;
  readonly step: number;
  readonly failureClass: string | null;
  readonly failureMessage: string | null;
}

/**
 * Settling again after the answer was lost changes nothing and is answered alike.
 * @throws BadInputError for an unknown failure class; LeaseLostError when the lease was taken away before.
 */
export async function settleRun(database: PrismaClient, fence: Fence, request: SettleRequest): Promise<void> {
  const failureClass = failureClassOf(request);
  if (request.step < 0) throw new BadInputError('input.step', request.step, 'at least 0');
  const failureMessage = request.failureMessage?.slice(0, MAX_MESSAGE_LENGTH) ?? null;
  const verdict = judgeOutright(request.outcome);
  if (verdict) requireMove(verdict);
  const ended =
    (verdict && (await settlersOf(database).ask({ ...fence, ...request, failureMessage, verdict }))) ??
    (await settleUnderLock(database, fence, { ...request, failureMessage }, failureClass));
  if (ended !== undefined) return await finishersOf(database).ask(ended.sweepId);
  await checkSettledBefore(database, fence);
}

/** Judges with the run's row held: its command, its sweep and its retries decide where it goes. */
function settleUnderLock(
  database: PrismaClient,
  fence: Fence,
  request: SettleRequest,
  failureClass: FailureClass | null,
): Promise<EndedRun | undefined> {
  return database.$transaction(async (tx) => {
    const held = await holdFence(tx, fence);
    if (held === undefined) return undefined;
    const verdict = judgeSettle({
      outcome: request.outcome,
      failureClass,
      command: held.command,
      retries: held.retries,
      sweepCancelled: held.sweepState === 'CANCELLED',
      maxFailures: held.maxFailures,
    });
    requireMove(verdict);
    const settled = await settleLease(tx, fence, {
      ...verdict,
      step: request.step,
      failureClass,
      failureMessage: request.failureMessage,
      quarantineAfter: QUARANTINE_AFTER,
    });
    if (settled !== undefined) await announce(tx, changesOf([settled]));
    return settled;
  });
}

function requireMove(verdict: SettleVerdict): void {
  if (!canMoveRun('RUNNING', verdict.to)) throw new Error(`RUNNING may not become ${verdict.to}`);
}

interface Settling extends Fence {
  readonly verdict: SettleVerdict;
  readonly step: number;
  readonly failureMessage: string | null;
}

/** @returns undefined for those that must be settled under their lock; of two for one run the second is one. */
const settlersOf = gatherFor<Settling, { sweepId: string } | undefined>(
  { atOnce: 4, most: 64 },
  async (database, settlings) => {
    const firsts = new Map<string, Settling>();
    for (const settling of settlings) {
      if (!firsts.has(settling.runId)) firsts.set(settling.runId, settling);
    }
    const settled = await settleOutright(database, [...firsts.values()].map(endingOf));
    if (settled.length > 0) wakeReaders(database);
    const byRun = new Map(settled.map((run) => [run.id, run]));
    return settlings.map((settling) =>
      firsts.get(settling.runId) === settling ? byRun.get(settling.runId) : undefined,
    );
  },
);

const endingOf = ({ verdict, failureMessage, ...settling }: Settling): OutrightEnding => ({
  ...settling,
  to: verdict.to,
  outcome: verdict.outcome,
  message: failureMessage,
  clearsSlot: verdict.blamesSlot === false,
});

/** Runs that end while a sweep is being looked at share the next look, which begins after their commits. */
const finishersOf = gatherFor<string, void>({ atOnce: 1, most: 1_000 }, async (database, sweepIds) => {
  for (const sweepId of new Set(sweepIds)) await finishSweeps(database, sweepId);
  return sweepIds.map(() => undefined);
});

function failureClassOf(request: SettleRequest): FailureClass | null {
  if (request.outcome !== 'FAILED') {
    if (request.failureClass === null) return null;
    throw new BadInputError('input.failureClass', request.failureClass, 'null unless the outcome is FAILED');
  }
  const found = failureClasses.find((name) => name === request.failureClass);
  if (found === undefined) {
    throw new BadInputError(
      'input.failureClass',
      request.failureClass,
      `one of ${failureClasses.join(', ')}`,
    );
  }
  return found;
}

/** An attempt that its own holder closed was settled before: the second settling is the same one, sent again. */
async function checkSettledBefore(database: PrismaClient, fence: Fence): Promise<void> {
  const attempt = await database.attempt.findUnique({
    where: { runId_epoch: { runId: fence.runId, epoch: fence.epoch } },
    select: { outcome: true },
  });
  if (attempt === null || attempt.outcome === null || attempt.outcome === 'LOST') {
    throw new LeaseLostError('This lease is no longer yours: nothing was settled.');
  }
}

const REAP_LIMIT = 500;

/** Takes back the leases that have run out and finishes sweeps that are done by it. @returns how many were taken. */
export async function reapExpired(database: PrismaClient): Promise<number> {
  const ended = await database.$transaction(async (tx) => {
    const runs = await reapLeases(tx, REAP_LIMIT);
    await announce(tx, changesOf(runs));
    return runs;
  });
  await finishSweeps(database, null);
  return ended.length;
}

/** What pages must know of runs that left their holders. */
export function changesOf(runs: readonly EndedRun[]): NewChange[] {
  return runs.flatMap((run) => [
    { kind: 'RUN', sweepId: run.sweepId, runId: run.id, detail: { state: run.state } } satisfies NewChange,
    ...(run.agentId === null ? [] : [{ kind: 'AGENT', agentId: run.agentId } satisfies NewChange]),
  ]);
}
