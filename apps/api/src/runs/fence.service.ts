/** The fence as services use it: from what a caller states to a locked row, or to a sentence why not. */
import type { Actor } from '../access/actor.type.ts';
import { hashSecret } from '../access/secret.ts';
import type { Transaction } from '../database.ts';
import { BadInputError, LeaseLostError } from '../errors/api.error.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { isId } from '../id.ts';
import { type Fence, type HeldRun, holdFence } from './lease.sql.ts';

/** @throws BadInputError naming the field that no lease can have. */
export function fenceOf(lease: {
  readonly runId: string;
  readonly epoch: number;
  readonly token: string;
}): Fence {
  if (!isId(lease.runId)) throw new BadInputError('input.lease.runId', lease.runId, 'the id of a run');
  if (lease.epoch < 1) throw new BadInputError('input.lease.epoch', lease.epoch, 'at least 1');
  if (lease.token.length > 200)
    throw new BadInputError('input.lease.token', '(too long)', 'the token of the lease');
  return { runId: lease.runId, epoch: lease.epoch, tokenHash: hashSecret(lease.token) };
}

/** What a run's own token reports is numbered from here on, so that it never meets its agent's numbers. */
export const RUN_SEQUENCES_FROM = 2 ** 30;

export interface Reporter {
  readonly fence: Fence;
  /** Added to the sequence numbers of what is reported. */
  readonly sequencesFrom: number;
}

/**
 * Who reports for the lease: its agent, or the run's program by its own token, which is good for that lease alone.
 * @throws BadInputError; LeaseLostError when the token is another lease's.
 */
export function reporterOf(actor: Actor, lease: Parameters<typeof fenceOf>[0]): Reporter {
  const fence = fenceOf(lease);
  if (actor.kind !== 'run') return { fence, sequencesFrom: 0 };
  if (fence.runId !== actor.runId || fence.epoch !== actor.epoch || fence.tokenHash !== actor.tokenHash)
    throw new LeaseLostError(
      "This run's token is good for its own lease alone, not for the one that is named.",
    );
  return { fence, sequencesFrom: RUN_SEQUENCES_FROM };
}

/** @throws BadInputError when the number is no sequence that this reporter may use. */
export function sequenceOf(reporter: Reporter, sequence: number, path: string): number {
  if (reporter.sequencesFrom > 0 && (sequence < 0 || sequence >= RUN_SEQUENCES_FROM))
    throw new BadInputError(path, sequence, `0 to ${RUN_SEQUENCES_FROM - 1}`);
  return reporter.sequencesFrom + sequence;
}

/** Locks the run in the holder's name. @throws LeaseLostError when it is another's by now, saying why. */
export async function requireFence(tx: Transaction, fence: Fence): Promise<HeldRun> {
  const held = await holdFence(tx, fence);
  if (held === undefined) throw new LeaseLostError(await whyLost(tx, fence));
  return held;
}

/** A sentence for logs and people; it tells nothing that the id alone does not. */
export async function whyLost(db: PrismaClient | Transaction, fence: Fence): Promise<string> {
  const run = await db.run.findUnique({
    where: { id: fence.runId },
    select: { state: true, leaseEpoch: true, name: true },
  });
  if (run === null) return 'There is no such run.';
  if (run.leaseEpoch > fence.epoch)
    return `${run.name} was taken over: it is at epoch ${run.leaseEpoch} by now.`;
  if (run.state !== 'RUNNING')
    return `${run.name} is ${run.state}: the lease was taken back or has been settled.`;
  return `This is not the lease that ${run.name} was given out under.`;
}
