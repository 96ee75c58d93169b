/** One update of the discriminator: real, wrong and generated pictures with the right text (Reed et al. 2016, algorithm 1). */
import * as tf from '@tensorflow/tfjs-core';
import { augment } from './diff.augment.ts';
import { discriminate, projectText } from './discriminator.ts';
import type { GanCls, StepBatch } from './gan-cls.ts';
import { generate } from './generator.ts';
import { discriminatorLoss } from './losses.ts';
import { gradientsOf } from './network.gradient.ts';
import type { Random } from './network.ts';
import { drawNoise } from './noise.draw.ts';
import { absorbStatistics, batchNormalize, type ObservedStatistics } from './normalization.ts';
import { r1IsDue, r1Penalty } from './r1.penalty.ts';
import { iterateSpectral, spectralWeights } from './spectral.norm.ts';
import { adversarialOf, leversOf, type StepSettings } from './step.settings.ts';

/** Pictures of the generator as it is; its running statistics move by them. */
const drawFakes = ({ config, generator }: GanCls, text: tf.Tensor2D, random: Random): tf.Tensor => {
  const observed: ObservedStatistics = new Map();
  const fakes = tf.tidy(() => {
    const noise = drawNoise(text.shape[0], config.noiseDim, random);
    return generate(generator, config, noise, text, batchNormalize(generator, observed));
  }); // [B, 64, 64, 3]
  absorbStatistics(generator, observed);
  return fakes;
};

/** @returns the discriminator's statistics, see statisticsOf */
export const updateDiscriminator = (
  gan: GanCls,
  batch: StepBatch,
  settings: StepSettings,
  random: Random,
): tf.Tensor1D => {
  const { config, discriminator } = gan;
  const levers = leversOf(settings);
  const drawn = drawFakes(gan, batch.text, random);
  const real = augment(batch.images, levers.augmentations, random);
  const wrong = settings.matching > 0 ? augment(batch.wrongImages, levers.augmentations, random) : undefined;
  const fake = augment(drawn, levers.augmentations, random);
  if (config.spectralNorm) iterateSpectral(discriminator);
  const penalised = r1IsDue(levers, levers.r1Weight > 0 ? gan.discriminatorAdam.state().steps : 0);

  const passes: ObservedStatistics[] = [];
  const { value, gradients } = gradientsOf(discriminator, () => {
    const weights = config.spectralNorm ? spectralWeights(discriminator) : discriminator;
    const text: ObservedStatistics = new Map();
    // The same texts give the same statistics in all three passes, so they are projected once.
    const projected = projectText(weights, batch.text, batchNormalize(weights, text));
    const score = (images: tf.Tensor, observed?: ObservedStatistics) =>
      discriminate(weights, config, images, projected, batchNormalize(weights, observed));
    const pass = (images: tf.Tensor) => {
      const observed: ObservedStatistics = new Map();
      passes.push(observed);
      return score(images, observed);
    };
    passes.push(text);
    const scores = { real: pass(real), wrong: wrong && pass(wrong), fake: pass(fake) };
    const loss = discriminatorLoss(scores, settings.matching, adversarialOf(settings));
    const described = describeScores(loss, scores);
    if (levers.r1Weight === 0) return [loss.total, tf.keep(described)];
    const penalty = penalised ? r1Penalty(real, (images) => score(images), levers) : tf.scalar(0);
    const statistics = tf.concat1d([described, tf.reshape(penalty, [1])]);
    return [tf.add(loss.total, penalty), tf.keep(statistics)];
  });
  for (const observed of passes) absorbStatistics(discriminator, observed);
  gan.discriminatorAdam.learningRate = settings.discriminatorRate;
  gan.discriminatorAdam.apply(gradients, discriminator.params);
  return value;
};

const share = (which: tf.Tensor) => tf.mean(tf.cast(which, 'float32'));

type Loss = ReturnType<typeof discriminatorLoss>;
type Scores = Parameters<typeof discriminatorLoss>[0];

const describeScores = (loss: Loss, { real, wrong, fake }: Scores) =>
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
