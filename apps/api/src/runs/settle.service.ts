/** The end of a lease, told by its holder; and the timer that ends those whose holder says nothing any more. */
import { canMoveRun, type FailureClass, failureClasses } from '@plumage/contract';
import { markDamaged } from '../checkpoints/damage.sql.ts';
import { BadInputError, LeaseLostError } from '../errors/api.error.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { announce } from '../live/announce.sql.ts';
import type { NewChange } from '../live/change.type.ts';
import { wakeReaders } from '../live/wake-readers.sql.ts';
import { finishSweeps } from '../sweeps/sweep.service.ts';
import { type OutrightEnding, settleOutright } from './ending.sql.ts';
import { gatherFor } from './gather.ts';
import { type Fence, holdFence } from './lease.sql.ts';
import { judgeOutright, judgeSettle, type OutrightVerdict, type SettleOutcome } from './settle.rule.ts';
import { attemptSoFar, type EndedRun, reapLeases, settleLease } from './settle.sql.ts';

/** A slot on which so many different runs fail in a row gets no more until a person sets it to RUN. */
const QUARANTINE_AFTER = 3;
const MAX_MESSAGE_LENGTH = 10_000;

export interface SettleRequest {
  readonly outcome: SettleOutcome;
  readonly step: number;
  readonly failureClass: string | null;
  readonly failureMessage: string | null;
  /** Largest resident memory of the training process that was seen, in MiB. */
  readonly peakMemoryMb?: number | null;
}

/** The first wait after a failure, unless PLUMAGE_RETRY_BACKOFF_MS says otherwise. */
export const RETRY_BACKOFF_MS = 5_000;

/**
 * Settling again after the answer was lost changes nothing and is answered alike.
 * @throws BadInputError for an unknown failure class; LeaseLostError when the lease was taken away before.
 */
export async function settleRun(
  database: PrismaClient,
  fence: Fence,
  request: SettleRequest,
  retryBackoffMs = RETRY_BACKOFF_MS,
): Promise<void> {
  const given = checked(request);
  const verdict = judgeOutright(given.outcome);
  if (verdict) requireMove(verdict);
  const ended =
    (verdict && (await settlersOf(database).ask({ ...fence, ...given, verdict }))) ??
    (await settleUnderLock(database, fence, given, retryBackoffMs));
  if (ended !== undefined) return await finishersOf(database).ask(ended.sweepId);
  await checkSettledBefore(database, fence);
}

/** Judges with the run's row held: its command, its sweep, its retries and its progress decide where it goes. */
function settleUnderLock(
  database: PrismaClient,
  fence: Fence,
  given: CheckedSettling,
  retryBackoffMs: number,
): Promise<EndedRun | undefined> {
  return database.$transaction(async (tx) => {
    const held = await holdFence(tx, fence);
    if (held === undefined) return undefined;
    const attempt = await attemptSoFar(tx, fence.runId);
    const verdict = judgeSettle({
      outcome: given.outcome,
      failureClass: given.failureClass,
      command: held.command,
      retries: held.retries,
      sweepCancelled: held.sweepState === 'CANCELLED',
      maxFailures: held.maxFailures,
      resumed: attempt.checkpointId !== null,
      progressed: attempt.progressed,
    });
    requireMove(verdict);
    if (verdict.damages && attempt.checkpointId !== null)
      await markDamaged(tx, attempt.checkpointId, given.failureMessage);
    const settled = await settleLease(tx, fence, {
      ...verdict,
      firstBackoffMs: verdict.backsOff ? retryBackoffMs : null,
      step: given.step,
      failureMessage: given.failureMessage,
      peakMemoryMb: given.peakMemoryMb,
      quarantineAfter: QUARANTINE_AFTER,
    });
    if (settled !== undefined) await announce(tx, changesOf([settled]));
    return settled;
  });
}

function requireMove(verdict: OutrightVerdict): void {
  if (!canMoveRun('RUNNING', verdict.to)) throw new Error(`RUNNING may not become ${verdict.to}`);
}

interface Settling extends Fence {
  readonly verdict: OutrightVerdict;
  readonly step: number;
  readonly failureMessage: string | null;
  readonly peakMemoryMb: number | null;
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

interface CheckedSettling extends Omit<SettleRequest, 'failureClass'> {
  readonly failureClass: FailureClass | null;
  readonly peakMemoryMb: number | null;
}

function checked(request: SettleRequest): CheckedSettling {
  const failureClass = failureClassOf(request);
  const { step, peakMemoryMb = null } = request;
  if (step < 0) throw new BadInputError('input.step', step, 'at least 0');
  if (peakMemoryMb !== null && peakMemoryMb < 0)
    throw new BadInputError('input.peakMemoryMb', peakMemoryMb, 'at least 0');
  const failureMessage = request.failureMessage?.slice(0, MAX_MESSAGE_LENGTH) ?? null;
  return { ...request, failureClass, failureMessage, peakMemoryMb };
}

/** @throws BadInputError for an unknown class, a failure without one, and one without a failure. */
export function failureClassOf(
  request: Pick<SettleRequest, 'failureClass'> & { readonly outcome: string },
): FailureClass | null {
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
export async function reapExpired(
  database: PrismaClient,
  retryBackoffMs = RETRY_BACKOFF_MS,
): Promise<number> {
  const ended = await database.$transaction(async (tx) => {
    const runs = await reapLeases(tx, REAP_LIMIT, retryBackoffMs);
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
