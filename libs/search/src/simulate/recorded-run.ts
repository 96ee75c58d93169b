/** What is recorded of a run that a sweep is replayed from, and the clock of its work. */
import type { RunState } from '@plumage/contract';
import type { ObservedRun } from '../stopping/stopping-rule.ts';

export interface RecordedRun {
  /** The run's number in its sweep, from 1. */
  readonly number: number;
  readonly state: RunState;
  /** By the sweep's objective_at; null without one. */
  readonly objective: number | null;
  /** The last step that it trained; no less than the last of `steps`. */
  readonly lastStep: number;
  /** Points of the sweep's metric, ascending by step; a value may be NaN. */
  readonly steps: readonly number[];
  readonly values: readonly number[];
  /** When each point was recorded, in milliseconds since 1970. */
  readonly times: readonly number[];
  /** When the run held a slot, in milliseconds since 1970, without overlap; pauses lie between. */
  readonly attempts: readonly { readonly from: number; readonly to: number }[];
}

/** How long the run held a slot up to `time`. */
export const workedMs = (run: RecordedRun, time: number): number =>
  run.attempts.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, time) - from), 0);

/** When nothing more came from it. */
export const endOf = (run: RecordedRun): number =>
  [...run.times, ...run.attempts.map(({ to }) => to)].reduce(
    (a, b) => Math.max(a, b),
    Number.NEGATIVE_INFINITY,
  );

/** The run as it was known before its first point. */
export const unreported = ({ number, objective }: RecordedRun): ObservedRun => ({
  number,
  state: 'RUNNING',
  objective,
  stoppedAtRung: null,
  curve: [],
});
