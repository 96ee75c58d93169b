/**
 * Deep symmetric structured joint embedding: the text encoder and the image encoder, an optimiser for each (they work
 * value by value, so two are one), and a training step. What a step promises, each with a test: both encoders move,
 * the image encoder's batch statistics are absorbed, and no tensor is left behind.
 */
import * as tf from '@tensorflow/tfjs-core';
import { createNetwork, disposeNetwork, type Network, type Random } from '../network.ts';
import { ownGradients } from '../network.gradient.ts';
import { absorbStatistics, batchNormalize, type ObservedStatistics } from '../normalization.ts';
import { encodeText, textEncoderSpecs } from './char-cnn-rnn.ts';
import type { TextEncoderConfig } from './config.ts';
import { encodeImage, imageEncoderSpecs } from './image-encoder.ts';
import { jointEmbeddingLoss } from './joint-embedding.loss.ts';
import { createOptimizer, type Optimizer, type OptimizerChoice } from './optimizer.ts';

export interface JointEmbedding {
  readonly config: TextEncoderConfig;
  readonly text: Network;
  readonly image: Network;
  readonly textOptimizer: Optimizer;
  readonly imageOptimizer: Optimizer;
}

export interface JointBatch {
  /** [B, 64, 64, 3] in [-1, 1], of B distinct classes. */
  readonly images: tf.Tensor4D;
  /** [B, 201, 70]: row i describes row i of `images`. */
  readonly texts: tf.Tensor3D;
}

/**
 * What trainJointEmbedding's result holds, in order: the loss, and the shares of a minibatch's pictures that score
 * their own text highest, and of its texts that score their own picture highest.
 */
export const jointStatistics = ['train/loss', 'train/accuracy_text', 'train/accuracy_image'] as const;

/** @param optimizer default: the reference's */
export const createJointEmbedding = (
  config: TextEncoderConfig,
  random: Random,
  optimizer: OptimizerChoice = { name: 'rmsprop' },
): JointEmbedding => ({
  config,
  text: createNetwork(textEncoderSpecs(config), random),
  image: createNetwork(imageEncoderSpecs(config), random),
  textOptimizer: createOptimizer(optimizer),
  imageOptimizer: createOptimizer(optimizer),
});

export const disposeJointEmbedding = (model: JointEmbedding): void => {
  disposeNetwork(model.text);
  disposeNetwork(model.image);
  model.textOptimizer.dispose();
  model.imageOptimizer.dispose();
};

/**
 * One update of both encoders.
 * @returns [3], see jointStatistics; the caller disposes it
 */
export const trainJointEmbedding = (
  model: JointEmbedding,
  batch: JointBatch,
  learningRate: number,
): tf.Tensor1D => {
  const { config, text, image, textOptimizer, imageOptimizer } = model;
  const observed: ObservedStatistics = new Map();
  const statistics: tf.Tensor1D[] = [];
  const { value, grads } = tf.variableGrads(() => {
    const images = encodeImage(image, batch.images, batchNormalize(image, observed)); // [B, E]
    const texts = encodeText(text, config, batch.texts); // [B, E]
    const { loss, accuracies } = jointEmbeddingLoss(images, texts);
    statistics.push(tf.keep(tf.stack([loss, ...accuracies]) as tf.Tensor1D));
    return loss;
  }, [...Object.values(text.params), ...Object.values(image.params)]);
  value.dispose();
  absorbStatistics(image, observed);
  textOptimizer.learningRate = learningRate;
  imageOptimizer.learningRate = learningRate;
  textOptimizer.apply(ownGradients(text, grads), text.params);
  imageOptimizer.apply(ownGradients(image, grads), image.params);
  tf.dispose(grads);
  return statistics[0] as tf.Tensor1D; // [3]
};
