/**
 * The image side of the joint embedding. The reference compares captions with fixed 1024-d GoogLeNet features; with
 * no such network at hand this small one is trained beside the text encoder: the discriminator's trunk with batch
 * norm and leaky ReLU after each convolution, the mean over the 4 x 4 places, a linear layer, and batch norm. The last
 * one keeps features spread out as fixed ones are: without it RMSprop's first, uncorrected steps throw the embeddings
 * far off, after which all of them shrink to one vector, from which the loss leads away only slowly.
 *
 * Parameter names: down32, down16, down8, down4, embedding, each `.weight` and `<layer>.norm.{gain,offset}`.
 */
import * as tf from '@tensorflow/tfjs-core';
import { downsample } from '../layers.ts';
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

/** Of a picture's vector at first: products with a text's are then of the order of the loss's margin, 1. */
const length = 4;

const layers = ['down32', 'down16', 'down8', 'down4'] as const;

export const imageEncoderSpecs = ({ imageWidth, embeddingDim }: TextEncoderConfig): ParameterSpec[] => [
  ...layers.flatMap((name, depth) => {
    const width = imageWidth * 2 ** depth;
    return [
      convolution(name, [4, 4, depth === 0 ? 3 : width / 2, width]),
      ...normalization(`${name}.norm`, width),
    ];
  }),
  // No bias: the normalisation behind it takes it away.
  linear('embedding', 8 * imageWidth, embeddingDim)[0] as ParameterSpec,
  ...normalization('embedding.norm', embeddingDim),
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
  const mean = tf.mean(h, [1, 2]) as tf.Tensor2D; // [B, 8n]
  const embedding = tf.matMul(mean, parameter(network, 'embedding.weight') as unknown as tf.Tensor2D);
  const spread = normalize('embedding.norm', embedding, activation.none); // [B, embeddingDim]
  return tf.mul(spread, length / Math.sqrt(embedding.shape[1] ?? 1)) as tf.Tensor2D;
};
