/**
 * The image side of the joint embedding. The reference compares captions with fixed 1024-d GoogLeNet features; with
 * no such network at hand this small one is trained beside the text encoder: the discriminator's trunk with batch
 * norm and leaky ReLU after each convolution, then a linear layer over the 4 x 4 places.
 *
 * Parameter names: down32, down16, down8, down4, each `.weight` and `<layer>.norm.{gain,offset}`; embedding.
 */
import * as tf from '@tensorflow/tfjs-core';
import { dense, downsample } from '../layers.ts';
import {
  convolution,
  linear,
  type Network,
  normalization,
  type ParameterSpec,
  parameter,
} from '../network.ts';
import { activation, type Normalize } from '../normalization.ts';
import type { TextEncoderConfig } from './config.ts';

const layers = ['down32', 'down16', 'down8', 'down4'] as const;

export const imageEncoderSpecs = ({ imageWidth, embeddingDim }: TextEncoderConfig): ParameterSpec[] => [
  ...layers.flatMap((name, depth) => {
    const width = imageWidth * 2 ** depth;
    return [
      convolution(name, [4, 4, depth === 0 ? 3 : width / 2, width]),
      ...normalization(`${name}.norm`, width),
    ];
  }),
  ...linear('embedding', 4 * 4 * 8 * imageWidth, embeddingDim),
];

/**
 * @param images [B, 64, 64, 3] in [-1, 1]
 * @param normalize by batch statistics while training, by running ones for everything else
 * @returns [B, embeddingDim]
 */
export const encodeImage = (network: Network, images: tf.Tensor4D, normalize: Normalize): tf.Tensor2D => {
  let h: tf.Tensor = images; // [B, 64, 64, 3]
  for (const name of layers) {
    h = normalize(`${name}.norm`, downsample(h, parameter(network, `${name}.weight`)), activation.leakyRelu); // [B, 32 .. 4, 32 .. 4, n .. 8n]
  }
  const flat = tf.reshape(h, [images.shape[0], -1]); // [B, 128 n]
  return dense(
    flat,
    parameter(network, 'embedding.weight'),
    parameter(network, 'embedding.bias'),
  ) as tf.Tensor2D;
};
