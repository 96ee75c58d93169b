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

/**
 * The three changes of colour in one: with brightness b, saturation s and contrast k they are, channel by channel,
 *   y = k (s x + (1 - s) grey(x)) + (1 - k) mean(x) + b,
 * a product with a 3 x 3 matrix and an offset for each picture.
 */
const changeColour = (x: tf.Tensor, rows: number, random: Random): tf.Tensor => {
  const uniform = () => drawEach(rows, () => random.next());
  const [brightness, saturation, contrast] = [uniform(), uniform(), uniform()];
  const channels = [0, 1, 2];
  const mixes = brightness.map((_, row) => {
    const [s, k] = [2 * (saturation[row] ?? 0), (contrast[row] ?? 0) + 0.5];
    return channels.map((from) => channels.map((to) => k * ((from === to ? s : 0) + (1 - s) / 3)));
  });
  const each = (values: number[]) => tf.tensor(values, [rows, 1, 1], 'float32');
  const pixels = tf.reshape(x, [rows, -1, 3]) as tf.Tensor3D; // [N, S * S, 3]
  const mean = tf.mean(pixels, [1, 2], true); // [N, 1, 1]
  const offset = tf.add(
    tf.mul(mean, each(contrast.map((u) => 0.5 - u))),
    each(brightness.map((u) => u - 0.5)),
  );
  return tf.reshape(tf.add(tf.matMul(pixels, tf.tensor3d(mixes)), offset), x.shape);
};

/** A picture [S, S * 3] moved down and right; what leaves is lost. */
const moved = (x: tf.Tensor, side: number, down: number, right: number): tf.Tensor => {
  const from = [Math.max(0, -down), 3 * Math.max(0, -right)];
  const inside = tf.slice(x, from, [side - Math.abs(down), 3 * (side - Math.abs(right))]);
  return tf.pad(inside, [
    [Math.max(0, down), Math.max(0, -down)],
    [3 * Math.max(0, right), 3 * Math.max(0, -right)],
  ]);
};

/** On lines of S * 3 values: a slice of two axes copies lines, one of four copies pixels. */
const translate = (x: tf.Tensor, rows: number, side: number, random: Random): tf.Tensor => {
  const reach = Math.floor(side / 8 + 0.5);
  const shift = () => drawEach(rows, () => below(random, 2 * reach + 1) - reach);
  const [down, right] = [shift(), shift()];
  const pictures = tf.split(tf.reshape(x, [rows * side, side * 3]), rows, 0); // N times [S, S * 3]
  const shifted = pictures.map((picture, row) => moved(picture, side, down[row] ?? 0, right[row] ?? 0));
  return tf.reshape(tf.concat(shifted, 0), x.shape);
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
