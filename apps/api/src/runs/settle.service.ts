/** The end of a lease, told by its holder; and the timer that ends those whose holder says nothing any more. */
import { canMoveRun, type FailureClass, failureClasses } from '@plumage/contract';
import { BadInputError, LeaseLostError } from '../errors/api.error.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { announce } from '../live/announce.sql.ts';
import type { NewChange } from '../live/change.type.ts';
import { finishSweeps } from '../sweeps/sweep.service.ts';
import { type Fence, holdFence } from './lease.sql.ts';
import { judgeSettle, type SettleOutcome } from './settle.rule.ts';
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
  const ended = await database.$transaction(async (tx) => {
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
    if (!canMoveRun('RUNNING', verdict.to)) throw new Error(`RUNNING may not become ${verdict.to}`);
    const settled = await settleLease(tx, fence, {
      ...verdict,
      step: request.step,
      failureClass,
      failureMessage: request.failureMessage?.slice(0, MAX_MESSAGE_LENGTH) ?? null,
      quarantineAfter: QUARANTINE_AFTER,
    });
    if (settled !== undefined) await announce(tx, changesOf([settled]));
    return settled;
  });
  if (ended !== undefined) return await finishSweeps(database, ended.sweepId);
  await checkSettledBefore(database, fence);
}

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
