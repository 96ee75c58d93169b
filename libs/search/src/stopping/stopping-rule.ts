/**
 * The contract of every stopping rule. A rule is a pure function of recorded curves, so that it decides the same
 * after a restart, and a finished sweep can be replayed under another rule: what was recorded is the only state.
 * Every decision explains itself, also the one to go on.
 *
 * A sweep may have thousands of runs with thousands of points each, and most points decide nothing. So a rule is
 * asked first what it `needs` of the other runs, which the caller fetches, and then `decide`s. Runs or points beyond
 * what was asked for change no decision; `peersFor` (peers.ts) says in code what each need means.
 */
import type { RunState, StoppingRuleType } from '@plumage/contract';

/**
 * Points of the metric that the sweep is judged by: step (a whole number >= 0) and value, which may be NaN or
 * infinite. Ascending by step; of two points at one step the later counts.
 */
export type Curve = readonly (readonly [step: number, value: number])[];

export interface ObservedRun {
  /** The run's number in its sweep, from 1. */
  readonly number: number;
  readonly state: RunState;
  /** The run's objective by the sweep's objective_at; null while unknown. */
  readonly objective: number | null;
  /** `explanation.rungStep` of the decision that stopped it; null when it was not stopped, or not at a rung. */
  readonly stoppedAtRung: number | null;
  /** Of the judged run every point so far; of the others at least what was asked for. */
  readonly curve: Curve;
}

/** What must be known of the sweep's other runs. A run is never its own peer. */
export type PeerNeeds =
  /** Nothing: the rule looks at the run alone, or none of the steps is one at which it compares. */
  | { readonly kind: 'none' }
  /** Every FINISHED run, with or without points, and its points at exactly these steps. */
  | { readonly kind: 'points-at'; readonly steps: readonly number[] }
  /** Every run in whatever state, and its first `count` points that are not NaN at or after each of these steps. */
  | { readonly kind: 'first-points-from'; readonly steps: readonly number[]; readonly count: number }
  /** The one FINISHED run with the best finite objective (of equals the lowest number), with its whole curve. */
  | { readonly kind: 'best-curve' }
  /** Every run in whatever state, with its whole curve. */
  | { readonly kind: 'whole-curves' };

export interface StopExplanation {
  readonly rule: StoppingRuleType;
  /** The step that was judged; null when the run has reported nothing. */
  readonly step: number | null;
  /** The value that was judged: the best so far, that at the rung, or the newest; null when it is not finite. */
  readonly value: number | null;
  /** Which of several ladders of rungs the run climbs, from 0; null without rungs. */
  readonly bracket: number | null;
  /** Number of the rung in its bracket, from 0; null when none was compared at. */
  readonly rung: number | null;
  /** The step at which the rung stands. */
  readonly rungStep: number | null;
  /** The run's place among itself and its peers, 1 is best; null when it was not ranked. */
  readonly rank: number | null;
  /** The value that it had to reach; null when it was not compared, or not finite. */
  readonly cutoff: number | null;
  /** How many runs it was compared with. */
  readonly peerCount: number;
  /** The best of those, best first, at most `MAX_NAMED_PEERS`, with their values (null: not finite). */
  readonly peers: readonly { readonly run: number; readonly value: number | null }[];
  /** The decision for a person. */
  readonly sentence: string;
}

/** More would make a decision of a sweep with a thousand runs as large as a picture. */
export const MAX_NAMED_PEERS = 20;

export interface StopDecision {
  readonly stop: boolean;
  /** True when the run was held against others, came to a rung, or is stopped: worth keeping. */
  readonly compared: boolean;
  readonly explanation: StopExplanation;
}

export type Goal = 'minimize' | 'maximize';

/** One rung of a bracket, before any run has come. */
export interface PlannedRung {
  readonly rung: number;
  readonly step: number;
  /** The share of runs that goes on from here, as the rule intends it. */
  readonly goesOn: number;
}

/** One ladder of rungs. */
export interface PlannedBracket {
  readonly bracket: number;
  /** The share of the sweep's runs that climbs this ladder; the shares sum to 1. */
  readonly share: number;
  /** Ascending by step. */
  readonly rungs: readonly PlannedRung[];
  /** A report that has jumped over several rungs is judged at every one of them, or at the highest alone. */
  readonly jumped: 'every' | 'highest';
  /** No run is trained beyond this step; null when the rule sets no end. */
  readonly end: number | null;
}

/** A rung and the runs that have come to it. */
export interface RungStanding {
  readonly bracket: number;
  readonly rung: number;
  readonly step: number;
  /** What the next run has to reach; null while nothing is compared here, or not finite. */
  readonly cutoff: number | null;
  /** Runs recorded here, best first, with their values (null: not finite), and whether they were stopped here. */
  readonly runs: readonly {
    readonly run: number;
    readonly value: number | null;
    readonly stopped: boolean;
  }[];
}

export interface StoppingRule<Options> {
  readonly type: StoppingRuleType;
  /**
   * True: the rule records a value when it is asked and never again for that rung, so a rule that wraps it and asks
   * it only sometimes must hand it only the points at which it asks.
   */
  readonly recordsWhenAsked: boolean;
  /**
   * What must be known of the other runs to judge `run` at `steps`.
   *
   * @param run its whole curve so far
   * @param steps those of its points that are to be judged
   */
  needs(run: ObservedRun, steps: readonly number[], options: Options): PeerNeeds;
  /**
   * Whether `run` should end now, judged at its newest step. Call it after each reported point, in order.
   *
   * @param peers the other runs, in any order
   */
  decide(run: ObservedRun, peers: readonly ObservedRun[], options: Options, goal: Goal): StopDecision;
  /** Where the rungs stand up to step `upTo`; empty for a rule without rungs. */
  brackets(options: Options, upTo: number): readonly PlannedBracket[];
  /** Who stands on which rung; empty for a rule without rungs. `runs` are fed as for 'whole-curves'. */
  standings(runs: readonly ObservedRun[], options: Options, goal: Goal): readonly RungStanding[];
}

/** A rule with its options and the metric's goal filled in; `StoppingRule` says what each part promises. */
export interface Stopping {
  readonly type: StoppingRuleType;
  readonly goal: Goal;
  readonly recordsWhenAsked: boolean;
  needs(run: ObservedRun, steps: readonly number[]): PeerNeeds;
  decide(run: ObservedRun, peers: readonly ObservedRun[]): StopDecision;
  brackets(upTo: number): readonly PlannedBracket[];
  standings(runs: readonly ObservedRun[]): readonly RungStanding[];
}

/** What a rule without rungs says of them. */
export const withoutRungs = {
  recordsWhenAsked: false,
  brackets: () => [],
  standings: () => [],
} as const satisfies Partial<StoppingRule<unknown>>;
