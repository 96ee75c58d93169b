/**
 * The char-CNN-RNN: a caption to its embedding. Reed et al., "Learning Deep Representations of Fine-Grained Visual
 * Descriptions", CVPR 2016, section 3.2; layer by layer as modules/HybridCNN.lua (cvpr2016) and HybridCNNLong.lua
 * (icml2016) build it. Torch's nn.Threshold() is x > 1e-6 ? x : 0; it comes after the pooling here, where a third of
 * the values are left: both are monotone, so values and gradients are those of the released order.
 *
 * Parameter names: conv1, conv2, conv3, rnn... (recurrence.ts) and embedding, each `.weight` and `.bias`.
 */
import * as tf from '@tensorflow/tfjs-core';
import { dense } from '../layers.ts';
import { type Network, type ParameterSpec, parameter } from '../network.ts';
import { alphabetSize } from './alphabet.ts';
import { type TextEncoderConfig, variantShape } from './config.ts';
import { gatedRecurrence, reluRecurrence } from './recurrence.ts';

const kernel = 4;

/**
 * The released initial values: all parameters U(-0.08, 0.08), biases too (train_sje_hybrid.lua). A narrower layer's
 * weights have a wider bound, by the root of the released fan-in over its own, so that signals keep the released
 * size; at the released widths the bound is 0.08 exactly.
 */
const layersOf =
  ({ initial }: TextEncoderConfig) =>
  /** @param ofReleased the released fan-in */
  (name: string, shape: readonly number[], ofReleased: number): ParameterSpec[] => {
    const fanIn = shape.slice(0, -1).reduce((product, side) => product * side, 1);
    const [factor, bias] = initial === 'released' ? [1, 0.08] : [1.5, 0];
    const bound = factor * 0.08 * Math.sqrt(ofReleased / fanIn);
    return [
      { name: `${name}.weight`, shape, initial: { kind: 'uniform', bound } },
      { name: `${name}.bias`, shape: [shape.at(-1) ?? 0], initial: { kind: 'uniform', bound: bias } },
    ];
  };

export const textEncoderSpecs = (config: TextEncoderConfig): ParameterSpec[] => {
  const { conv1Width, conv2Width, conv3Width: d, embeddingDim, variant } = config;
  const { recurrence, releasedWidth } = variantShape[variant];
  const layer = layersOf(config);
  const recurrent = (name: string) => [
    ...layer(`${name}.input`, [d, d], releasedWidth),
    ...layer(`${name}.hidden`, [d, d], releasedWidth),
  ];
  const gated = recurrence === 'gru';
  return [
    ...layer('conv1', [1, kernel, alphabetSize, conv1Width], kernel * alphabetSize),
    ...layer('conv2', [1, kernel, conv1Width, conv2Width], kernel * 384),
    ...layer('conv3', [1, kernel, conv2Width, d], kernel * 512),
    ...recurrent('rnn'),
    ...(gated ? [...recurrent('rnn.update'), ...recurrent('rnn.reset')] : []),
    ...layer('embedding', [d, embeddingDim], releasedWidth),
  ];
};

/** x > 1e-6 ? x : 0, and its gradient. */
const threshold = tf.customGrad((x, save) => {
  const mask = tf.step(tf.sub(x as tf.Tensor, 1e-6));
  (save as tf.GradSaveFunc)([mask]);
  return {
    value: tf.mul(x as tf.Tensor, mask),
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, saved[0] as tf.Tensor),
  };
});

/** Convolution without padding along the text: [B, 1, L, I] -> [B, 1, L - 3, O] */
const convolveText = (network: Network, name: string, x: tf.Tensor): tf.Tensor4D =>
  tf.add(
    tf.conv2d(x as tf.Tensor4D, parameter(network, `${name}.weight`) as unknown as tf.Tensor4D, 1, 'valid'),
    parameter(network, `${name}.bias`),
  );

/** Windows of three: [B, 1, L, C] -> [B, 1, floor((L - 3) / stride) + 1, C] */
const pool = (x: tf.Tensor4D, stride: number): tf.Tensor4D => tf.maxPool(x, [1, 3], [1, stride], 'valid');

/**
 * @param texts [B, 201, 70], from oneHotTexts
 * @returns [B, embeddingDim]
 */
export const encodeText = (network: Network, config: TextEncoderConfig, texts: tf.Tensor3D): tf.Tensor2D => {
  const [batch, length, columns] = texts.shape;
  const { thirdPooling, recurrence } = variantShape[config.variant];
  let h: tf.Tensor = tf.reshape(texts, [batch, 1, length, columns]); // [B, 1, 201, 70]
  h = threshold(pool(convolveText(network, 'conv1', h), 3)); // [B, 1, 66, conv1]
  h = threshold(pool(convolveText(network, 'conv2', h), 3)); // [B, 1, 21, conv2]
  const third = convolveText(network, 'conv3', h); // [B, 1, 18, d]
  h = threshold(thirdPooling ? pool(third, 2) : third); // [B, 1, 8 or 18, d]
  const steps = tf.transpose(tf.squeeze(h, [1]), [1, 0, 2]) as tf.Tensor3D; // [S, B, d]
  const recur = recurrence === 'gru' ? gatedRecurrence : reluRecurrence;
  const mean = recur(network, steps); // [B, d]
  return dense(
    mean,
    parameter(network, 'embedding.weight'),
    parameter(network, 'embedding.bias'),
  ) as tf.Tensor2D;
};
