/**
 * R1 (Mescheder et al. 2018, "Which Training Methods for GANs do actually Converge?", equation 9): gamma / 2 times the
 * mean over real pictures of the squared length of the discriminator's gradient there. It keeps the discriminator flat
 * around the data, and training converges where it otherwise circles. Taken lazily (Karras et al. 2020, "Analyzing and
 * Improving the Image Quality of StyleGAN", section 3.1): at every so many steps, weighing as many times as much.
 *
 * The gradient is by the picture that the discriminator sees, after augmentation. As the derivatives of
 * @plumage/compute are themselves differentiable, batch normalisation's written out, the penalty is exact.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Levers } from './levers.ts';

/** @param done steps before this one */
export const r1IsDue = ({ r1Weight, r1Every }: Levers, done: number): boolean =>
  r1Weight > 0 && done % r1Every === 0;

/**
 * @param images [B, S, S, 3]
 * @param score [B, S, S, 3] -> [B]
 * @returns the penalty, to be added to the loss; differentiable in whatever `score` depends on
 */
export const r1Penalty = (
  images: tf.Tensor,
  score: (images: tf.Tensor) => tf.Tensor,
  { r1Weight, r1Every }: Levers,
): tf.Scalar => {
  const slope = tf.grad((x) => tf.sum(score(x)))(images); // [B, S, S, 3]
  const rows = images.shape[0] ?? 1;
  return tf.mul(tf.sum(tf.square(slope)), (r1Weight * r1Every) / (2 * rows)) as tf.Scalar;
};
