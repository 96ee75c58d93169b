/**
 * The tree-structured Parzen estimator: Bergstra, Bardenet, Bengio & Kegl, Algorithms for Hyper-Parameter Optimization
 * (2011), with the joint density of all parameters and the settings of Optuna 5 as Watanabe, Tree-Structured Parzen
 * Estimator (arXiv 2304.11127, 2023) explains them. Runs are split into better and worse ones (tpe/split.ts), a density
 * is estimated of each (tpe/parzen.ts), and of 24 draws from that of the better ones the one is taken at which the
 * quotient of the two densities, which grows with the expected improvement, is largest.
 *
 * With several metrics it is MOTPE (tpe/split-by-front.ts).
 */
import type { Assignment, Rng } from '@plumage/contract';
import { fresh, type Observation, type Sampler, suggestionKey } from '../sampler.ts';
import type { Space } from '../space/space.ts';
import { drawFrom, drawKernel, logDensity, parzenOf } from './tpe/parzen.ts';
import { placesOf } from './tpe/places.ts';
import { hasResult, split } from './tpe/split.ts';

/** So many results before the first density. */
const START_UP = 10;
const CANDIDATES = 24;
/** So many of the newest runs weigh 1; before them weights fall to 1 / n. */
const NEWEST = 25;

export const weightsOf = (n: number): Float64Array => {
  const older = n - NEWEST;
  return Float64Array.from({ length: n }, (_, i) => {
    if (i >= older) return 1;
    return older === 1 ? 1 / n : 1 / n + ((1 - 1 / n) * i) / (older - 1);
  });
};

/** Where no parameter is continuous, two runs could get the same point. */
const takenBy = (space: Space, history: readonly Observation[]): ((assignment: Assignment) => boolean) => {
  if (space.size === Number.POSITIVE_INFINITY) return () => false;
  const taken = new Set(history.map(({ assignment }) => suggestionKey({ assignment })));
  return (assignment) => taken.has(suggestionKey({ assignment }));
};

const byDensities = (
  space: Space,
  history: readonly Observation[],
  objectives: number,
  rng: Rng,
): Assignment | null => {
  const { axes, rowOf, assemble } = placesOf(space);
  const { better, worse } = split(history, objectives);
  const rowsOf = (runs: readonly Observation[]) => runs.map((run) => rowOf(run.assignment));
  const good = parzenOf(axes, rowsOf(better), weightsOf(better.length));
  const bad = parzenOf(axes, rowsOf(worse), weightsOf(worse.length));
  const isTaken = takenBy(space, history);
  let best: Assignment | null = null;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < CANDIDATES; i++) {
    const kernel = drawKernel(good, rng);
    const candidate = assemble((axis) => drawFrom(good, kernel, axis, rng));
    if (!space.allows(candidate.assignment) || isTaken(candidate.assignment)) continue;
    const gain = logDensity(good, candidate) - logDensity(bad, candidate);
    if (gain > most || best === null) [best, most] = [candidate.assignment, gain];
  }
  return best;
};

export const tpeSampler: Sampler = {
  method: 'tpe',
  usesHistory: true,
  enumerates: false,
  suggest(space, history, rng, { attempt, objectives }) {
    const results = history.reduce((count, run) => count + Number(hasResult(run)), 0);
    if (results < START_UP || attempt > 0) return fresh(space.draw(rng));
    return fresh(byDensities(space, history, objectives, rng) ?? space.draw(rng));
  },
};
