/**
 * The text encoder of COCO: trained on captions alone, two of each picture, by the one-way loss (main_txt_coco.lua). What
 * a step promises, each with a test: the encoder moves, and no tensor is left behind.
 */
import * as tf from '@tensorflow/tfjs-core';
import { createNetwork, disposeNetwork, type Network, type Random } from '../network.ts';
import { gradientsOf } from '../network.gradient.ts';
import { encodeText, textEncoderSpecs } from './char-cnn-rnn.ts';
import type { TextEncoderConfig } from './config.ts';
import { captionPairLoss } from './joint-embedding.loss.ts';
import { createOptimizer, type Optimizer, type OptimizerChoice } from './optimizer.ts';

export interface CaptionEmbedding {
  readonly config: TextEncoderConfig;
  readonly text: Network;
  readonly textOptimizer: Optimizer;
}

export interface CaptionPairs {
  /** [B, 201, 70], of B distinct pictures. */
  readonly first: tf.Tensor3D;
  /** [B, 201, 70]: row i is another caption of the picture that row i of `first` describes. */
  readonly second: tf.Tensor3D;
}

/**
 * What trainCaptionPairs's result holds, in order: the loss, and the shares of a minibatch's second captions that score
 * their own first highest (what the loss asks), and of its first that score their own second highest.
 */
export const captionStatistics = ['train/loss', 'train/accuracy_first', 'train/accuracy_second'] as const;

export const createCaptionEmbedding = (
  config: TextEncoderConfig,
  random: Random,
  optimizer: OptimizerChoice,
): CaptionEmbedding => ({
  config,
  text: createNetwork(textEncoderSpecs(config), random),
  textOptimizer: createOptimizer(optimizer),
});

export const disposeCaptionEmbedding = ({ text, textOptimizer }: CaptionEmbedding): void => {
  disposeNetwork(text);
  textOptimizer.dispose();
};

/**
 * One update of the encoder. Both captions go through it in one pass: its rows do not see each other.
 * @returns [3], see captionStatistics; the caller disposes it
 */
export const trainCaptionPairs = (
  { config, text, textOptimizer }: CaptionEmbedding,
  { first, second }: CaptionPairs,
  learningRate: number,
): tf.Tensor1D => {
  const { value, gradients } = gradientsOf(text, () => {
    const vectors = encodeText(text, config, tf.concat([first, second], 0)); // [2B, E]
    const [answers, queries] = tf.split(vectors, 2, 0) as [tf.Tensor2D, tf.Tensor2D]; // [B, E] each
    const { loss, accuracies } = captionPairLoss(answers, queries);
    return [loss, tf.keep(tf.stack([loss, ...accuracies]) as tf.Tensor1D)];
  });
  textOptimizer.learningRate = learningRate;
  textOptimizer.apply(gradients, text.params);
  tf.dispose(gradients);
  return value; // [3]
};
