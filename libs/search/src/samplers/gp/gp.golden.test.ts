import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LEAST_NOISE, negativeLogPosterior } from './fit.ts';
import { logImprovement } from './log-improvement.ts';
import { Posterior } from './posterior.ts';

interface Golden {
  readonly posteriors: readonly {
    readonly points: readonly (readonly number[])[];
    readonly values: readonly number[];
    readonly weights: readonly number[];
    readonly scale: number;
    readonly noise: number;
    readonly at: readonly (readonly number[])[];
    readonly mean: readonly number[];
    readonly covariance: readonly number[];
    readonly logLikelihood: number;
  }[];
  readonly logImprovements: readonly (readonly [z: number, value: number])[];
}

/** Made by tools/golden/gaussian_process.py. */
const golden: Golden = JSON.parse(readFileSync(new URL('./gp.golden.json', import.meta.url), 'utf8'));

const rows = (xs: readonly (readonly number[])[]): Float64Array[] => xs.map((x) => Float64Array.from(x));

describe('the process', () => {
  test.each(golden.posteriors)("has scikit-learn's means and covariances", (example) => {
    const { scale, noise } = example;
    const parameters = { weights: Float64Array.from(example.weights), scale, noise };
    const categories = example.weights.map(() => false);
    const values = Float64Array.from(example.values);
    const posterior = new Posterior(rows(example.points), categories, parameters, 1).observe([values]);
    const { means, covariance } = posterior.joint(rows(example.at));
    means.forEach((mean, i) => expect(mean).toBeCloseTo(Number(example.mean[i]), 9));
    covariance.forEach((entry, i) => expect(entry).toBeCloseTo(Number(example.covariance[i]), 9));
    rows(example.at).forEach((x, i) => {
      posterior.predict(x);
      expect(posterior.variance).toBeCloseTo(Number(example.covariance[i * (example.at.length + 1)]), 9);
    });
  });

  test.each(golden.posteriors)("has scikit-learn's marginal likelihood", (example) => {
    const { weights, scale, noise, points, values } = example;
    const evaluate = negativeLogPosterior(
      rows(points),
      Float64Array.from(values),
      weights.map(() => false),
    );
    const logs = Float64Array.from([...weights, scale, noise - LEAST_NOISE], Math.log);
    const priors =
      weights.reduce((sum, w) => sum - 0.1 * (w + 1 / w), 0) +
      Math.log(scale) -
      scale +
      0.1 * Math.log(noise) -
      30 * noise;
    const likelihood = -evaluate(logs, new Float64Array(logs.length)) - priors;
    const constant = (points.length / 2) * Math.log(2 * Math.PI);
    expect(likelihood - constant).toBeCloseTo(example.logLikelihood, 8);
  });
});

test.each(golden.logImprovements)(
  'log of the improvement expected at %f is right to ten digits',
  (z, value) => {
    expect(Math.abs(logImprovement(z).value - value)).toBeLessThan(1e-10 * Math.max(1, Math.abs(value)));
  },
);
