/**
 * What a Gaussian process with given hyperparameters says of a point after some observations (Rasmussen & Williams,
 * algorithm 2.1). The observed values may be several sets at once, fantasies of runs that go on: the variance is one
 * for all of them, and each further set costs one dot product a point.
 */
import { factorise, solveLower, solveLowerTransposed } from '../../linalg/cholesky.ts';
import { type Categories, type Hyperparameters, matern, maternSlope, squaredDistance } from './kernel.ts';

export class Posterior {
  /** Of the last point that was asked for: the mean by each set of values. */
  readonly means: Float64Array;
  variance = 0;
  /** Half of d variance / d covariance with each observation, negated; after `predict(x, true)`. */
  readonly #solution: Float64Array;
  readonly #factor: Float64Array;
  readonly #covariance: Float64Array;
  readonly #slopes: Float64Array;
  readonly #half: Float64Array;
  readonly #alphas: Float64Array[] = [];

  constructor(
    readonly points: readonly Float64Array[],
    readonly categories: Categories,
    readonly parameters: Hyperparameters,
    sets: number,
  ) {
    const n = points.length;
    this.means = new Float64Array(sets);
    this.#factor = factorOf(points, categories, parameters);
    this.#covariance = new Float64Array(n);
    this.#slopes = new Float64Array(n);
    this.#half = new Float64Array(n);
    this.#solution = new Float64Array(n);
  }

  /** Sets of values, one for each of `sets`. */
  observe(values: readonly Float64Array[]): this {
    this.#alphas.length = 0;
    for (const set of values) {
      const alpha = set.slice();
      solveLower(this.#factor, alpha.length, alpha);
      solveLowerTransposed(this.#factor, alpha.length, alpha);
      this.#alphas.push(alpha);
    }
    return this;
  }

  /** Fills means and variance for x. */
  predict(x: Float64Array, withSolution = false): void {
    const { points, categories, parameters } = this;
    const n = points.length;
    for (let i = 0; i < n; i++) {
      const squared = squaredDistance(x, points[i] as Float64Array, parameters.weights, categories);
      const k = parameters.scale * matern(squared);
      this.#covariance[i] = k;
      this.#half[i] = k;
      if (withSolution) this.#slopes[i] = parameters.scale * maternSlope(squared);
    }
    solveLower(this.#factor, n, this.#half);
    let explained = 0;
    for (let i = 0; i < n; i++) explained += (this.#half[i] as number) ** 2;
    this.variance = Math.max(parameters.scale - explained, parameters.scale * 1e-12);
    this.#alphas.forEach((alpha, set) => {
      let mean = 0;
      for (let i = 0; i < n; i++) mean += (alpha[i] as number) * (this.#covariance[i] as number);
      this.means[set] = mean;
    });
    if (withSolution) {
      this.#solution.set(this.#half);
      solveLowerTransposed(this.#factor, n, this.#solution);
    }
  }

  /**
   * The gradient at the x that was last predicted with solution, of a function with these derivatives by the means
   * and by the variance. Categories have none.
   */
  gradient(x: Float64Array, byMeans: Float64Array, byVariance: number, out: Float64Array): void {
    const { points, categories, parameters } = this;
    out.fill(0);
    for (let i = 0; i < points.length; i++) {
      let byCovariance = -2 * byVariance * (this.#solution[i] as number);
      for (let set = 0; set < byMeans.length; set++) {
        byCovariance += (byMeans[set] as number) * (this.#alphas[set]?.[i] as number);
      }
      const factor = 2 * byCovariance * (this.#slopes[i] as number);
      const point = points[i] as Float64Array;
      for (let axis = 0; axis < x.length; axis++) {
        out[axis] =
          (out[axis] as number) +
          factor * (parameters.weights[axis] as number) * ((x[axis] as number) - (point[axis] as number));
      }
    }
    for (let axis = 0; axis < x.length; axis++) if (categories[axis]) out[axis] = 0;
  }

  /** Mean by the first set and covariance of the function at several points, row-major. */
  joint(at: readonly Float64Array[]): { readonly means: Float64Array; readonly covariance: Float64Array } {
    const { categories, parameters } = this;
    const means = new Float64Array(at.length);
    const covariance = new Float64Array(at.length ** 2);
    const halves = at.map((x, i) => {
      this.predict(x);
      means[i] = this.means[0] as number;
      return this.#half.slice();
    });
    for (let a = 0; a < at.length; a++) {
      for (let b = 0; b <= a; b++) {
        const squared = squaredDistance(
          at[a] as Float64Array,
          at[b] as Float64Array,
          parameters.weights,
          categories,
        );
        let k = parameters.scale * matern(squared);
        for (let i = 0; i < this.#half.length; i++) {
          k -= (halves[a]?.[i] as number) * (halves[b]?.[i] as number);
        }
        covariance[a * at.length + b] = k;
        covariance[b * at.length + a] = k;
      }
    }
    return { means, covariance };
  }
}

/** The factor of K + noise; where rounding makes it indefinite, with as much more noise as it takes. */
const factorOf = (
  points: readonly Float64Array[],
  categories: Categories,
  { weights, scale, noise }: Hyperparameters,
): Float64Array => {
  const n = points.length;
  for (let more = 0; more < scale; more = more === 0 ? scale * 1e-10 : more * 10) {
    const factor = new Float64Array(n * n);
    for (let a = 0; a < n; a++) {
      for (let b = 0; b < a; b++) {
        const squared = squaredDistance(
          points[a] as Float64Array,
          points[b] as Float64Array,
          weights,
          categories,
        );
        factor[a * n + b] = scale * matern(squared);
      }
      factor[a * n + a] = scale + noise + more;
    }
    if (factorise(factor, n)) return factor;
  }
  throw new RangeError(`the covariance of ${n} points is not positive definite: is one of them NaN?`);
};
