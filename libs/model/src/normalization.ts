/**
 * Batch normalisation as a value: a function that normalises one named layer and applies the activation after it.
 * The training one takes the batch's statistics and notes them; the inference one takes the running statistics.
 * Which one a forward pass gets decides everything, so it is an argument and never a global switch ("inference
 * with batch statistics" is a well-known mistake of re-implementations).
 *
 * Statistics are over all axes but the last. eps 1e-5, momentum 0.1, and the running variance is the unbiased one,
 * as in Torch's BatchNormalization.
 */
import { batchNormTraining } from '@plumage/compute';
import * as tf from '@tensorflow/tfjs-core';
import { type Network, parameter, type Weights } from './network.ts';

const epsilon = 1e-5;

/** What follows a normalisation, as the slope of max(x, slope * x). */
export const activation = { none: 1, relu: 0, leakyRelu: 0.2 } as const;
type Slope = (typeof activation)[keyof typeof activation];

/** Normalises x [..., C] with the layer's gain and offset, then activates it. */
export type Normalize = (layer: string, x: tf.Tensor, slope: Slope) => tf.Tensor;

/** What one forward pass saw: per layer the mean [C], the biased variance [C] and the number of values behind each. */
export type ObservedStatistics = Map<string, { mean: tf.Tensor; variance: tf.Tensor; count: number }>;

/** By the batch's own statistics; each layer's are kept in `observed` (if given) until absorbStatistics. */
export const batchNormalize =
  (network: Weights, observed?: ObservedStatistics): Normalize =>
  (layer, x, slope) => {
    const gain = parameter(network, `${layer}.gain`);
    const offset = parameter(network, `${layer}.offset`);
    const { y, mean, variance } = batchNormTraining(x, gain, offset, { epsilon, slope });
    if (observed) {
      const count = x.size / gain.size;
      observed.set(layer, { mean: tf.keep(mean), variance: tf.keep(variance), count });
    }
    return y;
  };

/** By the running statistics, so that a picture does not depend on its neighbours in the batch. */
export const runningNormalize =
  (network: Weights): Normalize =>
  (layer, x, slope) => {
    const spread = tf.add(parameter(network, `${layer}.variance`), epsilon); // [C]
    const scale = tf.mul(parameter(network, `${layer}.gain`), tf.rsqrt(spread)); // [C]
    const shift = tf.sub(
      parameter(network, `${layer}.offset`),
      tf.mul(parameter(network, `${layer}.mean`), scale),
    ); // [C]
    const y = tf.add(tf.mul(x, scale), shift);
    return slope === activation.none ? y : tf.leakyRelu(y, slope);
  };

/** running += (observed - running) * momentum, in place; empties and disposes `observed`. */
export const absorbStatistics = (network: Network, observed: ObservedStatistics, momentum = 0.1): void => {
  for (const [layer, { mean, variance, count }] of observed) {
    tf.tidy(() => {
      const unbiased = tf.mul(variance, count / Math.max(1, count - 1));
      for (const [name, value] of [
        [`${layer}.mean`, mean],
        [`${layer}.variance`, unbiased],
      ] as const) {
        const running = parameter(network, name);
        running.assign(tf.add(tf.mul(running, 1 - momentum), tf.mul(value, momentum)));
      }
    });
    mean.dispose();
    variance.dispose();
  }
  observed.clear();
};
