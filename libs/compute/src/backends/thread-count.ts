/** How many threads a process computes with. */
import { availableParallelism } from 'node:os';

/** Where a slot of an agent, which shares the machine with other slots, is told its share of the cores. */
const THREADS_VARIABLE = 'PLUMAGE_THREADS';

/** A job has at most four parts for each thread, and each thread has scratch space of its own. */
const MOST_THREADS = 64;

/**
 * `wanted`, or what PLUMAGE_THREADS says, or as many as the machine has cores.
 * Throws RangeError for what is not a whole number from 1 to 64.
 */
export function threadCount(wanted: number | undefined, env: NodeJS.ProcessEnv = process.env): number {
  const said = env[THREADS_VARIABLE];
  const count = wanted ?? (said ? Number(said) : Math.min(availableParallelism(), MOST_THREADS));
  if (!Number.isInteger(count) || count < 1 || count > MOST_THREADS) {
    const source = wanted === undefined ? THREADS_VARIABLE : 'threads';
    throw new RangeError(
      `${source} must be a whole number from 1 to ${MOST_THREADS}, got ${wanted ?? said ?? count}`,
    );
  }
  return count;
}
