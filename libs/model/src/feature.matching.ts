/**
 * The two terms that a common PyTorch re-implementation (aelnouby/Text-to-Image-Synthesis, trainer.py) adds to the
 * generator's loss, with weights 100 and 50 there:
 *  - feature matching (Salimans et al. 2016, section 3.1): the squared distance between the discriminator's features,
 *    each averaged over the batch, of real and of generated pictures;
 *  - the mean absolute difference between a generated picture and the real one of the same caption. It ties each text to
 *    one picture, so that the noise loses its say: a well-known mistake, kept off unless asked for.
 * Rows of interpolated text have no real picture and take no part.
 */
import * as tf from '@tensorflow/tfjs-core';

/** The first `rows` rows. */
const originals = (x: tf.Tensor, rows: number): tf.Tensor =>
  (x.shape[0] ?? rows) === rows ? x : tf.slice(x, 0, rows);

/**
 * @param generated features [R, 4, 4, 8n] of generated pictures, the originals first
 * @param real features [B, 4, 4, 8n] of real pictures, B at most R
 * @returns mean over features of the squared difference of the batches' means; no gradient goes to `real`
 */
export const featureDistance = (generated: tf.Tensor, real: tf.Tensor): tf.Scalar => {
  const rows = real.shape[0] ?? 1;
  const difference = tf.sub(tf.mean(originals(generated, rows), 0), tf.mean(real, 0)); // [4, 4, 8n]
  return tf.mean(tf.square(difference)) as tf.Scalar;
};

/** @param generated [R, 64, 64, 3], the originals first @param real [B, 64, 64, 3], B at most R */
export const pixelDistance = (generated: tf.Tensor, real: tf.Tensor): tf.Scalar =>
  tf.mean(tf.abs(tf.sub(originals(generated, real.shape[0] ?? 1), real))) as tf.Scalar;
