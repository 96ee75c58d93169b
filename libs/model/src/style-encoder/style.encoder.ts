/**
 * S(x): the noise behind a picture (Reed et al. 2016, section 4.4). The discriminator's trunk with its residual block,
 * flattened, and one linear layer to Z values; text has no part in it, so what S finds is what the text does not say.
 *
 * Parameter names: those of the discriminator's picture side (discriminator.ts) and `noise.{weight,bias}`, whose rows
 * are the features in the order [4, 4, 8n].
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../config.ts';
import { seePicture, trunkSpecs } from '../discriminator.ts';
import { dense } from '../layers.ts';
import { linear, type Network, type ParameterSpec, parameter } from '../network.ts';
import type { Normalize } from '../normalization.ts';

export interface StyleConfig {
  /** Z of the generator that is inverted. */
  noiseDim: number;
  /** n, as the discriminator's ndf. */
  width: number;
  /** As the discriminator's: whether an activation follows the third convolution. */
  activationQuirk: ModelConfig['activationQuirk'];
}

const trunkOf = ({ width, activationQuirk }: StyleConfig) =>
  ({ discriminatorWidth: width, variant: 'released', activationQuirk }) as const;

export const styleSpecs = (config: StyleConfig): ParameterSpec[] => [
  ...trunkSpecs(trunkOf(config)),
  ...linear('noise', 16 * 8 * config.width, config.noiseDim),
];

/**
 * @param images [B, 64, 64, 3] in [-1, 1]
 * @param normalize batchNormalize while training, runningNormalize for the style of a given picture
 * @returns [B, Z]
 */
export const encodeStyle = (
  network: Network,
  config: StyleConfig,
  images: tf.Tensor,
  normalize: Normalize,
): tf.Tensor2D => {
  const h = seePicture(network, trunkOf(config), images, normalize); // [B, 4, 4, 8n]
  const flat = tf.reshape(h, [h.shape[0] ?? 1, -1]); // [B, 16 * 8n]
  return dense(flat, parameter(network, 'noise.weight'), parameter(network, 'noise.bias')) as tf.Tensor2D;
};
