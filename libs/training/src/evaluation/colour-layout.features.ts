/**
 * Colour-layout features: a picture as the mean colours of an 8 x 8 and a 4 x 4 grid, each number standardised by
 * the real training pictures. They see which colour lies where, and nothing finer: cheap, deterministic, without a
 * pretrained network, and enough to tell a tomato from a whale. They are not Inception features, and figures made
 * with them compare only with each other.
 */
import { imageSide } from '@plumage/model';
import type { Features, FeatureSource } from './features.ts';

const grids = [8, 4] as const;

/** 8 * 8 * 3 + 4 * 4 * 3 */
export const colourLayoutLength = grids.reduce((sum, side) => sum + side * side * 3, 0);

/** Of values that span 2: a corner that is always white is not blown up. */
export const smallestColourDeviation = 0.1;

/** Raw means; each 4 x 4 mean counts as much as the four 8 x 8 means in it. @param pictures [n, 64, 64, 3] */
export const colourLayout = (pictures: Float32Array): Features => {
  const pictureValues = imageSide * imageSide * 3;
  const rows = pictures.length / pictureValues;
  const values = new Float32Array(rows * colourLayoutLength);
  for (let row = 0; row < rows; row++) {
    let start = row * colourLayoutLength;
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
  return { rows, length: colourLayoutLength, values };
};

/** Without weights; the name stands for what is computed. */
export const colourLayoutSource: FeatureSource = {
  name: 'colour',
  hash: 'layout-8-4',
  of: async (pictures) => colourLayout(pictures),
};
