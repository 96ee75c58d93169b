import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DIMENSIONS, sobolBits } from './directions.ts';

/** Made by tools/golden/sobol_points.py with SciPy itself. */
const golden: {
  readonly madeBy: { readonly scipy: string };
  readonly points: readonly { readonly index: number; readonly bits: readonly number[] }[];
} = JSON.parse(readFileSync(new URL('./directions.golden.json', import.meta.url), 'utf8'));

test(`the sequence is SciPy's ${golden.madeBy.scipy}, bit for bit, in all ${DIMENSIONS} coordinates`, () => {
  for (const { index, bits } of golden.points) {
    expect(bits).toHaveLength(DIMENSIONS);
    expect(bits.map((_, dimension) => sobolBits(dimension, index))).toEqual(bits);
  }
});

test('a coordinate beyond the table is refused by name', () => {
  expect(() => sobolBits(DIMENSIONS, 1)).toThrow('dimension must be below 128, got 128');
});
