/** How an attempt ended, from the child's last word, the reason it was stopped for, and the manner of its exit. */
import type { SettleOutcome } from '@plumage/api-client/operations';
import type { FailureClass } from '@plumage/contract';
import type { Failure } from './child.failure.ts';
import type { Ended } from './spool/spool.record.ts';
import type { StopReason } from './stop.request.ts';

export interface Verdict {
  readonly outcome: SettleOutcome;
  readonly failureClass: FailureClass | null;
  readonly failureMessage: string | null;
}

const plain = (outcome: SettleOutcome): Verdict => ({ outcome, failureClass: null, failureMessage: null });

export const failedWith = ({ failureClass, message }: Failure): Verdict => ({
  outcome: 'FAILED',
  failureClass,
  failureMessage: message,
});

const stopped = (reason: StopReason): Verdict => {
  switch (reason) {
    case 'prune':
      return plain('PRUNED');
    case 'cancel':
      return plain('CANCELLED');
    case 'pause':
      return plain('PAUSED');
    case 'drain':
    case 'shutdown':
    case 'lease_lost':
      return plain('RELEASED');
  }
};

/**
 * @param ended what the child said last, if it could
 * @param stop why it was stopped, if it was
 * @param crash what its exit tells when it said nothing and was not stopped
 */
export const judgeAttempt = (
  ended: Ended | undefined,
  stop: StopReason | undefined,
  crash: () => Failure,
): Verdict => {
  if (ended?.outcome === 'finished') return plain('FINISHED');
  if (ended?.outcome === 'failed') {
    const failureClass = ended.failureClass ?? 'crashed';
    return { outcome: 'FAILED', failureClass, failureMessage: ended.message };
  }
  // A child that stopped by itself has lost its agent or was told to by the system: others may go on with the run.
  if (stop !== undefined || ended !== undefined) return stopped(stop ?? 'shutdown');
  return failedWith(crash());
};
