/**
 * The distribution that CMA-ES searches with and how a generation changes it: Hansen, The CMA Evolution Strategy: A
 * Tutorial (2016), with its defaults and with negative weights (active CMA); equations are numbered as there.
 */
import { eigenSymmetric } from '../../linalg/eigen-symmetric.ts';

/** The normal distribution N(mean, sigma^2 C) with the two paths that it came along. */
export interface Distribution {
  /** How often it was updated. */
  readonly generation: number;
  readonly mean: Float64Array;
  readonly sigma: number;
  readonly covariance: Float64Array;
  readonly sigmaPath: Float64Array;
  readonly covariancePath: Float64Array;
  /** Of the covariance: row i of `axes` is a principal axis, deviations[i] the square root of its eigenvalue. */
  readonly axes: Float64Array;
  readonly deviations: Float64Array;
}

/** What follows from the number of dimensions and the size of a generation (table 1). */
export interface Rates {
  readonly weights: Float64Array;
  readonly parents: number;
  readonly effective: number;
  readonly sigmaRate: number;
  readonly damping: number;
  readonly pathRate: number;
  readonly rankOne: number;
  readonly rankMany: number;
  /** E |N(0, 1)|. */
  readonly expectedLength: number;
}

const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);
const effectiveSize = (weights: readonly number[]): number =>
  sum(weights) ** 2 / sum(weights.map((w) => w * w));

export const defaultPopulation = (dimensions: number): number => 4 + Math.floor(3 * Math.log(dimensions)); // (48)

const compileRates = (n: number, population: number): Rates => {
  const parents = Math.floor(population / 2);
  const raw = Array.from({ length: population }, (_, i) => Math.log((population + 1) / 2) - Math.log(i + 1)); // (49)
  const effective = effectiveSize(raw.slice(0, parents));
  const effectiveMinus = effectiveSize(raw.slice(parents));
  const rankOne = 2 / ((n + 1.3) ** 2 + effective); // (57)
  const rankMany = Math.min(
    1 - rankOne - 1e-8,
    (2 * (effective - 2 + 1 / effective)) / ((n + 2) ** 2 + effective), // (58)
  );
  const most = Math.min(
    1 + rankOne / rankMany, // (50)
    1 + (2 * effectiveMinus) / (effective + 2), // (51)
    (1 - rankOne - rankMany) / (n * rankMany), // (52)
  );
  const positive = sum(raw.filter((w) => w > 0));
  const negative = -sum(raw.filter((w) => w < 0));
  const sigmaRate = (effective + 2) / (n + effective + 5); // (55)
  return {
    weights: Float64Array.from(raw, (w) => (w >= 0 ? w / positive : (most * w) / negative)), // (53)
    parents,
    effective,
    sigmaRate,
    damping: 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + sigmaRate,
    pathRate: (4 + effective / n) / (n + 4 + (2 * effective) / n), // (56)
    rankOne,
    rankMany,
    expectedLength: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  };
};

const compiled = new Map<string, Rates>();

export const ratesFor = (dimensions: number, population: number): Rates => {
  const key = `${dimensions} ${population}`;
  const rates = compiled.get(key) ?? compileRates(dimensions, population);
  compiled.set(key, rates);
  return rates;
};

const identity = (n: number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, at) => Number(at % (n + 1) === 0));

export const startAt = (mean: Float64Array, sigma: number): Distribution => ({
  generation: 0,
  mean,
  sigma,
  covariance: identity(mean.length),
  sigmaPath: new Float64Array(mean.length),
  covariancePath: new Float64Array(mean.length),
  axes: identity(mean.length),
  deviations: new Float64Array(mean.length).fill(1),
});

/** C^(1/2) z, of covariance C when z is normal. */
export const colour = ({ axes, deviations }: Distribution, z: Float64Array): Float64Array => {
  const n = z.length;
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const factor = (deviations[i] as number) * (z[i] as number);
    for (let j = 0; j < n; j++) y[j] = (y[j] as number) + factor * (axes[i * n + j] as number);
  }
  return y;
};

