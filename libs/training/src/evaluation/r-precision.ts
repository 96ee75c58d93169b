/**
 * R-precision: is what belongs to a picture the nearest of what might? Asked of real pictures (which of 100 real
 * pictures was this one's caption written for) and, with an encoder that embeds pictures and texts in one space, of
 * captions (Xu et al. 2018, "AttnGAN", section 4: one true caption and 99 of others, top 1, ten folds).
 */
import { cosine, type Features, featureRow, product } from './features.ts';

export interface Ranking {
  /** Share of queries whose true item is the nearest of all candidates; chance is 1 / candidates. */
  precision: number;
  /** Mean of 1 / rank of the true item: moves earlier and more smoothly than the precision. */
  reciprocalRank: number;
}

/**
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

/**
 * Top-1 share over the joint space's own score, the dot product, in folds of neighbouring queries.
 * @param candidates for each query the rows of `captions` to choose from, the true one first; equal scores miss
 * @returns mean and standard deviation over the folds (of n, not n - 1)
 */
export const captionPrecision = (
  pictures: Features,
  captions: Features,
  candidates: readonly (readonly number[])[],
  folds: number,
): { mean: number; deviation: number } => {
  const hit = candidates.map(([truth, ...others], query) => {
    const features = featureRow(pictures, query);
    const score = product(features, featureRow(captions, truth ?? 0));
    return others.every((row) => product(features, featureRow(captions, row)) < score) ? 1 : 0;
  });
  const used = Math.min(folds, hit.length);
  const shares = Array.from({ length: used }, (_, fold) => {
    const part = hit.slice(
      Math.floor((fold * hit.length) / used),
      Math.floor(((fold + 1) * hit.length) / used),
    );
    return part.reduce((sum: number, one) => sum + one, 0) / part.length;
  });
  const mean = shares.reduce((sum, share) => sum + share, 0) / used;
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / used;
  return { mean, deviation: Math.sqrt(variance) };
};
