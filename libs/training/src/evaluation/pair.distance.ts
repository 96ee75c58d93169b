/** How different pictures are from each other: what a collapsed generator has lost. */
import { distance, type Features, featureRow } from './features.ts';

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
