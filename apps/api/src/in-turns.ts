/** Long reckoning of pure libraries between other requests: a generator is driven a few milliseconds at a time. */
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Long enough that going round costs nothing beside it, short enough that no request notices. */
const TURN_MS = 10;

/** @returns what `steps` returns; null when that took longer than `mostMs` of this process' time in turns. */
export async function inTurns<Result>(
  steps: Generator<undefined, Result>,
  mostMs = Number.POSITIVE_INFINITY,
): Promise<Result | null> {
  let spent = 0;
  while (spent < mostMs) {
    const began = performance.now();
    do {
      const step = steps.next();
      if (step.done) return step.value;
    } while (performance.now() - began < TURN_MS);
    spent += performance.now() - began;
    await nextTurn();
  }
  return null;
}