/** C^(-1/2) y. */
const whiten = ({ axes, deviations }: Distribution, y: Float64Array): Float64Array => {
  const n = y.length;
  const z = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let along = 0;
    for (let j = 0; j < n; j++) along += (axes[i * n + j] as number) * (y[j] as number);
    along /= deviations[i] as number;
    for (let j = 0; j < n; j++) z[j] = (z[j] as number) + along * (axes[i * n + j] as number);
  }
  return z;
};

const squaredLength = (x: Float64Array): number => x.reduce((total, value) => total + value * value, 0);

/** The step from the mean to x in units of sigma; no longer than a step of its own would be, as (Hansen 2011) asks. */
export const stepTo = (distribution: Distribution, x: Float64Array): Float64Array => {
  const n = x.length;
  const y = x.map((at, i) => (at - (distribution.mean[i] as number)) / distribution.sigma);
  const longest = Math.sqrt(n) + (2 * n) / (n + 2);
  const length = Math.sqrt(squaredLength(whiten(distribution, y)));
  return length > longest ? y.map((part) => (part * longest) / length) : y;
};

/** The next distribution, after steps in units of sigma, best first; one for each of the weights. */
export const update = (before: Distribution, steps: readonly Float64Array[], rates: Rates): Distribution => {
  const n = before.mean.length;
  const { weights, sigmaRate, pathRate, rankOne, rankMany, expectedLength } = rates;
  const generation = before.generation + 1;

  const shift = new Float64Array(n); // (41)
  steps.slice(0, rates.parents).forEach((y, k) => {
    for (let i = 0; i < n; i++) shift[i] = (shift[i] as number) + (weights[k] as number) * (y[i] as number);
  });
  const mean = before.mean.map((m, i) => m + before.sigma * (shift[i] as number)); // (42)

  const white = whiten(before, shift);
  const sigmaStep = Math.sqrt(sigmaRate * (2 - sigmaRate) * rates.effective);
  const sigmaPath = before.sigmaPath.map((p, i) => (1 - sigmaRate) * p + sigmaStep * (white[i] as number)); // (43)
  const length = Math.sqrt(squaredLength(sigmaPath));
  const sigma = before.sigma * Math.exp((sigmaRate / rates.damping) * (length / expectedLength - 1)); // (44)

  // A path that is long because sigma has not grown yet says nothing of the covariance.
  const settled = length / Math.sqrt(1 - (1 - sigmaRate) ** (2 * (generation + 1)));
  const counts = settled < (1.4 + 2 / (n + 1)) * expectedLength ? 1 : 0;
  const pathStep = counts * Math.sqrt(pathRate * (2 - pathRate) * rates.effective);
  const covariancePath = before.covariancePath.map(
    (p, i) => (1 - pathRate) * p + pathStep * (shift[i] as number), // (45)
  );

  const shares = weights.map(
    (w, k) => (w >= 0 ? w : (w * n) / (squaredLength(whiten(before, steps[k] as Float64Array)) + 1e-8)), // (46)
  );
  const kept =
    1 +
    rankOne * (1 - counts) * pathRate * (2 - pathRate) -
    rankOne -
    rankMany * weights.reduce((a, b) => a + b, 0);
  const covariance = before.covariance.map((c) => kept * c); // (47)
  const add = (factor: number, y: Float64Array): void => {
    for (let i = 0; i < n; i++) {
      const row = factor * (y[i] as number);
      for (let j = 0; j < n; j++)
        covariance[i * n + j] = (covariance[i * n + j] as number) + row * (y[j] as number);
    }
  };
  add(rankOne, covariancePath);
  steps.forEach((y, k) => {
    add(rankMany * (shares[k] as number), y);
  });

  const { values, vectors } = eigenSymmetric(covariance, n);
  return {
    generation,
    mean,
    sigma,
    covariance,
    sigmaPath,
    covariancePath,
    axes: vectors,
    deviations: values.map((value) => Math.sqrt(Math.max(value, 1e-20))),
  };
};
