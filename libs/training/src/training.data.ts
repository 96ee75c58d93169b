/**
 * Opens what a configuration trains on: dataset, caption embeddings and the encoder for prompts, out of caches that
 * the first run on a machine builds (some ten seconds for the emoji set).
 */
import type { Hyperparameters } from '@plumage/contract';
import {
  type Dataset,
  type DatasetSpec,
  embedCaptions,
  type OpenOptions,
  openDataset,
  openTextEncoder,
} from '@plumage/data';
import type { TrainDependencies } from './trainer.contract.ts';

export type TrainingData = Pick<TrainDependencies, 'dataset' | 'embeddings' | 'encodeText'>;

export const datasetSpecOf = (config: Hyperparameters): DatasetSpec =>
  config.dataset === 'folder'
    ? { name: 'folder', path: config.dataset_path ?? '' }
    : {
        name: 'emoji',
        ...(config.dataset_vendors ? { vendors: config.dataset_vendors } : {}),
        ...(config.dataset_categories ? { categories: config.dataset_categories } : {}),
      };

/** @throws DatasetError for whatever is wrong with the dataset, the encoder or the cache folder */
export const openTrainingData = async (
  config: Hyperparameters,
  options: Pick<OpenOptions, 'cacheDir' | 'onProgress' | 'signal'>,
): Promise<TrainingData> => {
  const dataset: Dataset = await openDataset(datasetSpecOf(config), options);
  const encoder = await openTextEncoder({ name: config.text_encoder }, { signal: options.signal });
  const embeddings = await embedCaptions(dataset, encoder, options);
  return {
    dataset,
    embeddings,
    async encodeText(texts) {
      const vectors = await encoder.encode(texts);
      encoder.dispose();
      return vectors;
    },
  };
};
