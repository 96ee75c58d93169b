import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { mannWhitney } from './mann-whitney.ts';

interface Case {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  readonly u: number;
  readonly p: number;
}

/** Made by golden.py with scipy itself. */
const golden: { readonly madeBy: { readonly scipy: string }; readonly cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL('./mann-whitney.golden.json', import.meta.url), 'utf8'),
);

describe('the test of Mann and Whitney', () => {
  test(`gives the u and p of scipy ${golden.madeBy.scipy} for ${golden.cases.length} pairs of samples`, () => {
    for (const { ours, theirs, u, p } of golden.cases) {
      const result = mannWhitney(ours, theirs);
      expect(result.u).toBe(u);
      expect(Math.abs(result.p - p)).toBeLessThanOrEqual(1e-9 * p);
    }
  });

  test('is symmetric: the samples exchanged have the same p, and the rest of u', () => {
    for (const { ours, theirs, u, p } of golden.cases) {
      const exchanged = mannWhitney(theirs, ours);
      expect(exchanged.u).toBe(ours.length * theirs.length - u);
      expect(exchanged.p).toBeCloseTo(p, 9);
    }
  });

  test('refuses an empty sample', () => {
    expect(() => mannWhitney([], [1])).toThrow(RangeError);
  });
});
