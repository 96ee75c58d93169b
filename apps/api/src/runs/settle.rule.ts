/**
 * What follows from an agent's last word on a lease: a pure table, so that it is read and tested without a database.
 * A person's or a rule's command on the run wins over the agent's outcome wherever the run would go on: a run that
 * was told to stop is not queued again because its agent happened to release it or to crash.
 */
import { failurePolicies, type FailureClass } from '@plumage/contract';
import type { AttemptOutcome, RunCommand, RunState } from '../generated/prisma/client.ts';

export type SettleOutcome = 'FINISHED' | 'PRUNED' | 'CANCELLED' | 'PAUSED' | 'RELEASED' | 'FAILED';

export interface SettleFacts {
  readonly outcome: SettleOutcome;
  /** Present exactly when the outcome is FAILED. */
  readonly failureClass: FailureClass | null;
  readonly command: RunCommand;
  readonly sweepCancelled: boolean;
  readonly retries: number;
  readonly maxFailures: number;
}

export interface SettleVerdict {
  readonly to: RunState;
  readonly outcome: AttemptOutcome;
  /** Counts as a retry, and the next attempt waits. */
  readonly penalty: boolean;
  /** null: says nothing about the slot. */
  readonly blamesSlot: boolean | null;
}

/** The ends that stand by themselves: neither the run's command nor its sweep changes them. */
export function judgeOutright(outcome: SettleOutcome): SettleVerdict | undefined {
  switch (outcome) {
    case 'FINISHED':
    case 'PRUNED':
      return { to: outcome, outcome, penalty: false, blamesSlot: false };
    case 'CANCELLED':
      return { to: outcome, outcome, penalty: false, blamesSlot: null };
    case 'PAUSED':
    case 'RELEASED':
    case 'FAILED':
      return undefined;
  }
}

export function judgeSettle(facts: SettleFacts): SettleVerdict {
  const outright = judgeOutright(facts.outcome);
  if (outright !== undefined) return outright;
  return facts.outcome === 'FAILED' ? failed(facts) : released(facts);
}

/** PAUSED because of the run's own command waits for a person; because of the slot or the sweep it goes back. */
function released(facts: SettleFacts): SettleVerdict {
  const to = afterCommand(facts) ?? 'QUEUED';
  return { to, outcome: to === 'QUEUED' ? 'RELEASED' : to, penalty: false, blamesSlot: null };
}

function failed(facts: SettleFacts): SettleVerdict {
  const policy = failurePolicies[facts.failureClass ?? 'crashed'];
  const retry = policy.retry === 'backoff' && facts.retries < facts.maxFailures;
  const to = retry ? (afterCommand(facts) ?? 'QUEUED') : 'FAILED';
  return { to, outcome: 'FAILED', penalty: to === 'QUEUED', blamesSlot: policy.blamesSlot ? true : null };
}

function afterCommand(facts: SettleFacts): 'CANCELLED' | 'PRUNED' | 'PAUSED' | undefined {
  if (facts.sweepCancelled) return 'CANCELLED';
  switch (facts.command) {
    case 'CANCEL':
      return 'CANCELLED';
    case 'PRUNE':
      return 'PRUNED';
    case 'PAUSE':
      return 'PAUSED';
    case 'CONTINUE':
      return undefined;
  }
}
