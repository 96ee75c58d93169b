/**
 * The hinge objective (Lim and Ye 2017, "Geometric GAN", equations 8 and 9; as Miyato et al. 2018 use it): a real pair
 * costs max(0, 1 - s), a wrong or generated one max(0, 1 + s), a generated one in the generator's step -s. Scores
 * beyond the margin have no gradient, so that the discriminator does not grow ever surer. There are no labels, hence
 * nothing to smooth.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Adversarial } from './losses.ts';

export const hinge: Adversarial = {
  real: (logits) => tf.relu(tf.sub(1, logits)) as tf.Tensor1D,
  fake: (logits) => tf.relu(tf.add(1, logits)) as tf.Tensor1D,
  generated: (logits) => tf.neg(logits) as tf.Tensor1D,
};
