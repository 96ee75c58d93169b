/**
 * The life of a run and of a sweep: one transition table each, read by every side, so that no service, page or
 * agent carries a second opinion; the names are those of the graph and of the tables. A change is written as
 * `update ... where state = $from` and judged by its affected count; `runTransitions` says which pairs may be tried.
 *
 * What is not a state: a command on its way (cancel, prune, pause) lives beside the state until the holder of the
 * lease obeys, and "an agent has it" is the lease. So a run that is told to stop is still `RUNNING`.
 */

/**
 * QUEUED: waits for an agent (new, released, or to be tried again); RUNNING: an agent holds its lease; PAUSED: by a
 * person, keeps its checkpoint; FINISHED: reached its last step; PRUNED: ended early by the sweep's stopping rule;
 * FAILED: ended by a failure that is not retried (any more); CANCELLED: ended by a person.
 */
export const runStates = [
  'QUEUED',
  'RUNNING',
  'PAUSED',
  'FINISHED',
  'PRUNED',
  'FAILED',
  'CANCELLED',
] as const;
export type RunState = (typeof runStates)[number];

/** Where a run may go from each state; an empty list means that the run has ended. */
export const runTransitions: Readonly<Record<RunState, readonly RunState[]>> = Object.freeze({
  QUEUED: ['RUNNING', 'PAUSED', 'CANCELLED'],
  RUNNING: ['QUEUED', 'PAUSED', 'FINISHED', 'PRUNED', 'FAILED', 'CANCELLED'],
  PAUSED: ['QUEUED', 'CANCELLED'],
  FINISHED: [],
  PRUNED: [],
  FAILED: [],
  CANCELLED: [],
});

/**
 * RUNNING: hands out runs; PAUSED: hands out none, and its runs are paused; STOPPING: hands out none, those that run
 * may end by themselves; FINISHED: every run has ended and no more will come; CANCELLED: a person ended it and its
 * runs at once.
 */
export const sweepStates = ['RUNNING', 'PAUSED', 'STOPPING', 'FINISHED', 'CANCELLED'] as const;
export type SweepState = (typeof sweepStates)[number];

/** Where a sweep may go from each state; an empty list means that the sweep has ended. */
export const sweepTransitions: Readonly<Record<SweepState, readonly SweepState[]>> = Object.freeze({
  RUNNING: ['PAUSED', 'STOPPING', 'FINISHED', 'CANCELLED'],
  PAUSED: ['RUNNING', 'STOPPING', 'CANCELLED'],
  STOPPING: ['FINISHED', 'CANCELLED'],
  FINISHED: [],
  CANCELLED: [],
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
