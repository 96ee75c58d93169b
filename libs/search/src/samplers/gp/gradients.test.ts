import { createRng } from '@plumage/contract';
import { describe, expect, test } from 'vitest';
import { Acquisition } from './acquisition.ts';
import { negativeLogPosterior } from './fit.ts';
import { logImprovement } from './log-improvement.ts';

const rng = createRng(5);
const point = (axes: number): Float64Array => Float64Array.from({ length: axes }, () => rng.next());

/** The farthest of `gradient` from the central differences of `f` at x, relative to the largest. */
const error = (f: (x: Float64Array) => number, x: Float64Array, gradient: Float64Array): number => {
  const slopes = x.map((_, i) => {
    const [up, down] = [x.slice(), x.slice()];
    up[i] = Number(up[i]) + 1e-5;
    down[i] = Number(down[i]) - 1e-5;
    return (f(up) - f(down)) / 2e-5;
  });
  const largest = Math.max(...slopes.map(Math.abs));
  return Math.max(...slopes.map((slope, i) => Math.abs(slope - Number(gradient[i])))) / largest;
};

const points = Array.from({ length: 25 }, () => {
  const x = point(4);
  x[3] = rng.int(3);
  return x;
});
const values = Float64Array.from(points, (x) => Math.sin(4 * Number(x[0])) + Number(x[3]) / 3 - 0.5);
const categories = [false, false, false, true];
const parameters = { weights: Float64Array.of(4, 1, 0.3, 0.7), scale: 1.3, noise: 1e-3 };

describe('gradients are those of the functions, by central differences', () => {
  test('of likelihood and priors by the logarithms of the hyperparameters', () => {
    const evaluate = negativeLogPosterior(points, values, categories);
    for (let i = 0; i < 5; i++) {
      const logs = Float64Array.from({ length: 6 }, () => rng.normal());
      const gradient = new Float64Array(6);
      evaluate(logs, gradient);
      expect(error((x) => evaluate(x, new Float64Array(6)), logs, gradient)).toBeLessThan(1e-6);
    }
  });

  for (const running of [0, 1, 8]) {
    test(`of the log of the expected improvement, with ${running} runs that go on`, () => {
      const pending = Array.from({ length: running }, () => Float64Array.of(...point(3), rng.int(3)));
      const acquisition = new Acquisition({ points, values, pending }, parameters, categories, createRng(1));
      for (let i = 0; i < 10; i++) {
        const x = Float64Array.of(...point(3), rng.int(3));
        const gradient = new Float64Array(4);
        const value = acquisition.evaluate(x, gradient);
        expect(value).toBe(acquisition.evaluate(x));
        expect(gradient[3]).toBe(0);
        const category = Number(x[3]);
        const along = (moved: Float64Array) => acquisition.evaluate(Float64Array.of(...moved, category));
        expect(error(along, x.slice(0, 3), gradient)).toBeLessThan(1e-5);
      }
    });
  }

  test('of the log of the improvement by z, on both sides of each change of formula', () => {
    for (const z of [-1000, -300.5, -299.5, -30, -2.9, -1.01, -0.99, -0.01, 0.01, 2, 20]) {
      const step = 1e-5 * Math.max(1, Math.abs(z));
      const slope = (logImprovement(z + step).value - logImprovement(z - step).value) / (2 * step);
      expect(logImprovement(z).slope / slope).toBeCloseTo(1, 5);
    }
  });
});
