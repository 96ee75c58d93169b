/**
 * Memorisation: how close generated pictures come to single training pictures, against how close training pictures
 * come to each other (Meehan et al. 2020, "A non-parametric test to detect data-copying in generative models", in its
 * simplest form). About 1: new pictures, as different from each real one as real ones are. Near 0: copies.
 */
import { distance, type Features, featureRow } from './features.ts';

/** Mean over `rows` of the distance to the nearest of `real` that `isOther` allows. */
const meanNearest = (
  rows: Features,
  real: Features,
  isOther: (row: number, realRow: number) => boolean,
): number => {
  let sum = 0;
  let counted = 0;
  for (let row = 0; row < rows.rows; row++) {
    let least = Number.POSITIVE_INFINITY;
    for (let other = 0; other < real.rows; other++) {
      if (!isOther(row, other)) continue;
      least = Math.min(least, distance(featureRow(rows, row), featureRow(real, other)));
    }
    if (least === Number.POSITIVE_INFINITY) continue;
    sum += least;
    counted++;
  }
  return counted === 0 ? Number.NaN : sum / counted;
};

/** @param shows what each real picture shows: two pictures of one thing do not count as each other's nearest */
export const realSpacing = (real: Features, shows: readonly string[]): number =>
  meanNearest(real, real, (row, other) => shows[row] !== shows[other]);

/** @param spacing of the real pictures, from realSpacing */
export const nearestRatio = (generated: Features, real: Features, spacing: number): number =>
  meanNearest(generated, real, () => true) / spacing;
