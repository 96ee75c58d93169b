/**
 * Batch normalisation as a value: a function that normalises one named layer. The training one takes the batch's
 * statistics and notes them; the inference one takes the running statistics. Which one a forward pass gets decides
 * everything, so it is an argument and never a global switch ("inference with batch statistics" is a well-known
 * mistake of re-implementations).
 *
 * Statistics are over all axes but the last. eps 1e-5, momentum 0.1, and the running variance is the unbiased one,
 * as in Torch's BatchNormalization.
 */
import * as tf from '@tensorflow/tfjs-core';
import { type Network, parameter } from './network.ts';

const epsilon = 1e-5;

/** Normalises x [..., C] with the layer's gain and offset. */
export type Normalize = (layer: string, x: tf.Tensor) => tf.Tensor;

/** What one forward pass saw: per layer the mean [C], the biased variance [C] and the number of values behind each. */
export type ObservedStatistics = Map<string, { mean: tf.Tensor; variance: tf.Tensor; count: number }>;

/** By the batch's own statistics; each layer's are kept in `observed` (if given) until absorbStatistics. */
export const batchNormalize =
  (network: Network, observed?: ObservedStatistics): Normalize =>
  (layer, x) => {
    const gain = parameter(network, `${layer}.gain`);
    const offset = parameter(network, `${layer}.offset`);
    const { y, mean, variance } = normalizeBatch(x, gain, offset);
    if (observed) {
      const count = x.size / (x.shape.at(-1) ?? 1);
      observed.set(layer, { mean: tf.keep(mean), variance: tf.keep(variance), count });
    }
    return y;
  };

/** By the running statistics, so that a picture does not depend on its neighbours in the batch. */
export const runningNormalize =
  (network: Network): Normalize =>
  (layer, x) => {
    const spread = tf.add(parameter(network, `${layer}.variance`), epsilon); // [C]
    const scale = tf.mul(parameter(network, `${layer}.gain`), tf.rsqrt(spread)); // [C]
    const shift = tf.sub(
      parameter(network, `${layer}.offset`),
      tf.mul(parameter(network, `${layer}.mean`), scale),
    ); // [C]
    return tf.add(tf.mul(x, scale), shift);
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

/**
 * y = (x - mean) / sqrt(variance + eps) * gain + offset, with the gradient written out:
 * dx = gain/std * (dy - mean(dy) - xhat * mean(dy * xhat)). Autodiff through the moments costs about three times
 * as many passes over x. Mean and variance are by-products; no gradient flows through them.
 */
const normalizeBatch = (x: tf.Tensor, gain: tf.Tensor, offset: tf.Tensor) => {
  const channels = gain.size;
  const rows = x.size / channels;
  const flat = tf.reshape(x, [rows, channels]); // [N, C]
  const [mean, variance] = tf.tidy(() => {
    const m = tf.div(columnSums(flat), rows); // [C]
    return [m, tf.div(columnSums(tf.square(tf.sub(flat, m))), rows)] as [tf.Tensor, tf.Tensor];
  });
  const operation = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [input, g, b, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const inverse = tf.rsqrt(tf.add(variance, epsilon)); // [C]
    const centred = tf.sub(input, mean); // [N, C]
    save([centred, g, inverse]);
    return {
      value: tf.add(tf.mul(centred, tf.mul(g, inverse)), b),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [c, gainSaved, inv] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
        const sumDy = columnSums(dy); // [C]
        const sumDyXhat = tf.mul(columnSums(tf.mul(dy, c)), inv); // [C]
        const slope = tf.mul(gainSaved, inv); // [C]
        const alongX = tf.div(tf.mul(tf.mul(sumDyXhat, inv), slope), -rows); // [C]
        const level = tf.div(tf.mul(sumDy, slope), rows); // [C]
        const dx = tf.sub(tf.add(tf.mul(dy, slope), tf.mul(c, alongX)), level); // [N, C]
        return [dx, sumDyXhat, sumDy];
      },
    };
  });
  return { y: tf.reshape(operation(flat, gain, offset), x.shape), mean, variance };
};

/** Sums over the rows of [N, C] as a product with ones: back ends reduce over a leading axis by transposing first. */
const columnSums = (x: tf.Tensor): tf.Tensor => {
  const [rows = 1, columns = 1] = x.shape;
  return tf.reshape(tf.matMul(tf.ones([1, rows]), x as tf.Tensor2D), [columns]);
};
