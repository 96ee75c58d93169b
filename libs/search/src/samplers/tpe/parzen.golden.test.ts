import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compileSpace } from '../../space/space.ts';
import { definitionOf } from '../sampler.fixture.ts';
import { logDensity, parzenOf, widthsOf } from './parzen.ts';
import { placesOf } from './places.ts';
import { byRecency } from './weights.ts';

interface Case {
  readonly x: readonly number[];
  readonly k: readonly number[];
  readonly weights: readonly number[];
  /** Without a least width. */
  readonly widthsOfX: readonly number[];
  readonly widthsOfK: readonly number[];
  readonly points: readonly { readonly x: number; readonly k: number }[];
  readonly logDensities: readonly number[];
}

/** Made by tools/golden/tpe_densities.py. */
const golden: { readonly cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL('./parzen.golden.json', import.meta.url), 'utf8'),
);

const definition = definitionOf(
  `{method: tpe, run_cap: 9, metric: {name: loss, goal: minimize}, parameters:
    {x: {distribution: uniform, min: 0, max: 1}, k: {distribution: int_uniform, min: 1, max: 5}}}`,
);
const places = placesOf(compileSpace(definition.parameters, 'drawn'));

describe.each(golden.cases.map((each) => [each.x.length, each] as const))('after %i runs', (n, each) => {
  const rows = each.x.map((x, i) => places.rowOf({ x, k: each.k[i] as number }));

  test("weights are Optuna's", () => {
    byRecency(n).forEach((weight, i) => {
      expect(weight).toBeCloseTo(each.weights[i] as number, 12);
    });
  });

  test("kernels are as wide as Optuna's, down to the least width; of equal places none is lost", () => {
    const least = 1 / Math.min(200, (n + 2) ** 1.1);
    const sorted = (widths: Iterable<number>) => [...widths].sort((a, b) => a - b);
    const expectWidths = (axis: number, wanted: readonly number[]): void => {
      const centers = Float64Array.from(rows, (row) => row[axis] as number);
      const widths = sorted(widthsOf(centers));
      sorted(wanted.map((width) => Math.max(width, least))).forEach((width, i) => {
        expect(widths[i]).toBeCloseTo(width, 12);
      });
    };
    expectWidths(0, each.widthsOfX);
    expectWidths(1, each.widthsOfK);
  });

  test("densities are Optuna's", () => {
    const parzen = parzenOf(places.axes, rows, byRecency(n));
    each.points.forEach(({ x, k }, i) => {
      const point = places.assemble((axis) => (axis === 0 ? x : (k - 0.5) / 5));
      expect(point.assignment).toEqual({ x, k });
      // Optuna's density of a whole number is its mass, as it is here.
      expect(logDensity(parzen, point)).toBeCloseTo(each.logDensities[i] as number, 6);
    });
  });
});
