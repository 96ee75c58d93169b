/** One update of the generator: fresh noise, and under GAN-INT texts between texts (Reed et al. 2016, section 4.3). */
import * as tf from '@tensorflow/tfjs-core';
import { augment } from './diff.augment.ts';
import { judgeFeatures, projectText, seePicture } from './discriminator.ts';
import { featureDistance, pixelDistance } from './feature.matching.ts';
import type { GanCls, StepBatch } from './gan-cls.ts';
import { generate } from './generator.ts';
import { generatorRows, interpolateText } from './interpolation.ts';
import { generatorLoss } from './losses.ts';
import { gradientsOf } from './network.gradient.ts';
import type { Random } from './network.ts';
import { drawNoise } from './noise.draw.ts';
import { batchNormalize } from './normalization.ts';
import { spectralWeights } from './spectral.norm.ts';
import { adversarialOf, leversOf, type StepSettings } from './step.settings.ts';

/** @returns the generator's statistics, see statisticsOf */
export const updateGenerator = (
  gan: GanCls,
  batch: Pick<StepBatch, 'images' | 'text'>,
  settings: StepSettings,
  random: Random,
): tf.Tensor1D => {
  const { config, generator, discriminator } = gan;
  const levers = leversOf(settings);
  const originals = batch.text.shape[0];
  const rows = generatorRows(originals, settings.interpolation);
  const text = interpolateText(batch.text, settings.interpolation, random); // [1.5 B, T]
  const noise = drawNoise(rows, config.noiseDim, random); // [1.5 B, Z], fresh
  const weights = config.spectralNorm ? spectralWeights(discriminator) : discriminator;
  const { value, gradients } = gradientsOf(generator, () => {
    const fakes = generate(generator, config, noise, text, batchNormalize(generator));
    const normalize = batchNormalize(weights);
    const shown = augment(fakes, levers.augmentations, random);
    const features = seePicture(weights, config, shown, normalize); // [1.5 B, 4, 4, 8n]
    const projected = projectText(weights, text, normalize);
    const logits = judgeFeatures(weights, config, features, projected, normalize);
    const loss = generatorLoss(logits, originals, settings.interpolatedWeight, adversarialOf(settings));
    const terms = [{ weight: 1, term: loss }];
    if (levers.featureMatching > 0) {
      const real = augment(batch.images, levers.augmentations, random);
      const seen = seePicture(weights, config, real, normalize); // [B, 4, 4, 8n]
      terms.push({ weight: levers.featureMatching, term: featureDistance(features, seen) });
    }
    if (levers.pixelDistance > 0) {
      terms.push({ weight: levers.pixelDistance, term: pixelDistance(fakes, batch.images) });
    }
    const total = terms
      .slice(1)
      .reduce((sum, { weight, term }) => tf.add(sum, tf.mul(term, weight)) as tf.Scalar, loss);
    return [total, tf.keep(tf.concat1d(terms.map(({ term }) => tf.reshape(term, [1]) as tf.Tensor1D)))];
  });
  gan.generatorAdam.learningRate = settings.generatorRate;
  gan.generatorAdam.apply(gradients, generator.params);
  return value;
};
