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

/**
 * Where a run may go from each state. From FAILED and CANCELLED only a person's word on the sweep leads back: failed
 * runs are run again, and what an edit had dropped before it started waits again. What waits fails only when the
 * checkpoint of another run that it is to start from is lost.
 */
export const runTransitions: Readonly<Record<RunState, readonly RunState[]>> = Object.freeze({
  QUEUED: ['RUNNING', 'PAUSED', 'FAILED', 'CANCELLED'],
  RUNNING: ['QUEUED', 'PAUSED', 'FINISHED', 'PRUNED', 'FAILED', 'CANCELLED'],
  PAUSED: ['QUEUED', 'CANCELLED'],
  FINISHED: [],
  PRUNED: [],
  FAILED: ['QUEUED'],
  CANCELLED: ['QUEUED'],
});

/**
 * RUNNING: hands out runs; PAUSED: hands out none, and its runs are paused; STOPPING: hands out none, those that run
 * may end by themselves; FINISHED: every run has ended and no more will come; CANCELLED: a person ended it and its
 * runs at once.
 */
export const sweepStates = ['RUNNING', 'PAUSED', 'STOPPING', 'FINISHED', 'CANCELLED'] as const;
export type SweepState = (typeof sweepStates)[number];

/**
 * Where a sweep may go from each state. FINISHED and STOPPING lead back when a person leaves it more to do: a higher
 * cap, a wider space, a run of their own, failed runs to run again.
 */
export const sweepTransitions: Readonly<Record<SweepState, readonly SweepState[]>> = Object.freeze({
  RUNNING: ['PAUSED', 'STOPPING', 'FINISHED', 'CANCELLED'],
  PAUSED: ['RUNNING', 'STOPPING', 'CANCELLED'],
  STOPPING: ['RUNNING', 'FINISHED', 'CANCELLED'],
  FINISHED: ['RUNNING', 'STOPPING'],
  CANCELLED: [],
});

const endedRuns: readonly RunState[] = ['FINISHED', 'PRUNED', 'FAILED', 'CANCELLED'];
const endedSweeps: readonly SweepState[] = ['FINISHED', 'CANCELLED'];

/** True when a run in this state has ended: by itself it never changes again. */
export const isTerminalRun = (state: RunState): boolean => endedRuns.includes(state);

/** True when a sweep in this state has ended: by itself it never changes again. */
export const isTerminalSweep = (state: SweepState): boolean => endedSweeps.includes(state);

/** True when the table lets a run go from `from` to `to`. */
export const canMoveRun = (from: RunState, to: RunState): boolean => runTransitions[from].includes(to);

/** True when the table lets a sweep go from `from` to `to`. */
export const canMoveSweep = (from: SweepState, to: SweepState): boolean =>
  sweepTransitions[from].includes(to);
