import { createRng } from '@plumage/contract';
import { describe, expect, test } from 'vitest';
import { factorise, inverseFromFactor, solveLower, solveLowerTransposed } from './cholesky.ts';

/** G G^T + 1, which is positive definite. */
const positive = (n: number, seed: number): Float64Array => {
  const rng = createRng(seed);
  const g = Array.from({ length: n }, () => Array.from({ length: n }, () => rng.normal()));
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return Number(i === j) + (g[i] ?? []).reduce((sum, value, k) => sum + value * Number(g[j]?.[k]), 0);
  });
};

const times = (a: Float64Array, n: number, x: Float64Array): Float64Array =>
  Float64Array.from({ length: n }, (_, i) =>
    x.reduce((sum, value, j) => sum + Number(a[i * n + j]) * value, 0),
  );

describe("Cholesky's factor", () => {
  test('solves A x = b for every size to 10 and for 80', () => {
    for (const n of [...Array(11).keys(), 80]) {
      const a = positive(n, n);
      const rng = createRng(n, 'x');
      const x = Float64Array.from({ length: n }, () => rng.normal());
      const b = times(a, n, x);
      const factor = a.slice();
      expect(factorise(factor, n)).toBe(true);
      solveLower(factor, n, b);
      solveLowerTransposed(factor, n, b);
      b.forEach((value, i) => expect(value).toBeCloseTo(Number(x[i]), 9));
    }
  });

  test('gives the lower triangle of the inverse', () => {
    const n = 12;
    const a = positive(n, 3);
    const factor = a.slice();
    factorise(factor, n);
    const inverse = inverseFromFactor(factor, n);
    for (let j = 0; j < n; j++) {
      const column = Float64Array.from({ length: n }, (_, i) =>
        Number(inverse[Math.max(i, j) * n + Math.min(i, j)]),
      );
      times(a, n, column).forEach((value, i) => expect(value).toBeCloseTo(Number(i === j), 9));
    }
  });

  test('does not read the upper triangle', () => {
    const a = positive(4, 9);
    const [plain, spoilt] = [a.slice(), a.slice()];
    for (const at of [1, 2, 3, 6, 7, 11]) spoilt[at] = Number.NaN;
    expect([factorise(plain, 4), factorise(spoilt, 4)]).toEqual([true, true]);
    for (const at of [0, 4, 5, 8, 9, 10, 12, 13, 14, 15]) expect(spoilt[at]).toBe(plain[at]);
  });

  test('is refused to what is not positive definite, NaN among it', () => {
    expect(factorise(Float64Array.of(1, 2, 2, 1), 2)).toBe(false);
    expect(factorise(Float64Array.of(1, 1, 1, 1), 2)).toBe(false);
    expect(factorise(Float64Array.of(Number.NaN), 1)).toBe(false);
  });
});
