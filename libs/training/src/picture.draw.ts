/**
 * Pictures from the averaged generator with running statistics, in blocks of bounded size, and as PNG files.
 * Everything that a person sees or an evaluation measures is drawn here and nowhere else.
 */
import { createRng } from '@plumage/contract';
import { type GanCls, generate, imageSide, runningNormalize } from '@plumage/model';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';

const blockRows = 64;
const pictureValues = imageSide * imageSide * 3;

/** The noise of a seed: the same for every run, step and caption. [Z] */
export const noiseOfSeed = (seed: number, noiseDim: number): Float32Array => {
  const rng = createRng(seed, 'prompt-noise');
  return Float32Array.from({ length: noiseDim }, () => rng.normal());
};

/** What pictures are drawn with. */
export type Drawer = Pick<GanCls, 'average' | 'config'>;

/**
 * @param texts n rows of [T]
 * @param noises n rows of [Z]
 * @param onBlock told after each block how many pictures are drawn; it may throw to end the work
 * @returns [n, 64, 64, 3] in [-1, 1]
 */
export const drawPictures = async (
  gan: Drawer,
  texts: readonly Float32Array[],
  noises: readonly Float32Array[],
  onBlock: (done: number) => void | Promise<void> = () => undefined,
): Promise<Float32Array> => {
  const pictures = new Float32Array(texts.length * pictureValues);
  for (let from = 0; from < texts.length; from += blockRows) {
    const block = tf.tidy(() => {
      const rows = (arrays: readonly Float32Array[]) =>
        tf.stack(arrays.slice(from, from + blockRows).map((row) => tf.tensor1d(row)));
      return generate(gan.average, gan.config, rows(noises), rows(texts), runningNormalize(gan.average));
    }); // [<= 64, 64, 64, 3]
    pictures.set(await block.data(), from * pictureValues);
    block.dispose();
    await onBlock(Math.min(from + blockRows, texts.length));
  }
  return pictures;
};

/** Picture `index` of [n, 64, 64, 3], copied: [64, 64, 3]. */
export const pictureAt = (pictures: Float32Array, index: number): Float32Array =>
  pictures.slice(index * pictureValues, (index + 1) * pictureValues);

/** Row `index` of [n, 64, 64, 3] as an RGB PNG. */
export const encodePng = async (pictures: Float32Array, index: number): Promise<Uint8Array> => {
  const bytes = new Uint8Array(pictureValues);
  for (let i = 0; i < pictureValues; i++) {
    const value = pictures[index * pictureValues + i] as number;
    bytes[i] = Math.round(Math.min(255, Math.max(0, (value + 1) * 127.5)));
  }
  const raw = { width: imageSide, height: imageSide, channels: 3 } as const;
  return new Uint8Array(await sharp(bytes, { raw }).png().toBuffer());
};
