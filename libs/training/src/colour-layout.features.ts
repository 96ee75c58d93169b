/**
 * Colour-layout features: a picture as the mean colours of an 8 x 8 and a 4 x 4 grid, each number standardised by
 * the real training pictures. They see which colour lies where, and nothing finer: cheap, deterministic, without a
 * pretrained network, and enough to tell a tomato from a whale. They are not Inception features, and figures made
 * with them compare only with each other.
 */
import { imageSide } from '@plumage/model';

const grids = [8, 4] as const;

/** 8 * 8 * 3 + 4 * 4 * 3 */
export const featureLength = grids.reduce((sum, side) => sum + side * side * 3, 0);

/** Rows of featureLength numbers. */
export interface Features {
  readonly rows: number;
  readonly values: Float32Array;
}

export const featureRow = ({ values }: Features, row: number): Float32Array =>
  values.subarray(row * featureLength, (row + 1) * featureLength);

/** Raw means; each 4 x 4 mean counts as much as the four 8 x 8 means in it. @param pictures [n, 64, 64, 3] */
export const colourLayout = (pictures: Float32Array): Features => {
  const pictureValues = imageSide * imageSide * 3;
  const rows = pictures.length / pictureValues;
  const values = new Float32Array(rows * featureLength);
  for (let row = 0; row < rows; row++) {
    let start = row * featureLength;
    for (const side of grids) {
      const cell = imageSide / side;
      for (let y = 0; y < imageSide; y++) {
        for (let x = 0; x < imageSide; x++) {
          const to = start + (Math.floor(y / cell) * side + Math.floor(x / cell)) * 3;
          const from = row * pictureValues + (y * imageSide + x) * 3;
          for (let c = 0; c < 3; c++) {
            values[to + c] = (values[to + c] as number) + (pictures[from + c] as number) / (cell * cell);
          }
        }
      }
      start += side * side * 3;
    }
  }
  return { rows, values };
};

/** Mean and spread of each feature over the real pictures. */
export interface Standard {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** A feature that hardly varies (a white corner) is not blown up: deviations are at least 0.05 of the range. */
const smallestDeviation = 0.1;

export const standardOf = (features: Features): Standard => {
  const mean = new Float64Array(featureLength);
  const deviation = new Float64Array(featureLength);
  for (let i = 0; i < featureLength; i++) {
    let sum = 0;
    let squares = 0;
    for (let row = 0; row < features.rows; row++) {
      const value = features.values[row * featureLength + i] as number;
      sum += value;
      squares += value * value;
    }
    const m = sum / features.rows;
    mean[i] = m;
    deviation[i] = Math.max(smallestDeviation, Math.sqrt(Math.max(0, squares / features.rows - m * m)));
  }
  return { mean, deviation };
};

export const standardise = (features: Features, { mean, deviation }: Standard): Features => ({
  rows: features.rows,
  values: features.values.map((value, i) => {
    const column = i % featureLength;
    return (value - (mean[column] as number)) / (deviation[column] as number);
  }),
});

/** Minus the mean row. */
export const centred = (features: Features): Features => {
  const { mean } = standardOf(features);
  return {
    rows: features.rows,
    values: features.values.map((value, i) => value - (mean[i % featureLength] as number)),
  };
};

export const distance = (a: Float32Array, b: Float32Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return Math.sqrt(sum);
};

export const product = (a: Float32Array, b: Float32Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};

/** 1 for the same direction, -1 for the opposite; 0 if either has no length. */
export const cosine = (a: Float32Array, b: Float32Array): number => {
  const lengths = Math.sqrt(product(a, a) * product(b, b));
  return lengths === 0 ? 0 : product(a, b) / lengths;
};
