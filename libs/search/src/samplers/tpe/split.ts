/**
 * Which runs are the better ones: ceil(n / 10) of the n that have ended, 25 at most, as in Optuna; the rest is worse.
 * Of runs that a rule stopped, those that came farther are the better ones, and any that trained to its end is better
 * than they. Runs that go on count as worse, so that several in flight keep away from each other (constant liar;
 * Ginsbourger, Le Riche & Carraro 2010), and so do runs that failed: where training diverges is no good place.
 */
import type { Observation } from '../../sampler.ts';
import { bestOfMany } from './split-by-front.ts';

export interface Split {
  /** Both in order of their numbers. */
  readonly better: readonly Observation[];
  readonly worse: readonly Observation[];
}

const MOST_BETTER = 25;

export const hasResult = (run: Observation): boolean =>
  run.losses !== null && (run.status === 'done' || run.status === 'stopped');

const lossOf = (run: Observation): number => run.losses?.[0] ?? Number.POSITIVE_INFINITY;

/** The `count` runs of least loss; of equal ones the first. */
const bestOfOne = (runs: readonly Observation[], count: number): readonly Observation[] => {
  if (count >= runs.length) return runs;
  const losses = Float64Array.from(runs, lossOf).sort();
  const most = losses[count - 1] as number;
  let equals = count - losses.findIndex((loss) => loss === most);
  return runs.filter((run) => lossOf(run) < most || (lossOf(run) === most && equals-- > 0));
};

const farthest = (runs: readonly Observation[], count: number): readonly Observation[] =>
  count <= 0
    ? []
    : runs.toSorted((a, b) => (b.step ?? -1) - (a.step ?? -1) || lossOf(a) - lossOf(b)).slice(0, count);

export const split = (history: readonly Observation[], objectives: number): Split => {
  const ended = history.filter(hasResult);
  const done = ended.filter(({ status }) => status === 'done');
  const size = Math.min(Math.ceil(ended.length / 10), MOST_BETTER);
  const best = objectives > 1 ? bestOfMany(done, size) : bestOfOne(done, size);
  const stopped = farthest(
    ended.filter(({ status }) => status === 'stopped'),
    size - best.length,
  );
  const better = new Set([...best, ...stopped]);
  return {
    better: history.filter((run) => better.has(run)),
    worse: history.filter((run) => !better.has(run)),
  };
};
