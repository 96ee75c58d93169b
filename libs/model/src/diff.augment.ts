/**
 * DiffAugment (Zhao et al. 2020, "Differentiable Augmentation for Data-Efficient GAN Training", section 3.2, with the
 * ranges of the authors' DiffAugment_pytorch.py): every picture that the discriminator sees, real, wrong or generated,
 * is changed at random, and the generator's gradient goes back through the change. So a small dataset is not learnt by
 * heart, and generated pictures do not take on what the changes look like, as they would were only real ones changed.
 *
 *  colour       brightness +-0.5, saturation x 0 to 2 around grey, contrast x 0.5 to 1.5 around the picture's mean
 *  translation  by up to an eighth of the side, what comes in is 0 (grey)
 *  cutout       a square of half the side becomes 0; it may lie partly outside
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Random } from './network.ts';

export const augmentations = ['colour', 'translation', 'cutout'] as const;
export type Augmentation = (typeof augmentations)[number];

const below = (random: Random, count: number): number => Math.floor(random.next() * count);

const drawEach = (rows: number, draw: () => number): number[] => Array.from({ length: rows }, draw);

/** One factor a picture, [N, 1, 1, 1]. */
const factors = (values: number[], scale: number, shift: number): tf.Tensor =>
  tf.add(tf.mul(tf.tensor(values, [values.length, 1, 1, 1], 'float32'), scale), shift);

const changeColour = (x: tf.Tensor, rows: number, random: Random): tf.Tensor => {
  const uniform = () => drawEach(rows, () => random.next());
  const [brightness, saturation, contrast] = [uniform(), uniform(), uniform()];
  const brighter = tf.add(x, factors(brightness, 1, -0.5));
  const grey = tf.mean(brighter, 3, true); // [N, S, S, 1]
  const tinted = tf.add(tf.mul(tf.sub(brighter, grey), factors(saturation, 2, 0)), grey);
  const mean = tf.mean(tinted, [1, 2, 3], true); // [N, 1, 1, 1]
  return tf.add(tf.mul(tf.sub(tinted, mean), factors(contrast, 1, 0.5)), mean);
};

/** A picture [1, S, S, 3] moved down and right; what leaves is lost. */
const moved = (x: tf.Tensor, side: number, down: number, right: number): tf.Tensor => {
  const kept = [1, side - Math.abs(down), side - Math.abs(right), -1];
  const inside = tf.slice(x, [0, Math.max(0, -down), Math.max(0, -right), 0], kept);
  return tf.pad(inside, [
    [0, 0],
    [Math.max(0, down), Math.max(0, -down)],
    [Math.max(0, right), Math.max(0, -right)],
    [0, 0],
  ]);
};

const translate = (x: tf.Tensor, rows: number, side: number, random: Random): tf.Tensor => {
  const reach = Math.floor(side / 8 + 0.5);
  const shift = () => drawEach(rows, () => below(random, 2 * reach + 1) - reach);
  const [down, right] = [shift(), shift()];
  const pictures = tf.split(x, rows, 0); // N times [1, S, S, 3]
  return tf.concat(
    pictures.map((picture, row) => moved(picture, side, down[row] ?? 0, right[row] ?? 0)),
    0,
  );
};

const cutOut = (x: tf.Tensor, rows: number, side: number, random: Random): tf.Tensor => {
  const hole = Math.floor(side / 2 + 0.5);
  const centre = () => drawEach(rows, () => below(random, side + 1 - (hole % 2)));
  const [top, left] = [centre(), centre()];
  const mask = new Float32Array(rows * side * side).fill(1);
  for (let row = 0; row < rows; row++) {
    const firstLine = (top[row] ?? 0) - hole / 2;
    const firstColumn = (left[row] ?? 0) - hole / 2;
    const from = Math.max(0, firstColumn);
    const to = Math.min(side, firstColumn + hole);
    for (let y = Math.max(0, firstLine); y < Math.min(side, firstLine + hole); y++) {
      mask.fill(0, (row * side + y) * side + from, (row * side + y) * side + to);
    }
  }
  return tf.mul(x, tf.tensor(mask, [rows, side, side, 1]));
};

/**
 * @param images [N, S, S, 3] in [-1, 1]
 * @returns [N, S, S, 3], not clipped; `images` itself, and nothing drawn, when no kind is asked for
 */
export const augment = (images: tf.Tensor, kinds: readonly Augmentation[], random: Random): tf.Tensor => {
  const [rows = 1, side = 1] = images.shape;
  let x = images;
  if (kinds.includes('colour')) x = changeColour(x, rows, random);
  if (kinds.includes('translation')) x = translate(x, rows, side, random);
  if (kinds.includes('cutout')) x = cutOut(x, rows, side, random);
  return x;
};
