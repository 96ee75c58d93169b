/**
 * Hyperparameters that are most probable for what was seen: the marginal likelihood of the observations (Rasmussen &
 * Williams 5.8 and 5.9) times priors, climbed along its exact gradient in the logarithms. The priors are those of
 * Optuna's GPSampler: exp(-0.1 (1/w + w)) on each weight, Gamma(2, 1) on the scale, Gamma(1.1, 30) on the noise,
 * which is at least 1e-6 of the variance.
 */
import { factorise, inverseFromFactor, solveLower, solveLowerTransposed } from '../../linalg/cholesky.ts';
import { minimize } from '../../linalg/minimize.ts';
import { type Categories, type Hyperparameters, matern, maternSlope, pairDifferences } from './kernel.ts';

export const LEAST_NOISE = 1e-6;
const EVALUATIONS = 60;
const FARTHEST_LOG = 12;

const logPrior = (w: number): number => -0.1 * (1 / w + w);

/** Minus the log of likelihood times priors, and its gradient by the logarithms of weights, scale and noise. */
export const negativeLogPosterior = (
  points: readonly Float64Array[],
  values: Float64Array,
  categories: Categories,
) => {
  const n = points.length;
  const axes = categories.length;
  const differences = pairDifferences(points, categories);
  const pairs = (n * (n - 1)) / 2;
  const slopes = new Float64Array(pairs);
  const covariance = new Float64Array(n * n);
  const squared = new Float64Array(pairs);

  return (logs: Float64Array, gradient: Float64Array): number => {
    const weights = logs.subarray(0, axes).map(Math.exp);
    const scale = Math.exp(logs[axes] as number);
    const noise = Math.exp(logs[axes + 1] as number);
    squared.fill(0);
    differences.forEach((difference, axis) => {
      const weight = weights[axis] as number;
      for (let p = 0; p < pairs; p++)
        squared[p] = (squared[p] as number) + weight * (difference[p] as number);
    });
    for (let a = 0, p = 0; a < n; a++) {
      for (let b = 0; b < a; b++, p++) covariance[a * n + b] = scale * matern(squared[p] as number);
      covariance[a * n + a] = scale + noise + LEAST_NOISE;
    }
    if (!factorise(covariance, n)) return Number.POSITIVE_INFINITY;
    const alpha = values.slice();
    solveLower(covariance, n, alpha);
    let fit = 0;
    let logDeterminant = 0;
    for (let i = 0; i < n; i++) {
      fit += (alpha[i] as number) ** 2;
      logDeterminant += Math.log(covariance[i * n + i] as number);
    }
    solveLowerTransposed(covariance, n, alpha);
    const inverse = inverseFromFactor(covariance, n);

    // d/dt of the log likelihood is half the trace of (alpha alpha^T - K^-1) dK/dt.
    let byScale = 0;
    let byNoise = 0;
    for (let a = 0, p = 0; a < n; a++) {
      for (let b = 0; b < a; b++, p++) {
        const share = (alpha[a] as number) * (alpha[b] as number) - (inverse[a * n + b] as number);
        byScale += share * scale * matern(squared[p] as number);
        slopes[p] = share * scale * maternSlope(squared[p] as number);
      }
      const share = (alpha[a] as number) ** 2 - (inverse[a * n + a] as number);
      byScale += (share * scale) / 2;
      byNoise += (share * noise) / 2;
    }
    let value = fit / 2 + logDeterminant;
    differences.forEach((difference, axis) => {
      const weight = weights[axis] as number;
      let sum = 0;
      for (let p = 0; p < pairs; p++) sum += (slopes[p] as number) * (difference[p] as number);
      value -= logPrior(weight);
      gradient[axis] = -(weight * sum) - 0.1 * (1 / weight - weight);
    });
    value -= Math.log(scale) - scale + 0.1 * Math.log(noise + LEAST_NOISE) - 30 * (noise + LEAST_NOISE);
    gradient[axes] = -byScale - 1 + scale;
    gradient[axes + 1] = -byNoise - (0.1 * noise) / (noise + LEAST_NOISE) + 30 * noise;
    return value;
  };
};

/** Where the climb starts when nothing is known. */
const defaults = (axes: number): Float64Array =>
  Float64Array.from({ length: axes + 2 }, (_, i) => (i < axes ? 0 : i === axes ? 0 : Math.log(0.01)));

/** The hyperparameters for values of mean 0 and variance 1 at these points. Deterministic. */
export const fitHyperparameters = (
  points: readonly Float64Array[],
  values: Float64Array,
  categories: Categories,
): Hyperparameters => {
  const axes = categories.length;
  const { x } = minimize(
    {
      evaluate: negativeLogPosterior(points, values, categories),
      low: new Float64Array(axes + 2).fill(-FARTHEST_LOG),
      high: new Float64Array(axes + 2).fill(FARTHEST_LOG),
    },
    defaults(axes),
    { maxEvaluations: EVALUATIONS, gradientTolerance: 1e-2, gainTolerance: 1e-6, firstStep: 1 },
  );
  return {
    weights: x.slice(0, axes).map(Math.exp),
    scale: Math.exp(x[axes] as number),
    noise: Math.exp(x[axes + 1] as number) + LEAST_NOISE,
  };
};
