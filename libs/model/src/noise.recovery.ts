/**
 * The noise behind a picture, where no encoder gives it: z that minimises |G(z, t) - x|^2, found by gradient descent
 * through the frozen generator (Lipton and Tripathi 2017, "Precise recovery of latent vectors from generative
 * adversarial networks"; Creswell and Bharath 2018, "Inverting the generator of a generative adversarial network").
 *
 * Their stochastic clipping keeps z in the cube of a uniform prior. The prior here is normal, whose negative logarithm
 * is |z|^2 / 2: a small multiple of it is added to the error, so that directions which the picture does not determine
 * stay at zero. Descent starts at zero, the prior's mode: the same picture always gives the same z. Adam works element
 * by element and the generator normalises by running statistics, so rows do not see each other.
 */
import { Adam } from '@plumage/compute';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from './config.ts';
import { generate } from './generator.ts';
import type { Network } from './network.ts';
import { runningNormalize } from './normalization.ts';

export interface RecoverySettings {
  /** Descent ends after so many steps. */
  readonly steps: number;
  /** Of the first step; it falls along a half cosine to zero. */
  readonly learningRate: number;
  /** Weight of the mean square of z beside the mean square error of the picture, whose values span 2. */
  readonly prior: number;
}

/** One step. The generator is read, never written. */
const descend = (
  generator: Network,
  config: ModelConfig,
  target: { pictures: tf.Tensor4D; text: tf.Tensor2D },
  noise: tf.Variable,
  adam: Adam,
  prior: number,
): void => {
  tf.tidy(() => {
    const { grads } = tf.variableGrads(() => {
      const drawn = generate(generator, config, noise, target.text, runningNormalize(generator));
      const error = tf.mean(tf.squaredDifference(drawn, target.pictures), [1, 2, 3]); // [B]
      const size = tf.mean(tf.square(noise), 1); // [B]
      return tf.sum(tf.add(error, tf.mul(size, prior))) as tf.Scalar;
    }, [noise]);
    adam.apply({ noise: grads[noise.name] as tf.Tensor }, { noise });
  });
};

/**
 * @param generator not changed
 * @param pictures [B, 64, 64, 3] in [-1, 1]
 * @param text [B, T]: what the pictures show; zeros, the mean of all captions, where that is not known
 * @param onStep told how many steps are done after each; it may throw to end the descent
 * @returns [B, Z]; the caller disposes it
 */
export const recoverNoise = async (
  generator: Network,
  config: ModelConfig,
  pictures: tf.Tensor4D,
  text: tf.Tensor2D,
  { steps, learningRate, prior }: RecoverySettings,
  onStep: (done: number) => void | Promise<void> = () => undefined,
): Promise<tf.Tensor2D> => {
  const noise = tf.tidy(() => tf.variable(tf.zeros([pictures.shape[0], config.noiseDim])));
  const adam = new Adam({ learningRate });
  try {
    for (let done = 0; done < steps; done++) {
      adam.learningRate = (learningRate * (1 + Math.cos((Math.PI * done) / steps))) / 2;
      descend(generator, config, { pictures, text }, noise, adam, prior);
      await onStep(done + 1);
    }
    return tf.clone(noise) as tf.Tensor2D; // [B, Z]
  } finally {
    noise.dispose();
    adam.dispose();
  }
};
