/**
 * The life of a run and of a sweep: one transition table each, read by every side, so that no service, page or
 * agent carries a second opinion. A change is written as `update ... where state = $from` and judged by its
 * affected count; `runTransitions` says which pairs may be tried at all.
 *
 * What is not a state: a command on its way (cancel, prune, pause) lives beside the state until the holder of the
 * lease obeys, and "an agent has it" is the lease. So a run that is told to stop is still `running`.
 */

/**
 * queued: waits for an agent (new, released, or to be tried again); running: an agent holds its lease; paused: by a
 * person, keeps its checkpoint; finished: reached its last step; pruned: ended early by the sweep's stopping rule;
 * failed: ended by a failure that is not retried (any more); cancelled: ended by a person.
 */
export const runStates = [
  'queued',
  'running',
  'paused',
  'finished',
  'pruned',
  'failed',
  'cancelled',
] as const;
export type RunState = (typeof runStates)[number];

/** Where a run may go from each state; an empty list means that the run has ended. */
export const runTransitions: Readonly<Record<RunState, readonly RunState[]>> = Object.freeze({
  queued: ['running', 'paused', 'cancelled'],
  running: ['queued', 'paused', 'finished', 'pruned', 'failed', 'cancelled'],
  paused: ['queued', 'cancelled'],
  finished: [],
  pruned: [],
  failed: [],
  cancelled: [],
});

/**
 * running: hands out runs; paused: hands out none, and its runs are paused; stopping: hands out none, those that run
 * may end by themselves; finished: every run has ended and no more will come; cancelled: a person ended it and its
 * runs at once.
 */
export const sweepStates = ['running', 'paused', 'stopping', 'finished', 'cancelled'] as const;
export type SweepState = (typeof sweepStates)[number];

/** Where a sweep may go from each state; an empty list means that the sweep has ended. */
export const sweepTransitions: Readonly<Record<SweepState, readonly SweepState[]>> = Object.freeze({
  running: ['paused', 'stopping', 'finished', 'cancelled'],
  paused: ['running', 'stopping', 'cancelled'],
  stopping: ['finished', 'cancelled'],
  finished: [],
  cancelled: [],
});

/** True when a run in this state never changes again. */
export const isTerminalRun = (state: RunState): boolean => runTransitions[state].length === 0;

/** True when a sweep in this state never changes again. */
export const isTerminalSweep = (state: SweepState): boolean => sweepTransitions[state].length === 0;

/** True when the table lets a run go from `from` to `to`. */
export const canMoveRun = (from: RunState, to: RunState): boolean => runTransitions[from].includes(to);

/** True when the table lets a sweep go from `from` to `to`. */
export const canMoveSweep = (from: SweepState, to: SweepState): boolean =>
  sweepTransitions[from].includes(to);
