/**
 * How promising a point is: the logarithm of the improvement on the best run that it is expected to bring (Ament et
 * al. 2023). Runs that go on are fantasies (Ginsbourger et al. 2010; Snoek et al. 2012, section 3.2): their outcomes
 * are drawn together from the posterior a number of times, and the improvement on the best of what is known and
 * dreamt is averaged over the draws, so that a search with many runs in flight spreads out by itself.
 */
import type { Rng } from '@plumage/contract';
import { factorise } from '../../linalg/cholesky.ts';
import type { Categories, Hyperparameters } from './kernel.ts';
import { logImprovement } from './log-improvement.ts';
import { Posterior } from './posterior.ts';

/** Draws come in pairs, mirrored at the mean. */
const PAIRS_OF_FANTASIES = 16;

export interface Known {
  readonly points: readonly Float64Array[];
  /** Losses, of mean 0 and variance 1. */
  readonly values: Float64Array;
  /** Points whose losses are not known yet. */
  readonly pending: readonly Float64Array[];
}

/** Losses that the pending points may have, as sets. */
const fantasise = (posterior: Posterior, pending: readonly Float64Array[], rng: Rng): Float64Array[] => {
  const q = pending.length;
  const { means, covariance } = posterior.joint(pending);
  for (let i = 0; i < q; i++) covariance[i * q + i] = (covariance[i * q + i] as number) + 1e-9;
  const isDefinite = factorise(covariance, q);
  return Array.from({ length: PAIRS_OF_FANTASIES }, () => {
    const normals = Float64Array.from(pending, () => rng.normal());
    const shifts = means.map((_, a) => {
      if (!isDefinite) return 0;
      let sum = 0;
      for (let b = 0; b <= a; b++) sum += (covariance[a * q + b] as number) * (normals[b] as number);
      return sum;
    });
    return [1, -1].map((sign) => means.map((mean, i) => mean + sign * (shifts[i] as number)));
  }).flat();
};

const joined = (a: Float64Array, b: Float64Array): Float64Array => {
  const both = new Float64Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
};

export class Acquisition {
  readonly #posterior: Posterior;
  /** The best loss by each set of values. */
  readonly #best: Float64Array;
  readonly #logs: Float64Array;
  readonly #slopes: Float64Array;
  readonly #byMeans: Float64Array;

  constructor(
    { points, values, pending }: Known,
    parameters: Hyperparameters,
    categories: Categories,
    rng: Rng,
  ) {
    const best = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    const known = new Posterior(points, categories, parameters, 1).observe([values]);
    if (pending.length === 0) {
      this.#posterior = known;
      this.#best = Float64Array.of(best);
    } else {
      const sets = fantasise(known, pending, rng);
      this.#posterior = new Posterior([...points, ...pending], categories, parameters, sets.length).observe(
        sets.map((set) => joined(values, set)),
      );
      this.#best = Float64Array.from(sets, (set) => set.reduce((a, b) => Math.min(a, b), best));
    }
    this.#logs = new Float64Array(this.#best.length);
    this.#slopes = new Float64Array(this.#best.length);
    this.#byMeans = new Float64Array(this.#best.length);
  }

  /** Log of the expected improvement at x; writes its gradient when asked. */
  evaluate(x: Float64Array, gradient: Float64Array | null = null): number {
    const posterior = this.#posterior;
    posterior.predict(x, gradient !== null);
    const deviation = Math.sqrt(posterior.variance);
    let most = Number.NEGATIVE_INFINITY;
    for (let set = 0; set < this.#best.length; set++) {
      const z = ((this.#best[set] as number) - (posterior.means[set] as number)) / deviation;
      const { value, slope } = logImprovement(z);
      this.#logs[set] = value;
      this.#slopes[set] = slope;
      most = Math.max(most, value);
    }
    let total = 0;
    for (let set = 0; set < this.#logs.length; set++) total += Math.exp((this.#logs[set] as number) - most);
    const value = most + Math.log(total / this.#logs.length) + Math.log(deviation);
    if (gradient === null) return value;

    let byDeviation = 1 / deviation;
    for (let set = 0; set < this.#logs.length; set++) {
      const share = Math.exp((this.#logs[set] as number) - most) / total;
      const byZ = share * (this.#slopes[set] as number);
      const z = ((this.#best[set] as number) - (posterior.means[set] as number)) / deviation;
      this.#byMeans[set] = -byZ / deviation;
      byDeviation -= (byZ * z) / deviation;
    }
    posterior.gradient(x, this.#byMeans, byDeviation / (2 * deviation), gradient);
    return value;
  }
}
