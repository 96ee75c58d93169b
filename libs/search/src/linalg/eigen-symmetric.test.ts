import { createRng } from '@plumage/contract';
import { describe, expect, test } from 'vitest';
import { eigenSymmetric } from './eigen-symmetric.ts';

/** The largest entry of V^T diag(values) V - matrix and of V V^T - 1. */
const errors = (matrix: Float64Array, n: number): number => {
  const { values, vectors } = eigenSymmetric(matrix, n);
  let worst = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let [rebuilt, product] = [0, 0];
      for (let k = 0; k < n; k++) {
        rebuilt += Number(vectors[k * n + i]) * Number(values[k]) * Number(vectors[k * n + j]);
        product += Number(vectors[i * n + k]) * Number(vectors[j * n + k]);
      }
      worst = Math.max(
        worst,
        Math.abs(rebuilt - Number(matrix[i * n + j])),
        Math.abs(product - Number(i === j)),
      );
    }
  }
  return worst;
};

const symmetric = (n: number, entry: (i: number, j: number) => number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return entry(Math.min(i, j), Math.max(i, j));
  });

describe('eigenvalues and eigenvectors of symmetric matrices', () => {
  test('give the matrix back and are orthonormal, for every size to 12 and for 60', () => {
    for (const n of [...Array(13).keys(), 60]) {
      const rng = createRng(n);
      const entries = new Map<number, number>();
      const random = symmetric(n, (i, j) => {
        const at = i * n + j;
        entries.set(at, entries.get(at) ?? rng.normal());
        return Number(entries.get(at));
      });
      expect(errors(random, n)).toBeLessThan(1e-13 * (n + 1));
    }
  });

  test('a diagonal, equal values, zero, blocks and a matrix of rank one are no special cases', () => {
    for (const n of [1, 2, 3, 7]) {
      expect(
        errors(
          symmetric(n, (i, j) => Number(i === j) * (i + 1)),
          n,
        ),
      ).toBeLessThan(1e-13);
      expect(
        errors(
          symmetric(n, (i, j) => Number(i === j)),
          n,
        ),
      ).toBeLessThan(1e-13);
      expect(
        errors(
          symmetric(n, () => 0),
          n,
        ),
      ).toBeLessThan(1e-13);
      expect(
        errors(
          symmetric(n, () => 1),
          n,
        ),
      ).toBeLessThan(1e-13);
      expect(
        errors(
          symmetric(n, (i, j) => Number(i < 2 === j < 2) / (1 + j - i)),
          n,
        ),
      ).toBeLessThan(1e-13);
    }
  });

  test('the second difference has 2 - 2 cos(k pi / (n + 1)) as its k-th value', () => {
    const n = 20;
    const { values } = eigenSymmetric(
      symmetric(n, (i, j) => (i === j ? 2 : j === i + 1 ? -1 : 0)),
      n,
    );
    values.sort().forEach((value, k) => {
      expect(value).toBeCloseTo(2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)), 12);
    });
  });

  test('values sixteen orders of magnitude apart stay apart', () => {
    const { values } = eigenSymmetric(Float64Array.of(1, 0, 0, 0, 1e-8, 0, 0, 0, 1e-16), 3);
    expect([...values].sort((a, b) => a - b)).toEqual([1e-16, 1e-8, 1]);
  });
});
