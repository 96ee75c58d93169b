/**
 * The text encoder that a GAN's configuration names: one that comes with the program, one that another run has
 * trained, or the vectors that the dataset brought along. What is named and not there is an error.
 */
import type { Hyperparameters } from '@plumage/contract';
import {
  type Dataset,
  DatasetError,
  openPrecomputed,
  openTextEncoder,
  type TextEncoder,
} from '@plumage/data';
import { openTextSide } from './char-encoder.open.ts';

export interface CaptionEncoderSources {
  /** The folders of the checkpoints that the configuration names, by hyperparameter. */
  inputs?: Readonly<Record<string, string>> | undefined;
  /** For `precomputed`. */
  dataset?: Dataset | undefined;
  signal?: AbortSignal | undefined;
}

const missing = (what: string): DatasetError => new DatasetError('ENCODER_NOT_FOUND', what);

/**
 * @throws DatasetError ENCODER_NOT_FOUND when what is named was not handed over, DATASET_BAD_SPEC for a dataset without
 * vectors; CheckpointCorrupt, CheckpointMismatch for a folder that holds no sound text encoder
 */
export const openCaptionEncoder = async (
  config: Pick<Hyperparameters, 'text_encoder' | 'text_encoder_checkpoint'>,
  { inputs, dataset, signal }: CaptionEncoderSources,
): Promise<TextEncoder> => {
  signal?.throwIfAborted();
  switch (config.text_encoder) {
    case 'use-lite':
      return openTextEncoder({ name: 'use-lite' }, { signal });
    case 'precomputed':
      if (!dataset)
        throw missing(
          'text_encoder "precomputed" reads the vectors of its dataset, which is not at hand here',
        );
      return openPrecomputed(dataset);
    case 'char-cnn-rnn': {
      const folder = inputs?.['text_encoder_checkpoint'];
      if (folder === undefined) {
        const named = JSON.stringify(config.text_encoder_checkpoint ?? null);
        throw missing(
          `the text encoder's checkpoint ${named} was not handed over; expected a folder as input text_encoder_checkpoint`,
        );
      }
      return openTextSide(folder);
    }
  }
};
