/**
 * Training S: L = E |z - S(G(z, t))|^2 (Reed et al. 2016, section 4.4). What a step promises, each with a test:
 *  - the generator is read, never written, and no gradient goes through it;
 *  - it draws with its running statistics, so that S learns to invert the pictures that people are shown;
 *  - the number of tensors is the same after a step as before.
 */
import { Adam } from '@plumage/compute';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../config.ts';
import { generate } from '../generator.ts';
import { createNetwork, disposeNetwork, type Network, type Random } from '../network.ts';
import { drawNoise } from '../noise.draw.ts';
import {
  absorbStatistics,
  batchNormalize,
  type ObservedStatistics,
  runningNormalize,
} from '../normalization.ts';
import { encodeStyle, type StyleConfig, styleSpecs } from './style.encoder.ts';

export interface StyleTrainer {
  readonly config: StyleConfig;
  readonly encoder: Network;
  readonly adam: Adam;
}

/** The generator whose noise is to be found; frozen. */
export interface FrozenGenerator {
  readonly config: ModelConfig;
  readonly average: Network;
}

/** @param beta1 first decay of Adam */
export const createStyleTrainer = (config: StyleConfig, random: Random, beta1: number): StyleTrainer => ({
  config,
  encoder: createNetwork(styleSpecs(config), random),
  adam: new Adam({ learningRate: 0, beta1 }),
});

export const disposeStyleTrainer = ({ encoder, adam }: StyleTrainer): void => {
  disposeNetwork(encoder);
  adam.dispose();
};

/**
 * The squared length of what is missed, mean over the batch.
 * @param noise [B, Z]
 * @param found [B, Z]
 */
export const styleLoss = (noise: tf.Tensor2D, found: tf.Tensor2D): tf.Scalar =>
  tf.mean(tf.sum(tf.squaredDifference(noise, found), 1)) as tf.Scalar;

/** The gradients of the loss by parameter name, and what the batch's normalisation saw. */
export const styleGradients = (
  { encoder, config }: StyleTrainer,
  images: tf.Tensor4D,
  noise: tf.Tensor2D,
): { loss: tf.Scalar; gradients: Record<string, tf.Tensor>; observed: ObservedStatistics } => {
  const observed: ObservedStatistics = new Map();
  const { value: loss, grads } = tf.variableGrads(
    () => styleLoss(noise, encodeStyle(encoder, config, images, batchNormalize(encoder, observed))),
    Object.values(encoder.params),
  );
  const gradients = Object.fromEntries(
    Object.entries(encoder.params).map(([name, { name: variable }]) => {
      const gradient = grads[variable];
      if (!gradient) throw new RangeError(`the loss does not depend on parameter ${name}`);
      return [name, gradient];
    }),
  );
  return { loss, gradients, observed };
};

/**
 * One update of S from pictures whose noise is known.
 * @param images [B, 64, 64, 3] in [-1, 1], drawn from `noise` [B, Z]
 * @returns the loss before the update; the caller disposes it
 */
export const updateStyle = (
  trainer: StyleTrainer,
  images: tf.Tensor4D,
  noise: tf.Tensor2D,
  learningRate: number,
): tf.Scalar =>
  tf.tidy(() => {
    const { loss, gradients, observed } = styleGradients(trainer, images, noise);
    absorbStatistics(trainer.encoder, observed);
    trainer.adam.learningRate = learningRate;
    trainer.adam.apply(gradients, trainer.encoder.params);
    return loss;
  });

/**
 * Fresh noise, its pictures by the frozen generator, and one update of S.
 * @param text [B, T]: captions of the training set, as the generator was given them
 * @returns the loss before the update; the caller disposes it
 */
export const trainStyleStep = (
  trainer: StyleTrainer,
  { average, config }: FrozenGenerator,
  text: tf.Tensor2D,
  learningRate: number,
  random: Random,
): tf.Scalar =>
  tf.tidy(() => {
    const noise = drawNoise(text.shape[0], config.noiseDim, random); // [B, Z]
    const images = generate(average, config, noise, text, runningNormalize(average)); // [B, 64, 64, 3]
    return updateStyle(trainer, images, noise, learningRate);
  });
