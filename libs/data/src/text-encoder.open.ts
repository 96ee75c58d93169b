/** Chooses a text encoder by name; the joint-embedding encoder of the paper will be a second name here. */
import { DatasetError } from './data.error.ts';
import type { TextEncoder } from './text.encoder.ts';
import { openUseLite } from './use-lite.encoder.ts';

export interface TextEncoderSpec {
  name: 'use-lite';
}

export interface TextEncoderOptions {
  signal?: AbortSignal | undefined;
}

/** @throws DatasetError DATASET_BAD_SPEC for an unknown name, ENCODER_NOT_FOUND when the weights are not there */
export const openTextEncoder = async (
  spec: TextEncoderSpec,
  options: TextEncoderOptions = {},
): Promise<TextEncoder> => {
  options.signal?.throwIfAborted();
  if (spec.name === 'use-lite') return openUseLite();
  throw new DatasetError(
    'DATASET_BAD_SPEC',
    `unknown text encoder ${JSON.stringify((spec as { name: unknown }).name)}; expected use-lite`,
  );
};
