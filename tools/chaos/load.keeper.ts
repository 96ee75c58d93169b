/** Keeps the agents busy while there are kills to come, by adding sweep after sweep. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ask } from './graph.client.ts';
import { addSweep, type Progress, readProgress } from './workload.ts';

export interface LoadKeeper {
  /** Nothing is added any more once there are as many runs as were asked for. */
  finish(): Promise<void>;
}

/** A sweep is added while fewer runs than this are still to come. */
const runsAhead = 8;
const lookEveryMs = 500;

export const leftOf = ({ planned, finished, fallen }: Progress): number => planned - finished - fallen;

export const startLoadKeeper = (options: {
  readonly ask: Ask;
  /** Runs of each sweep. */
  readonly runsEach: number;
  readonly runsAtLeast: number;
  readonly signal: AbortSignal;
}): LoadKeeper => {
  const { ask, runsEach, runsAtLeast, signal } = options;
  let finishing = false;
  const run = async (): Promise<void> => {
    for (;;) {
      const last = finishing;
      const progress = await readProgress(ask).catch(() => undefined);
      const enough = progress !== undefined && progress.planned >= runsAtLeast;
      if (last && enough) return;
      if (progress !== undefined && (!enough || leftOf(progress) < runsAhead)) {
        // While nobody answers the next turn tries again; a sweep whose answer was lost counts like any other.
        await addSweep(ask, progress.sweeps + 1, runsEach).catch(() => {});
      }
      await sleep(lookEveryMs, undefined, { signal });
    }
  };
  const done = run();
  done.catch(() => {}); // Awaited in finish; an abort before that is no unhandled rejection.
  return {
    finish() {
      finishing = true;
      return done;
    },
  };
};
