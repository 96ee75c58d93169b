/**
 * The figures that a sweep can rank runs by, over features of any kind. The generator's loss is not among them: it
 * measures the other network as much as this one.
 */
import {
  cosine,
  distance,
  type Features,
  featureLength,
  featureRow,
  product,
} from './colour-layout.features.ts';

export interface Ranking {
  /** Share of queries whose true item is the nearest of all candidates; chance is 1 / candidates. */
  precision: number;
  /** Mean of 1 / rank of the true item: moves earlier and more smoothly than the precision. */
  reciprocalRank: number;
}

/**
 * R-precision: is the real item the nearest to what was generated from its caption?
 * @param candidates for each query the rows of `real` to choose from, the true one first
 */
export const rankTrueItem = (
  generated: Features,
  real: Features,
  candidates: readonly (readonly number[])[],
): Ranking => {
  let hits = 0;
  let reciprocal = 0;
  candidates.forEach(([truth, ...others], query) => {
    const features = featureRow(generated, query);
    const score = cosine(features, featureRow(real, truth ?? 0));
    const better = others.filter((row) => cosine(features, featureRow(real, row)) >= score).length;
    if (better === 0) hits++;
    reciprocal += 1 / (1 + better);
  });
  return { precision: hits / candidates.length, reciprocalRank: reciprocal / candidates.length };
};

/** Mean distance over all pairs of the given rows; 0 for fewer than two. */
export const meanPairDistance = (features: Features, rows: readonly number[]): number => {
  let sum = 0;
  let pairs = 0;
  rows.forEach((a, i) => {
    for (const b of rows.slice(i + 1)) {
      sum += distance(featureRow(features, a), featureRow(features, b));
      pairs++;
    }
  });
  return pairs === 0 ? 0 : sum / pairs;
};

const kernel = (a: Float32Array, b: Float32Array) => (product(a, b) / featureLength + 1) ** 3;

const meanKernel = (a: Features, b: Features, withoutDiagonal: boolean): number => {
  let sum = 0;
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      if (!withoutDiagonal || i !== j) sum += kernel(featureRow(a, i), featureRow(b, j));
    }
  }
  return sum / (a.rows * (withoutDiagonal ? b.rows - 1 : b.rows));
};

/**
 * Kernel distance (Binkowski et al. 2018: squared MMD with the kernel (xy/d + 1)^3, unbiased, so that it may be
 * slightly below 0). Each set needs at least two rows.
 */
export const kernelDistance = (a: Features, b: Features): number =>
  meanKernel(a, a, true) + meanKernel(b, b, true) - 2 * meanKernel(a, b, false);
