/**
 * GAN-INT (Reed et al. 2016, section 4.3): points between two caption embeddings lie near the manifold of captions,
 * so the generator may learn from them although no picture belongs to them. Only the generator's step sees them;
 * the discriminator is never trained on interpolated text.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Random } from './network.ts';

/** `half`: beta 0.5, the paper's choice. `uniform`: beta drawn per row. */
export type Interpolation = 'off' | 'half' | 'uniform';

/** Rows of the generator's batch for B captions: B, or B + floor(B / 2) with interpolation. */
export const generatorRows = (batch: number, interpolation: Interpolation): number =>
  interpolation === 'off' ? batch : batch + Math.floor(batch / 2);

/**
 * @param text [B, T]
 * @returns [generatorRows(B), T]: the B originals, then beta t_i + (1 - beta) t_{i + B/2} for i < B/2
 */
export const interpolateText = (
  text: tf.Tensor2D,
  interpolation: Interpolation,
  random: Random,
): tf.Tensor2D => {
  const [batch] = text.shape;
  const half = Math.floor(batch / 2);
  if (interpolation === 'off' || half === 0) return text;
  return tf.tidy(() => {
    const first = tf.slice(text, [0, 0], [half, -1]);
    const second = tf.slice(text, [half, 0], [half, -1]);
    const beta = Float32Array.from({ length: half }, () => (interpolation === 'half' ? 0.5 : random.next()));
    const weight = tf.tensor2d(beta, [half, 1]);
    const between = tf.add(tf.mul(first, weight), tf.mul(second, tf.sub(1, weight)));
    return tf.concat([text, between], 0) as tf.Tensor2D;
  });
};
