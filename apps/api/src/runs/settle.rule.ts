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
  /** Failures in a row without progress, this attempt not counted. */
  readonly retries: number;
  readonly maxFailures: number;
  /** The attempt started from a checkpoint. */
  readonly resumed: boolean;
  /** The attempt left a checkpoint newer than the one that it started from. */
  readonly progressed: boolean;
}

/** An end that stands by itself. */
export interface OutrightVerdict {
  readonly to: RunState;
  readonly outcome: AttemptOutcome;
  /** null: says nothing about the slot; true: the slot may be to blame; false: it did well. */
  readonly blamesSlot: boolean | null;
}

export interface SettleVerdict extends OutrightVerdict {
  /** The class that the failure is kept as. */
  readonly failureClass: FailureClass | null;
  /** The next attempt waits. */
  readonly backsOff: boolean;
  /** Failures in a row without progress, this one counted. */
  readonly retries: number;
  /** The checkpoint that the attempt started from cannot be read: nothing resumes from it any more. */
  readonly damages: boolean;
}

/** The ends that stand by themselves: neither the run's command nor its sweep changes them. */
export function judgeOutright(outcome: SettleOutcome): OutrightVerdict | undefined {
  switch (outcome) {
    case 'FINISHED':
    case 'PRUNED':
      return { to: outcome, outcome, blamesSlot: false };
    case 'CANCELLED':
      return { to: outcome, outcome, blamesSlot: null };
    case 'PAUSED':
    case 'RELEASED':
    case 'FAILED':
      return undefined;
  }
}

export function judgeSettle(facts: SettleFacts): SettleVerdict {
  const before = facts.progressed ? 0 : facts.retries;
  const plain = { failureClass: null, backsOff: false, retries: before, damages: false };
  const outright = judgeOutright(facts.outcome);
  if (outright !== undefined) return { ...plain, ...outright };
  if (facts.outcome === 'FAILED') return failed(facts, before);
  // PAUSED because of the run's own command waits for a person; because of the slot or the sweep it goes back.
  const to = afterCommand(facts) ?? 'QUEUED';
  return { ...plain, to, outcome: to === 'QUEUED' ? 'RELEASED' : to, blamesSlot: null };
}

function failed(facts: SettleFacts, before: number): SettleVerdict {
  const failureClass = failureClassOf(facts);
  const policy = failurePolicies[failureClass];
  const to = isRetried(policy.retry, before, facts.maxFailures)
    ? (afterCommand(facts) ?? 'QUEUED')
    : 'FAILED';
  const backsOff = to === 'QUEUED' && policy.retry === 'backoff';
  return {
    ...{ to, outcome: 'FAILED', failureClass, backsOff },
    retries: backsOff ? before + 1 : before,
    damages: failureClass === 'checkpoint_corrupt',
    blamesSlot: policy.blamesSlot ? true : null,
  };
}

/** Who started afresh has read no checkpoint. */
function failureClassOf({ failureClass, resumed }: SettleFacts): FailureClass {
  if (failureClass === 'checkpoint_corrupt' && !resumed) return 'crashed';
  return failureClass ?? 'crashed';
}

function isRetried(retry: 'never' | 'backoff' | 'at_once', before: number, maxFailures: number): boolean {
  switch (retry) {
    case 'never':
      return false;
    case 'backoff':
      return before < maxFailures;
    case 'at_once':
      return true; // Each time has one checkpoint less to start from, so it ends.
  }
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
