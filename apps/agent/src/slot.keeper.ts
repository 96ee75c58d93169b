/**
 * Keeps a slot going through faults of the agent itself, so that one slot's fault does not end the runs of the others.
 * What concerns the whole agent (its name was taken over, the server refuses it) is passed on.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from '@plumage/api-client';
import { AgentFault } from './agent.error.ts';
import type { EventLog } from './event.log.ts';

/** After so many in a row the slot rests until the agent is started again. */
const mostInARow = 3;

export interface KeepOptions {
  readonly log: EventLog;
  readonly leaving: AbortSignal;
  readonly giveUp: AbortSignal;
  readonly waitMs?: number;
  /** Faults that lie so far apart, in ms, are not in a row. */
  readonly rowMs?: number;
  readonly now: () => number;
}

/** A refusal or a fault that every slot would meet. */
export const concernsAll = (error: unknown): boolean =>
  error instanceof AgentFault || error instanceof ApiError;

/** @throws what concerns the whole agent, and the last of too many faults in a row */
export const keepSlot = async (work: () => Promise<void>, options: KeepOptions): Promise<void> => {
  const { log, leaving, giveUp, waitMs = 30_000, rowMs = 3_600_000 } = options;
  let inARow = 0;
  let before = Number.NEGATIVE_INFINITY;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (giveUp.aborted || leaving.aborted || concernsAll(error)) throw error;
      inARow = options.now() - before < rowMs ? inARow + 1 : 1;
      before = options.now();
      const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const next = inARow < mostInARow ? `it goes on in ${waitMs / 1000} s` : 'it rests now';
      log.say(`a fault of the agent in this slot; ${next}: ${said}`, 'error');
      if (inARow >= mostInARow) throw error;
    }
    await delay(waitMs, undefined, { signal: leaving }).catch(() => {});
    if (leaving.aborted) return;
  }
};
