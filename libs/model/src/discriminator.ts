/**
 * D(x, t): one logit that says whether a picture is real and fits its text. Reed et al. 2016, section 4.1 and
 * figure 2; layer by layer as the released main_cls.lua and main_cls_int.lua build netD.
 *
 * Text joins the image at 4 x 4 in depth. A 1 x 1 convolution over [features, tiled text] equals a convolution of
 * the features plus a matrix product of the text that is broadcast over the 16 places, so the text is never tiled;
 * `join.features` and `join.text` are the two parts of the released kernel.
 *
 * Parameter names: down32, down16, down8, down4, block4.{reduce,middle,expand}, text, join.{features,text},
 * score (plain: score.{features,text}), each `.weight`, and `<layer>.norm.{gain,offset}`; under spectral norm also
 * `<layer>.u`, one for the two parts of join and of score.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from './config.ts';
import { convolve, dense, downsample } from './layers.ts';
import {
  convolution,
  linear,
  normalization,
  type ParameterSpec,
  parameter,
  type Weights,
} from './network.ts';
import { activation, type Normalize } from './normalization.ts';
import { spectrallyNormed } from './spectral.norm.ts';

/** What decides the shape of the part that sees the picture alone; the style encoder has the same. */
export type TrunkConfig = Pick<ModelConfig, 'discriminatorWidth' | 'variant' | 'activationQuirk'>;

/** Parameters of the picture's side, from 64 x 64 to the features at 4 x 4. */
export const trunkSpecs = ({ discriminatorWidth: n, variant }: TrunkConfig): ParameterSpec[] => {
  const down = [
    convolution('down32', [4, 4, 3, n]),
    convolution('down16', [4, 4, n, 2 * n]),
    ...normalization('down16.norm', 2 * n),
    convolution('down8', [4, 4, 2 * n, 4 * n]),
    ...normalization('down8.norm', 4 * n),
    convolution('down4', [4, 4, 4 * n, 8 * n]),
    ...normalization('down4.norm', 8 * n),
  ];
  if (variant === 'plain') return down;
  return [
    ...down,
    convolution('block4.reduce', [1, 1, 8 * n, 2 * n]),
    ...normalization('block4.reduce.norm', 2 * n),
    convolution('block4.middle', [3, 3, 2 * n, 2 * n]),
    ...normalization('block4.middle.norm', 2 * n),
    convolution('block4.expand', [3, 3, 2 * n, 8 * n]),
    ...normalization('block4.expand.norm', 8 * n),
  ];
};

export const discriminatorSpecs = (config: ModelConfig): ParameterSpec[] => {
  const { textDim, projectionDim, discriminatorWidth: n, variant } = config;
  const trunk = trunkSpecs(config);
  const text = [...linear('text', textDim, projectionDim), ...normalization('text.norm', projectionDim)];
  const score =
    variant === 'plain'
      ? [convolution('score.features', [4, 4, 8 * n, 1]), convolution('score.text', [4, 4, projectionDim, 1])]
      : [
          convolution('join.features', [1, 1, 8 * n, 8 * n]),
          convolution('join.text', [projectionDim, 8 * n]),
          ...normalization('join.norm', 8 * n),
          convolution('score', [4, 4, 8 * n, 1]),
        ];
  const specs = [...trunk, ...text, ...score];
  return config.spectralNorm ? spectrallyNormed(specs) : specs;
};

/**
 * The text's side of D: [B, T] -> [B, 128]. Its batch statistics depend on the texts alone, so passes that share
 * their texts may share this result.
 */
export const projectText = (network: Weights, text: tf.Tensor, normalize: Normalize): tf.Tensor => {
  const t = dense(text, parameter(network, 'text.weight'), parameter(network, 'text.bias')); // [B, 128]
  return normalize('text.norm', t, activation.leakyRelu);
};

/**
 * The picture's side, before the text joins it.
 * @param images [B, 64, 64, 3] in [-1, 1]
 * @returns [B, 4, 4, 8n]
 */
export const seePicture = (
  network: Weights,
  config: TrunkConfig,
  images: tf.Tensor,
  normalize: Normalize,
): tf.Tensor => {
  const weight = (layer: string) => parameter(network, `${layer}.weight`);
  const plain = config.variant === 'plain';
  const { none, leakyRelu } = activation;
  const after8 = plain || config.activationQuirk === 'main_cls' ? leakyRelu : none;

  let h = tf.leakyRelu(downsample(images, weight('down32')), leakyRelu); // [B, 32, 32, n]
  h = normalize('down16.norm', downsample(h, weight('down16')), leakyRelu); // [B, 16, 16, 2n]
  h = normalize('down8.norm', downsample(h, weight('down8')), after8); // [B, 8, 8, 4n]
  h = normalize('down4.norm', downsample(h, weight('down4')), plain ? leakyRelu : none); // [B, 4, 4, 8n]
  if (plain) return h;
  let r = normalize('block4.reduce.norm', convolve(h, weight('block4.reduce')), leakyRelu); // [B, 4, 4, 2n]
  r = normalize('block4.middle.norm', convolve(r, weight('block4.middle')), leakyRelu); // [B, 4, 4, 2n]
  r = normalize('block4.expand.norm', convolve(r, weight('block4.expand')), none); // [B, 4, 4, 8n]
  return tf.leakyRelu(tf.add(h, r), leakyRelu); // [B, 4, 4, 8n]
};

/**
 * @param images [B, 64, 64, 3] in [-1, 1]
 * @param projected [B, 128], from projectText
 * @returns logits [B]: above 0 means "real and matching"
 */
export const discriminate = (
  network: Weights,
  config: ModelConfig,
  images: tf.Tensor,
  projected: tf.Tensor,
  normalize: Normalize,
): tf.Tensor1D =>
  judgeFeatures(network, config, seePicture(network, config, images, normalize), projected, normalize);

/**
 * The rest, where the text has joined.
 * @param features [B, 4, 4, 8n], from seePicture
 * @param projected [B, 128], from projectText
 * @returns logits [B]
 */
export const judgeFeatures = (
  network: Weights,
  config: ModelConfig,
  features: tf.Tensor,
  projected: tf.Tensor,
  normalize: Normalize,
): tf.Tensor1D => {
  const weight = (layer: string) => parameter(network, `${layer}.weight`);
  let h = features; // [B, 4, 4, 8n]
  const batch = h.shape[0] ?? 1;
  if (config.variant === 'plain') {
    const fromImage = place(h, weight('score.features')); // [B, 1]
    const everywhere = tf.sum(weight('score.text'), [0, 1]) as tf.Tensor2D; // [128, 1]
    return tf.reshape(tf.add(fromImage, tf.matMul(projected as tf.Tensor2D, everywhere)), [batch]);
  }

  const fromText = tf.matMul(projected as tf.Tensor2D, weight('join.text') as tf.Tensor2D); // [B, 8n]
  h = tf.add(convolve(h, weight('join.features')), tf.reshape(fromText, [batch, 1, 1, -1])); // [B, 4, 4, 8n]
  h = normalize('join.norm', h, activation.leakyRelu);
  return tf.reshape(place(h, weight('score')), [batch]);
};

/** A 4 x 4 convolution without padding over a 4 x 4 map: [B, 4, 4, C] with [4, 4, C, 1] -> [B, 1] */
const place = (x: tf.Tensor, weight: tf.Tensor): tf.Tensor =>
  tf.matMul(tf.reshape(x, [x.shape[0] ?? 1, -1]) as tf.Tensor2D, tf.reshape(weight, [-1, 1]) as tf.Tensor2D);
