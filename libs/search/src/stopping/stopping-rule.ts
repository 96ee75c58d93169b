/**
 * The contract of every stopping rule. A rule is a pure function of recorded curves, so that it decides the same
 * after a restart, and a finished sweep can be replayed under another rule. Every decision explains itself.
 */

/** Points of the metric that the sweep is judged by: step (a whole number >= 0) and value, which may be NaN. */
export type Curve = readonly (readonly [step: number, value: number])[];

export interface ObservedRun {
  /** The run's number in its sweep. */
  readonly number: number;
  readonly curve: Curve;
}

export interface StopExplanation {
  readonly rule: string;
  /** The step that was judged; null when the run has reported nothing. */
  readonly step: number | null;
  /** The run's best value so far; null when it has none that is a number. */
  readonly value: number | null;
  /** The run's place among itself and `peers`, 1 is best; null when it was not compared. */
  readonly rank: number | null;
  /** The value that it had to reach; null when it was not compared. */
  readonly cutoff: number | null;
  /** The runs that it was compared with and their values (null: not finite), best first. */
  readonly peers: readonly { readonly run: number; readonly value: number | null }[];
  /** The decision for a person. */
  readonly sentence: string;
}

export interface StopDecision {
  readonly stop: boolean;
  readonly explanation: StopExplanation;
}

export type Goal = 'minimize' | 'maximize';

export interface StoppingRule<Options> {
  readonly type: string;
  /**
   * Whether `run` should end now, judged at its newest step. Call it after each reported point, in order.
   *
   * @param peers all runs of the sweep that have FINISHED, in any order
   */
  decide(run: ObservedRun, peers: readonly ObservedRun[], options: Options, goal: Goal): StopDecision;
}
