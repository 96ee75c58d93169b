import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { defaultPopulation, ratesFor, startAt, update } from './strategy.ts';

interface Case {
  readonly mean: readonly number[];
  readonly sigma: number;
  readonly population: number;
  readonly generations: readonly {
    /** Best first. */
    readonly solutions: readonly (readonly number[])[];
    readonly mean: readonly number[];
    readonly sigma: number;
    readonly covariance: readonly number[];
  }[];
}

/** Made by tools/golden/cma_es.py. */
const golden: { readonly cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL('./strategy.golden.json', import.meta.url), 'utf8'),
);

const farthest = (ours: Iterable<number>, theirs: readonly number[]): number =>
  Math.max(...[...ours].map((value, i) => Math.abs(value - (theirs[i] ?? Number.NaN))));

describe('updates of the distribution', () => {
  test.each(golden.cases)('are those of the cmaes package, generation by generation', (example) => {
    let distribution = startAt(Float64Array.from(example.mean), example.sigma);
    const rates = ratesFor(example.mean.length, example.population);
    for (const { solutions, mean, sigma, covariance } of example.generations) {
      const before = distribution;
      const steps = solutions.map((x) =>
        Float64Array.from(x, (at, i) => (at - Number(before.mean[i])) / before.sigma),
      );
      distribution = update(before, steps, rates);
      const scale = Math.max(...covariance.map(Math.abs));
      expect(farthest(distribution.mean, mean)).toBeLessThan(1e-9);
      expect(distribution.sigma / sigma).toBeCloseTo(1, 8);
      expect(farthest(distribution.covariance, covariance) / scale).toBeLessThan(1e-8);
    }
  });

  test("generations have the tutorial's sizes", () => {
    expect([1, 2, 4, 6, 10, 40].map(defaultPopulation)).toEqual([4, 6, 8, 9, 10, 15]);
  });
});
