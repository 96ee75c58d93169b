/**
 * GAN-CLS: both networks, their optimisers and the averaged generator, and one training step (Reed et al. 2016,
 * algorithm 1). What a step promises, each with a test:
 *  - three separate discriminator passes, hence three separate batch statistics;
 *  - the generator's step draws fresh noise, never the noise of the discriminator's step;
 *  - the discriminator never sees interpolated text;
 *  - while one network is updated the other does not move (but for the generator's running statistics);
 *  - the number of tensors is the same after a step as before.
 */
import { Adam } from '@plumage/compute';
import * as tf from '@tensorflow/tfjs-core';
import { updateAverage, warmedDecay } from './averaging.ts';
import type { ModelConfig } from './config.ts';
import { discriminatorSpecs } from './discriminator.ts';
import { updateDiscriminator } from './discriminator.update.ts';
import { generatorSpecs } from './generator.ts';
import { updateGenerator } from './generator.update.ts';
import { copyNetwork, createNetwork, disposeNetwork, type Network, type Random } from './network.ts';
import type { StepSettings } from './step.settings.ts';

export interface GanCls {
  readonly config: ModelConfig;
  readonly generator: Network;
  readonly discriminator: Network;
  /** Moving average of the generator: what pictures are drawn with. */
  readonly average: Network;
  readonly generatorAdam: Adam;
  readonly discriminatorAdam: Adam;
}

export interface StepBatch {
  /** [B, 64, 64, 3] in [-1, 1] */
  images: tf.Tensor4D;
  /** [B, 64, 64, 3]: row i is of another class than row i of `images`. Not read when `matching` is 0. */
  wrongImages: tf.Tensor4D;
  /** [B, T]: row i describes row i of `images`. */
  text: tf.Tensor2D;
}

/** @param beta1 first decay of both optimisers: 0.5 in the paper */
export const createGanCls = (config: ModelConfig, random: Random, beta1 = 0.5): GanCls => {
  const generator = createNetwork(generatorSpecs(config), random);
  const discriminator = createNetwork(discriminatorSpecs(config), random);
  return {
    config,
    generator,
    discriminator,
    average: copyNetwork(generator),
    generatorAdam: new Adam({ learningRate: 0, beta1 }),
    discriminatorAdam: new Adam({ learningRate: 0, beta1 }),
  };
};

export const disposeGanCls = (gan: GanCls): void => {
  for (const network of [gan.generator, gan.discriminator, gan.average]) disposeNetwork(network);
  gan.generatorAdam.dispose();
  gan.discriminatorAdam.dispose();
};

/**
 * One update of the discriminator, then one of the generator, then of the average.
 * @returns [9] and one for each term that a lever adds, see statisticsOf; the caller disposes it
 */
export const trainStep = (
  gan: GanCls,
  batch: StepBatch,
  settings: StepSettings,
  random: Random,
): tf.Tensor1D => {
  const forDiscriminator = tf.tidy(() => updateDiscriminator(gan, batch, settings, random)); // [8], or [9]
  const forGenerator = tf.tidy(() => updateGenerator(gan, batch, settings, random)); // [1] to [3]
  const decay = warmedDecay(settings.averageDecay, gan.generatorAdam.state().steps);
  updateAverage(gan.average, gan.generator, decay);
  const statistics = tf.concat1d([forDiscriminator, forGenerator]);
  tf.dispose([forDiscriminator, forGenerator]);
  return statistics;
};
