/**
 * Opens what a configuration trains on: dataset, caption embeddings and the encoder for prompts, out of caches that
 * the first run on a machine builds (some ten seconds for the emoji set).
 */
import type { DatasetSettings, Hyperparameters } from '@plumage/contract';
import {
  type Dataset,
  type DatasetSpec,
  embedCaptions,
  type OpenOptions,
  openDataset,
  precomputedEmbeddings,
} from '@plumage/data';
import { CheckpointMismatch } from './checkpoint.error.ts';
import { openCaptionEncoder } from './text-encoder/caption.encoder.ts';
import { type JointEncoder, openJointEncoder } from './text-encoder/char-encoder.open.ts';
import type { TrainDependencies } from './trainer.contract.ts';

export type TrainingData = Pick<
  TrainDependencies,
  'dataset' | 'embeddings' | 'encodeText' | 'evaluationEncoder'
>;

/** What a configuration of any trainer names. @throws Error for a crop that its set does not have; parsing refuses it */
export const datasetSpecOf = (config: DatasetSettings): DatasetSpec => {
  const { dataset: name, dataset_path: path = '', dataset_crop: crop, dataset_train_on: trainOn } = config;
  const shared = trainOn ? { trainOn } : {};
  if (name === 'emoji') {
    return {
      name,
      ...shared,
      ...(config.dataset_vendors ? { vendors: config.dataset_vendors } : {}),
      ...(config.dataset_categories ? { categories: config.dataset_categories } : {}),
    };
  }
  if (name === 'cub') return { name, path, ...shared, ...(crop ? { crop } : {}) };
  if (crop === 'box') throw new Error(`dataset ${name} has no boxes to crop around`);
  const images = name === 'icml2016' && config.dataset_images ? { images: config.dataset_images } : {};
  return { name, path, ...shared, ...(crop ? { crop } : {}), ...images };
};

export interface TrainingDataOptions extends Pick<OpenOptions, 'cacheDir' | 'onProgress' | 'signal'> {
  /** The folders of the checkpoints that the configuration names, by hyperparameter. */
  inputs?: Readonly<Record<string, string>> | undefined;
}

/** What evaluations measure with. @throws CheckpointMismatch when it is named and not handed over; as openJointEncoder */
const openEvaluationEncoder = async (
  { eval_encoder_checkpoint: named }: Hyperparameters,
  { inputs }: TrainingDataOptions,
): Promise<JointEncoder | undefined> => {
  if (named === undefined) return undefined;
  const folder = inputs?.['eval_encoder_checkpoint'];
  if (folder === undefined) {
    throw new CheckpointMismatch([`eval_encoder_checkpoint: no folder is given for ${named}`]);
  }
  return openJointEncoder(folder);
};

/**
 * @throws DatasetError for whatever is wrong with the dataset, the encoder or the cache folder; CheckpointCorrupt,
 * CheckpointMismatch for a text encoder's checkpoint that is damaged or of another trainer
 */
export const openTrainingData = async (
  config: Hyperparameters,
  options: TrainingDataOptions,
): Promise<TrainingData> => {
  const evaluationEncoder = await openEvaluationEncoder(config, options);
  const dataset = await openDataset(datasetSpecOf(config), options);
  const encoder = await openCaptionEncoder(config, { ...options, dataset });
  const embeddings =
    config.text_encoder === 'precomputed'
      ? precomputedEmbeddings(dataset)
      : await embedCaptions(dataset, encoder, options);
  return {
    dataset,
    embeddings,
    evaluationEncoder,
    async encodeText(texts) {
      const vectors = await encoder.encode(texts);
      encoder.dispose();
      return vectors;
    },
  };
};

/** What a text encoder trains on: pictures and captions, no vectors. @throws DatasetError as openTrainingData */
export const openTextEncoderData = async (
  config: DatasetSettings,
  options: Pick<OpenOptions, 'cacheDir' | 'onProgress' | 'signal'>,
): Promise<{ dataset: Dataset }> => ({ dataset: await openDataset(datasetSpecOf(config), options) });
