/**
 * What a text encoder is trained to do. The two objectives differ in what a batch is, which networks there are, what a
 * step measures and what it can be judged by; this is all that the training knows of either.
 */
import type { TextEncoderHyperparameters } from '@plumage/contract';
import type { BatchStream, Dataset } from '@plumage/data';
import type { Network, Optimizer, OptimizerChoice, TextEncoderConfig } from '@plumage/model';
import type * as tf from '@tensorflow/tfjs-core';
import { openCaptionPairs } from './caption-pairs.objective.ts';
import { openImageText } from './image-text.objective.ts';

export interface Objective {
  /** By the name that checkpoints know each by. */
  readonly networks: Readonly<Record<string, Network>>;
  /** What trains each network, by the network's name. */
  readonly optimizers: Readonly<Record<string, Optimizer>>;
  readonly batches: Omit<BatchStream<unknown>, 'next'>;
  /** Classes or instances that batches draw from: an epoch has as many steps. */
  readonly groups: number;
  /** Names of what a step measures. */
  readonly statistics: readonly string[];
  /** For the run's log: sizes of the networks, and what of the data is not used. */
  readonly sizes: string;
  readonly unused: string;
  /** Takes one batch and one step. @returns the statistics; the caller disposes them */
  step(learningRate: number): Promise<tf.Tensor1D>;
  /** Figures on validation and training data; changes nothing. */
  evaluate(): Promise<Record<string, number>>;
  /** Frees the networks and moments, and ends the batches' thread. */
  close(): Promise<void>;
}

export const textEncoderConfigOf = (config: TextEncoderHyperparameters): TextEncoderConfig => ({
  variant: config.variant,
  conv1Width: config.conv1_width,
  conv2Width: config.conv2_width,
  conv3Width: config.conv3_width,
  embeddingDim: config.embedding_dim,
  imageWidth: config.image_width,
  initial: config.initial_weights,
});

const optimizerOf = ({ optimizer: name, beta1 }: TextEncoderHyperparameters): OptimizerChoice =>
  name === 'adam' ? { name, beta1 } : { name };

/** At step 0. Initial weights and batches each have a stream of chance of their own. @throws DatasetError */
export const openObjective = (config: TextEncoderHyperparameters, dataset: Dataset): Objective => {
  const shape = textEncoderConfigOf(config);
  const optimizer = optimizerOf(config);
  switch (config.objective) {
    case 'image-text':
      return openImageText(config, dataset, { shape, optimizer });
    case 'caption-pairs':
      return openCaptionPairs(config, dataset, { shape, optimizer });
  }
};
