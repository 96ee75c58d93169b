/**
 * GAN-CLS: both networks, their optimisers and the averaged generator, and one training step (Reed et al. 2016,
 * algorithm 1). What a step promises, each with a test:
 *  - three separate discriminator passes, hence three separate batch statistics;
 *  - the generator's step draws fresh noise, never the noise of the discriminator's step;
 *  - the discriminator never sees interpolated text;
 *  - while one network is updated the other does not move;
 *  - the number of tensors is the same after a step as before.
 */
import { Adam } from '@plumage/compute';
import * as tf from '@tensorflow/tfjs-core';
import { updateAverage, warmedDecay } from './averaging.ts';
import type { ModelConfig } from './config.ts';
import { discriminate, discriminatorSpecs, projectText } from './discriminator.ts';
import { generate, generatorSpecs } from './generator.ts';
import { generatorRows, type Interpolation, interpolateText } from './interpolation.ts';
import { discriminatorLoss, generatorLoss } from './losses.ts';
import { copyNetwork, createNetwork, disposeNetwork, type Network, type Random } from './network.ts';
import { absorbStatistics, batchNormalize, type ObservedStatistics } from './normalization.ts';

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

export interface StepSettings {
  /** c of the loss: 0.5 is GAN-CLS, 0 the plain conditional GAN. */
  matching: number;
  interpolation: Interpolation;
  /** Weight of interpolated rows in the generator's loss. */
  interpolatedWeight: number;
  /** One-sided label smoothing of real pairs, 0 for none. */
  labelSmoothing: number;
  generatorRate: number;
  discriminatorRate: number;
  /** Decay of the averaged generator, 0 for none. */
  averageDecay: number;
}

/** What trainStep's result holds, in order. Accuracies are shares of the batch on the right side of 0. */
export const stepStatistics = [
  'd/loss',
  'd/real',
  'd/wrong',
  'd/fake',
  'd/accuracy_real',
  'd/accuracy_wrong',
  'd/accuracy_fake',
  'd/match_gap',
  'g/loss',
] as const;

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

/** [rows, Z] of standard normal noise. */
export const drawNoise = (rows: number, noiseDim: number, random: Random): tf.Tensor2D =>
  tf.tensor2d(
    Float32Array.from({ length: rows * noiseDim }, () => random.normal()),
    [rows, noiseDim],
  );

/**
 * One update of the discriminator, then one of the generator, then of the average.
 * @returns [9], see stepStatistics; the caller disposes it
 */
export const trainStep = (
  gan: GanCls,
  batch: StepBatch,
  settings: StepSettings,
  random: Random,
): tf.Tensor1D => {
  const forDiscriminator = tf.tidy(() => updateDiscriminator(gan, batch, settings, random)); // [8]
  const forGenerator = tf.tidy(() => updateGenerator(gan, batch.text, settings, random)); // [1]
  const decay = warmedDecay(settings.averageDecay, gan.generatorAdam.state().steps);
  updateAverage(gan.average, gan.generator, decay);
  const statistics = tf.concat1d([forDiscriminator, forGenerator]);
  tf.dispose([forDiscriminator, forGenerator]);
  return statistics;
};

const updateDiscriminator = (gan: GanCls, batch: StepBatch, settings: StepSettings, random: Random) => {
  const { config, generator, discriminator } = gan;
  const rows = batch.images.shape[0];
  const ofGenerator: ObservedStatistics = new Map();
  const fakes = tf.tidy(() => {
    const noise = drawNoise(rows, config.noiseDim, random);
    return generate(generator, config, noise, batch.text, batchNormalize(generator, ofGenerator));
  }); // [B, 64, 64, 3]
  absorbStatistics(generator, ofGenerator);

  const passes: ObservedStatistics[] = [];
  const { value, gradients } = gradientsOf(discriminator, () => {
    const text: ObservedStatistics = new Map();
    // The same texts give the same statistics in all three passes, so they are projected once.
    const projected = projectText(discriminator, batch.text, batchNormalize(discriminator, text));
    const score = (images: tf.Tensor) => {
      const observed: ObservedStatistics = new Map();
      passes.push(observed);
      return discriminate(discriminator, config, images, projected, batchNormalize(discriminator, observed));
    };
    passes.push(text);
    const real = score(batch.images);
    const wrong = settings.matching > 0 ? score(batch.wrongImages) : undefined;
    const fake = score(fakes);
    const loss = discriminatorLoss({ real, wrong, fake }, settings.matching, settings.labelSmoothing);
    return [loss.total, tf.keep(describeScores(loss, real, wrong, fake))];
  });
  for (const observed of passes) absorbStatistics(discriminator, observed);
  gan.discriminatorAdam.learningRate = settings.discriminatorRate;
  gan.discriminatorAdam.apply(gradients, discriminator.params);
  return value;
};

const updateGenerator = (gan: GanCls, captions: tf.Tensor2D, settings: StepSettings, random: Random) => {
  const { config, generator, discriminator } = gan;
  const rows = generatorRows(captions.shape[0], settings.interpolation);
  const text = interpolateText(captions, settings.interpolation, random); // [1.5 B, T]
  const noise = drawNoise(rows, config.noiseDim, random); // [1.5 B, Z], fresh
  const { value, gradients } = gradientsOf(generator, () => {
    const fakes = generate(generator, config, noise, text, batchNormalize(generator));
    const normalize = batchNormalize(discriminator);
    const logits = discriminate(
      discriminator,
      config,
      fakes,
      projectText(discriminator, text, normalize),
      normalize,
    );
    const loss = generatorLoss(logits, captions.shape[0], settings.interpolatedWeight);
    return [loss, tf.keep(tf.reshape(loss, [1]) as tf.Tensor1D)];
  });
  gan.generatorAdam.learningRate = settings.generatorRate;
  gan.generatorAdam.apply(gradients, generator.params);
  return value;
};

/** Gradients of the first result by the network's parameter names; the second result outlives the tidy and is handed through. */
const gradientsOf = (network: Network, forward: () => [tf.Scalar, tf.Tensor1D]) => {
  const handed: tf.Tensor1D[] = [];
  const { value, grads } = tf.variableGrads(() => {
    const [loss, result] = forward();
    handed.push(result);
    return loss;
  }, Object.values(network.params));
  value.dispose();
  const gradients: Record<string, tf.Tensor> = {};
  for (const [name, variable] of Object.entries(network.params)) {
    const gradient = grads[variable.name];
    if (!gradient) throw new RangeError(`the loss does not depend on parameter ${name}`);
    gradients[name] = gradient;
  }
  return { value: handed[0] as tf.Tensor1D, gradients };
};

const share = (which: tf.Tensor) => tf.mean(tf.cast(which, 'float32'));

type Loss = ReturnType<typeof discriminatorLoss>;

const describeScores = (loss: Loss, real: tf.Tensor1D, wrong: tf.Tensor1D | undefined, fake: tf.Tensor1D) =>
  tf.stack([
    loss.total,
    loss.real,
    loss.wrong,
    loss.fake,
    share(tf.greater(real, 0)),
    wrong ? share(tf.less(wrong, 0)) : tf.scalar(0),
    share(tf.less(fake, 0)),
    wrong ? tf.sub(tf.mean(real), tf.mean(wrong)) : tf.scalar(0),
  ]) as tf.Tensor1D; // [8]
