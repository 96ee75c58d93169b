/**
 * The style of a picture as noise. Reed et al. 2016 (section 4.4) train an encoder S that inverts the generator; with
 * one that was trained for this very checkpoint a style is one forward pass. A checkpoint without one is inverted by
 * descent instead (noise.recovery.ts of the model): z such that G(z, t) redraws
 * the picture, t being what it shows. The same z with another caption then keeps background, pose and manner.
 */
import { imageSide, recoverNoise } from '@plumage/model';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import { CheckpointCorrupt, CheckpointMismatch } from './checkpoint.error.ts';
import type { CheckpointModel } from './checkpoint.format.ts';
import { RenderError } from './render.error.ts';
import type { RenderGenerator } from './render.generator.ts';
import { generatorHashOf } from './style-encoder/style.generator.ts';
import { openStyleEncoder, type StyleEncoder } from './style-encoder/style.open.ts';

/** Refuses a picture that would unpack to more than this: 64 megapixels. */
const mostPixels = 64 * 1024 * 1024;

/**
 * Measured on 64 x 64 pictures of an emoji run of 700 steps (mean square errors of values that span 2): a picture of
 * the generator with its caption is redrawn to 0.0002, where another seed's picture is at 0.003; the same without its
 * caption from 0.4 to 0.011. At rate 0.2, 200 steps reach what 400 reach at 0.1. A prior of 1e-4 redraws no real
 * picture better (0.15 either way) and one of 1e-2 redraws everything worse.
 */
const descent = { steps: 200, learningRate: 0.2, prior: 1e-3 } as const;

/**
 * [64, 64, 3] in [-1, 1]: scaled to cover the square, cropped around its centre, on white where it is transparent.
 * @throws RenderError RENDER_BAD_PICTURE
 */
export const decodeStyle = async (bytes: Uint8Array, path: string): Promise<Float32Array> => {
  const pixels = await sharp(bytes, { failOn: 'error', limitInputPixels: mostPixels })
    .autoOrient()
    .toColourspace('srgb')
    .resize(imageSide, imageSide, { fit: 'cover', kernel: 'lanczos3' })
    .flatten({ background: '#ffffff' })
    .raw({ depth: 'uchar' })
    .toBuffer()
    .catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const expected = 'a whole PNG or JPEG picture';
      throw new RenderError('RENDER_BAD_PICTURE', path, `cannot be read (${reason})`, expected, { cause });
    });
  return Float32Array.from(pixels, (value) => value / 127.5 - 1);
};

/**
 * @param pictures n of [64, 64, 3] in [-1, 1]
 * @param text [T], standardised: what they show
 * @param onStep told after each step how many of all are done; it may throw to end the work
 * @returns n rows of [Z]
 */
export const styleNoises = async (
  generator: RenderGenerator,
  pictures: readonly Float32Array[],
  text: Float32Array,
  onStep: (done: number, total: number) => void | Promise<void>,
): Promise<Float32Array[]> => {
  const { average, config } = generator;
  const given = tf.tidy(() => ({
    pictures: tf.stack(
      pictures.map((picture) => tf.tensor3d(picture, [imageSide, imageSide, 3])),
    ) as tf.Tensor4D, // [n, 64, 64, 3]
    text: tf.stack(pictures.map(() => tf.tensor1d(text))) as tf.Tensor2D, // [n, T]
  }));
  try {
    const noise = await recoverNoise(average, config, given.pictures, given.text, descent, (done) =>
      onStep(done, descent.steps),
    ); // [n, Z]
    const values = (await noise.data()) as Float32Array;
    noise.dispose();
    return pictures.map((_, row) => values.slice(row * config.noiseDim, (row + 1) * config.noiseDim));
  } finally {
    tf.dispose([given.pictures, given.text]);
  }
};

/** Its faults are not those of the checkpoint that draws, and must not be told as such. */
const openEncoder = (encoder: CheckpointModel): StyleEncoder => {
  try {
    return openStyleEncoder(encoder);
  } catch (cause) {
    if (!(cause instanceof CheckpointCorrupt || cause instanceof CheckpointMismatch)) throw cause;
    const reason = `cannot be used (${cause.message})`;
    const expected = 'a checkpoint of a style-encoder run';
    throw new RenderError('RENDER_BAD_STYLE_ENCODER', 'style_encoder_checkpoint', reason, expected, {
      cause,
    });
  }
};

/**
 * By a trained style encoder.
 * @param encoder a style-encoder run's checkpoint
 * @param checkpoint of the generator that is to draw
 * @param pictures n of [64, 64, 3] in [-1, 1]
 * @returns n rows of [Z]
 * @throws RenderError RENDER_OTHER_GENERATOR, RENDER_BAD_STYLE_ENCODER
 */
export const encodedStyles = async (
  encoder: CheckpointModel,
  checkpoint: CheckpointModel,
  pictures: readonly Float32Array[],
): Promise<Float32Array[]> => {
  const opened = openEncoder(encoder);
  try {
    const hash = generatorHashOf(checkpoint);
    if (opened.generatorHash !== hash) {
      const reason = `is for the generator ${opened.generatorHash}`;
      throw new RenderError('RENDER_OTHER_GENERATOR', 'style_encoder_checkpoint', reason, hash);
    }
    return await opened.styleOf(pictures);
  } finally {
    opened.dispose();
  }
};
