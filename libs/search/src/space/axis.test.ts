import { createRng, type Distribution } from '@plumage/contract';
import { describe, expect, test } from 'vitest';
import { axisOf, type NumericAxis } from './axis.ts';
import { drawnDomain } from './domain.ts';
import { normalCdf, normalQuantile } from './normal-distribution.ts';

const distributions: readonly Distribution[] = [
  { kind: 'int_uniform', min: -2, max: 5 },
  { kind: 'uniform', min: -1, max: 3 },
  { kind: 'q_uniform', min: 0, max: 1, q: 0.25 },
  { kind: 'log_uniform', min: -3, max: 2 },
  { kind: 'log_uniform_values', min: 1e-4, max: 0.1 },
  { kind: 'q_log_uniform', min: 0, max: 3, q: 2 },
  { kind: 'q_log_uniform_values', min: 1, max: 64, q: 3 },
  { kind: 'inv_log_uniform', min: 1, max: 4 },
  { kind: 'inv_log_uniform_values', min: 1e-3, max: 1 },
  { kind: 'normal', mu: 2, sigma: 3 },
  { kind: 'q_normal', mu: 2, sigma: 3, q: 0.5 },
  { kind: 'log_normal', mu: 0, sigma: 1 },
  { kind: 'q_log_normal', mu: 0, sigma: 1, q: 0.5 },
];

const numericAxis = (distribution: Distribution): NumericAxis => {
  const axis = axisOf({ path: 'x', distribution, when: [] });
  if (axis.kind !== 'numeric') throw new Error(`${distribution.kind} is no number`);
  return axis;
};

describe('a numeric axis', () => {
  for (const distribution of distributions) {
    test(`${distribution.kind}: a value's place gives the value back, and its cell holds the place`, () => {
      const axis = numericAxis(distribution);
      const rng = createRng(3);
      for (let i = 0; i < 200; i++) {
        const value = Number(drawnDomain(distribution).draw(rng));
        const [low, high] = axis.cellOf(value) ?? [2, 2];
        const u = axis.toUnit(value) ?? 2;
        expect(low).toBeLessThanOrEqual(u);
        expect(high).toBeGreaterThanOrEqual(u);
        if (high > low || axis.levels === Number.POSITIVE_INFINITY)
          expect(axis.fromUnit(u)).toBeCloseTo(value, 6);
      }
    });

    test(`${distribution.kind}: even places are draws from the distribution`, () => {
      const axis = numericAxis(distribution);
      const rng = createRng(5);
      const share = (values: number[], below: number) => values.filter((v) => v <= below).length / 4000;
      const placed = Array.from({ length: 4000 }, (_, i) => axis.fromUnit((i + 0.5) / 4000));
      const drawn = Array.from({ length: 4000 }, () => Number(drawnDomain(distribution).draw(rng)));
      for (const u of [0.1, 0.3, 0.5, 0.8]) {
        const middle = axis.fromUnit(u);
        expect(Math.abs(share(placed, middle) - share(drawn, middle))).toBeLessThan(0.04);
      }
    });

    test(`${distribution.kind}: it grows, and stays what the search can give`, () => {
      const axis = numericAxis(distribution);
      const values = Array.from({ length: 101 }, (_, i) => axis.fromUnit(i / 100));
      expect(values).toEqual([...values].sort((a, b) => a - b));
      expect(values.every(Number.isFinite)).toBe(true);
      expect(axis.toUnit('text')).toBeNull();
      expect(axis.toUnit(undefined)).toBeNull();
    });
  }

  test('a value from outside of the range has no place', () => {
    expect(numericAxis({ kind: 'uniform', min: 0, max: 1 }).toUnit(2)).toBeNull();
    expect(numericAxis({ kind: 'int_uniform', min: 0, max: 3 }).toUnit(1.5)).toBeNull();
    expect(numericAxis({ kind: 'int_uniform', min: 0, max: 3 }).toUnit(4)).toBeNull();
  });
});

test('a categorical axis leaves out what is never drawn, and knows lists by their content', () => {
  const values = ['a', ['x', 1], 'c'];
  const axis = axisOf({
    path: 'x',
    when: [],
    distribution: { kind: 'categorical', values, probabilities: [0, 1, 3] },
  });
  if (axis.kind !== 'categorical') throw new Error('no category');
  expect(axis.values).toEqual([['x', 1], 'c']);
  expect(axis.probabilities).toEqual([0.25, 0.75]);
  expect([axis.indexOf(['x', 1]), axis.indexOf('c'), axis.indexOf('a'), axis.indexOf(undefined)]).toEqual([
    0, 1, -1, -1,
  ]);
});

test('the normal distribution and its inverse are exact to twelve digits', () => {
  expect(normalCdf(0)).toBe(0.5);
  expect(normalCdf(1.959963984540054)).toBeCloseTo(0.975, 13);
  expect(normalCdf(-6) / 9.865876450376946e-10).toBeCloseTo(1, 12);
  expect(normalCdf(-3) / 0.0013498980316300946).toBeCloseTo(1, 12);
  for (const p of [1e-11, 1e-6, 0.02, 0.3, 0.5, 0.9, 0.999999]) {
    expect(normalCdf(normalQuantile(p)) / p).toBeCloseTo(1, 10);
  }
  expect(() => normalQuantile(0)).toThrow(RangeError);
});
