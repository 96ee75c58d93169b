/**
 * Exponential moving average of the generator: pictures are drawn with it because single steps of a GAN swing
 * around the point that they average to (Yazici et al. 2019). The running batch statistics are averaged along,
 * so that the average network is normalised by what it would itself see.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Network } from './network.ts';

/**
 * average += (live - average) * (1 - decay), in place.
 * @param decay 0..1; 0 keeps a plain copy of the live network
 */
export const updateAverage = (average: Network, live: Network, decay: number): void => {
  for (const part of ['params', 'running'] as const) {
    for (const [name, value] of Object.entries(live[part])) {
      const mean = average[part][name];
      if (!mean) throw new RangeError(`the average has no parameter ${name}`);
      tf.tidy(() => mean.assign(tf.add(tf.mul(mean, decay), tf.mul(value, 1 - decay))));
    }
  }
};

/**
 * The decay at a given update: it grows towards `decay` as (1 + n) / (10 + n), so that early pictures are not those
 * of the random start (TensorFlow's ExponentialMovingAverage does the same with num_updates).
 */
export const warmedDecay = (decay: number, update: number): number =>
  Math.min(decay, (1 + update) / (10 + update));
