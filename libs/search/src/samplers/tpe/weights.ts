/** Which runs are in a density, and how much each counts. A prior counts as one run of weight 1. */
import type { Observation } from '../../sampler.ts';

/** So many of the newest runs weigh 1; from the oldest on, at 1 / n, weights rise to it. As in Optuna. */
const NEWEST = 25;

export const byRecency = (n: number): Float64Array => {
  const older = n - NEWEST;
  return Float64Array.from({ length: n }, (_, i) => {
    if (i >= older) return 1;
    return older === 1 ? 1 / n : 1 / n + ((1 - 1 / n) * i) / (older - 1);
  });
};

/** All of so many runs are in a density. */
const MOST = 1000;
/** Of more, all of the newest so many, and of the older ones evenly as many as there is room for. */
const MOST_NEWEST = 250;

/**
 * Runs that stand for all: as kernels are no wider than a hundredth where there are thousands, a density of more of
 * them tells a point from its neighbours no better, but costs in proportion to their number.
 */
export const representatives = (runs: readonly Observation[]): readonly Observation[] => {
  if (runs.length <= MOST) return runs;
  const older = runs.length - MOST_NEWEST;
  const room = MOST - MOST_NEWEST;
  return [
    ...Array.from({ length: room }, (_, i) => runs[Math.floor((i * older) / room)] as Observation),
    ...runs.slice(older),
  ];
};

/** Of a run that trained to its end. */
const lossOf = (run: Observation): number =>
  run.status === 'done' ? (run.losses?.[0] ?? Number.NaN) : Number.NaN;

/**
 * The better runs by how far each is below the best of the worse ones, 1 in the mean (Watanabe 2023, section 3.3.2,
 * "expected improvement"; Song et al. 2022): the density then is nearest where most is gained. All alike when runs
 * that a rule stopped are among them, as losses of different steps do not compare, and when none is below.
 */
export const byImprovement = (
  better: readonly Observation[],
  worse: readonly Observation[],
): Float64Array => {
  const alike = new Float64Array(better.length).fill(1);
  let limit = Number.POSITIVE_INFINITY;
  for (const run of worse) if (lossOf(run) < limit) limit = lossOf(run);
  const gains = Float64Array.from(better, (run) => limit - lossOf(run));
  const total = gains.reduce((a, b) => a + b, 0);
  return total > 0 && Number.isFinite(total) ? gains.map((gain) => (gain / total) * gains.length) : alike;
};
