/**
 * The moving parts of a text encoder's training, between checkpoints: both encoders, their mean squares and the batch
 * stream. `capture` copies them out, `restore` puts them back; nothing else is carried from step to step.
 */
import { createRng, type TextEncoderHyperparameters } from '@plumage/contract';
import {
  type BatchStream,
  createDistinctPlanner,
  type Dataset,
  type DistinctBatch,
  openBatchStream,
} from '@plumage/data';
import {
  createJointEmbedding,
  type JointEmbedding,
  type Network,
  type TextEncoderConfig,
} from '@plumage/model';
import type { Checkpoint, CheckpointState } from '../checkpoint.format.ts';
import { captureNetworks, captureRmsProps, restoreNetworks, restoreRmsProps } from '../checkpoint.tensors.ts';

export interface TextEncoderState {
  step: number;
  readonly model: JointEmbedding;
  readonly batches: BatchStream<DistinctBatch>;
  /** Classes or instances that batches draw from. */
  readonly groups: number;
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

/** A run at step 0. Initial weights and batches each have a stream of chance of their own. @throws DatasetError */
export const createTextEncoderState = (
  config: TextEncoderHyperparameters,
  dataset: Dataset,
): TextEncoderState => {
  const { groups, plan } = createDistinctPlanner(dataset, {
    split: 'train',
    batchSize: config.batch_size,
    augment: {
      flip: config.augment_flip,
      crop: config.augment_crop,
      background: config.augment_background,
    },
    distinct: config.distinct,
  });
  return {
    step: 0,
    batches: openBatchStream(dataset, plan, createRng(config.seed, 'batches')),
    groups,
    model: createJointEmbedding(textEncoderConfigOf(config), createRng(config.seed, 'weights')),
  };
};

const networksOf = ({ text, image }: JointEmbedding): Record<'text' | 'image', Network> => ({ text, image });

const optimizersOf = ({ textRmsProp, imageRmsProp }: JointEmbedding) => ({
  text: textRmsProp,
  image: imageRmsProp,
});

export const capture = async (
  { step, model, batches }: TextEncoderState,
  config: TextEncoderHyperparameters,
  surroundings: Pick<CheckpointState, 'datasetDigest' | 'pending'>,
): Promise<Checkpoint> => ({
  state: {
    format: 1,
    trainer: 'text-encoder',
    step,
    updates: { text: model.textRmsProp.state().steps, image: model.imageRmsProp.state().steps },
    batches: batches.state(),
    config: { ...config },
    ...surroundings,
  },
  model: await captureNetworks(networksOf(model)),
  optimizer: await captureRmsProps(optimizersOf(model)),
});

/** Puts a checkpoint's values into a fresh state of the same configuration. @throws CheckpointCorrupt */
export const restore = (run: TextEncoderState, { state, model, optimizer }: Checkpoint): void => {
  const networks = networksOf(run.model);
  restoreNetworks(networks, model);
  restoreRmsProps(optimizersOf(run.model), networks, state.updates, optimizer);
  run.step = state.step;
  run.batches.restore(state.batches);
};

/** As `restore`, from another run's checkpoint; with another seed batches take a stream of that seed and step. */
export const inherit = (
  run: TextEncoderState,
  checkpoint: Checkpoint,
  config: TextEncoderHyperparameters,
): void => {
  restore(run, checkpoint);
  const { step, batches, config: former } = checkpoint.state;
  if (former['seed'] === config.seed) return;
  run.batches.restore({
    rng: createRng(config.seed, `batches from step ${step}`).state(),
    drawn: batches.drawn,
  });
};
