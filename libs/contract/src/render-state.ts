/**
 * The life of a render: the names are those of the graph and of the tables. A change is written as
 * `update ... where state = $from` and judged by its affected count, as a run's is (run-state.ts).
 */

/**
 * QUEUED: waits for an agent; RUNNING: an agent draws it; FINISHED: its pictures are there; FAILED: no agent could
 * draw it, or none of three; CANCELLED: ended by a person, at once, whatever its agent does.
 */
export const renderStates = ['QUEUED', 'RUNNING', 'FINISHED', 'FAILED', 'CANCELLED'] as const;
export type RenderState = (typeof renderStates)[number];

/** Where a render may go from each state; an empty list means that it has ended. */
export const renderTransitions: Readonly<Record<RenderState, readonly RenderState[]>> = Object.freeze({
  QUEUED: ['RUNNING', 'FAILED', 'CANCELLED'],
  RUNNING: ['QUEUED', 'FINISHED', 'FAILED', 'CANCELLED'],
  FINISHED: [],
  FAILED: [],
  CANCELLED: [],
});

/** True when a render in this state never changes again. */
export const isTerminalRender = (state: RenderState): boolean => renderTransitions[state].length === 0;

/** True when the table lets a render go from `from` to `to`. */
export const canMoveRender = (from: RenderState, to: RenderState): boolean =>
  renderTransitions[from].includes(to);

/** An agent that is lost or crashes is given no fourth try: a person waits and can ask again. */
export const MAX_RENDER_TRIES = 3;
