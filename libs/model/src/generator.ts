/**
 * G(z, t): noise and a text embedding become a 64 x 64 picture in [-1, 1]. Reed et al. 2016, section 4.1 and
 * figure 2; layer by layer as the released main_cls.lua builds netG. Widths are multiples of ngf.
 *
 * Parameter names (those in checkpoint files): text, stem, block4.{reduce,middle,expand}, up8, block8.*, up16,
 * up32, up64, each `.weight` (text also `.bias`), and `<layer>.norm.{gain,offset}`.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from './config.ts';
import { convolve, dense, upsample } from './layers.ts';
import {
  convolution,
  linear,
  type Network,
  normalization,
  type ParameterSpec,
  parameter,
} from './network.ts';
import { activation, type Normalize } from './normalization.ts';

export const generatorSpecs = (config: ModelConfig): ParameterSpec[] => {
  const { textDim, projectionDim, noiseDim, generatorWidth: n, variant } = config;
  const bottleneck = (name: string, outer: number, inner: number) =>
    variant === 'plain'
      ? []
      : [
          convolution(`${name}.reduce`, [1, 1, outer, inner]),
          ...normalization(`${name}.reduce.norm`, inner),
          convolution(`${name}.middle`, [3, 3, inner, inner]),
          ...normalization(`${name}.middle.norm`, inner),
          convolution(`${name}.expand`, [3, 3, inner, outer]),
          ...normalization(`${name}.expand.norm`, outer),
        ];
  return [
    ...linear('text', textDim, projectionDim),
    ...(variant === 'plain' ? normalization('text.norm', projectionDim) : []),
    convolution('stem', [noiseDim + projectionDim, 4, 4, 8 * n]),
    ...normalization('stem.norm', 8 * n),
    ...bottleneck('block4', 8 * n, 2 * n),
    convolution('up8', [4, 4, 4 * n, 8 * n]),
    ...normalization('up8.norm', 4 * n),
    ...bottleneck('block8', 4 * n, n),
    convolution('up16', [4, 4, 2 * n, 4 * n]),
    ...normalization('up16.norm', 2 * n),
    convolution('up32', [4, 4, n, 2 * n]),
    ...normalization('up32.norm', n),
    convolution('up64', [4, 4, 3, n]),
  ];
};

/**
 * @param noise [B, Z], standard normal
 * @param text [B, T]
 * @param normalize batchNormalize while training, runningNormalize for pictures that are shown
 * @returns [B, 64, 64, 3] in [-1, 1]
 */
export const generate = (
  network: Network,
  config: ModelConfig,
  noise: tf.Tensor,
  text: tf.Tensor,
  normalize: Normalize,
): tf.Tensor4D => {
  const weight = (layer: string) => parameter(network, `${layer}.weight`);
  const plain = config.variant === 'plain';
  const { none, relu, leakyRelu } = activation;
  const residual = (block: string, x: tf.Tensor) => {
    let h = normalize(`${block}.reduce.norm`, convolve(x, weight(`${block}.reduce`)), relu);
    h = normalize(`${block}.middle.norm`, convolve(h, weight(`${block}.middle`)), relu);
    h = normalize(`${block}.expand.norm`, convolve(h, weight(`${block}.expand`)), none);
    return tf.relu(tf.add(x, h));
  };

  let t = dense(text, weight('text'), parameter(network, 'text.bias')); // [B, 128]
  t = plain ? normalize('text.norm', t, leakyRelu) : tf.leakyRelu(t, leakyRelu);
  const code = tf.concat([noise, t], 1) as tf.Tensor2D; // [B, Z + 128]

  // A transposed convolution of a 1 x 1 map is a matrix product.
  const stem = weight('stem');
  const [inputs = 1, , , channels = 1] = stem.shape;
  const flat = tf.matMul(code, tf.reshape(stem, [inputs, 16 * channels]) as tf.Tensor2D); // [B, 16 * 8n]
  let h: tf.Tensor = tf.reshape(flat, [code.shape[0], 4, 4, channels]); // [B, 4, 4, 8n]
  h = normalize('stem.norm', h, plain ? relu : none);
  if (!plain) h = residual('block4', h); // [B, 4, 4, 8n]
  h = normalize('up8.norm', upsample(h, weight('up8')), plain ? relu : none); // [B, 8, 8, 4n]
  if (!plain) h = residual('block8', h); // [B, 8, 8, 4n]
  h = normalize('up16.norm', upsample(h, weight('up16')), relu); // [B, 16, 16, 2n]
  h = normalize('up32.norm', upsample(h, weight('up32')), relu); // [B, 32, 32, n]
  return tf.tanh(upsample(h, weight('up64'))) as tf.Tensor4D; // [B, 64, 64, 3]
};
