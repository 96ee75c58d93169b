/** Brings what a configuration names into folders: of each checkpoint the model, since nothing goes on from it here. */
import { modelFileNames } from '@plumage/training';
import type { AgentApi, LeaseGranted } from './agent.api.ts';
import { InputUnusable } from './input.error.ts';
import type { Patience } from './patience.ts';
import { CheckpointUnavailable, downloadCheckpoint } from './resume.download.ts';

export type GrantedInput = LeaseGranted['inputs'][number];

/** The optimiser's moments are half of a checkpoint's bytes, and only who goes on from it needs them. */
export const modelOf = ({ checkpoint }: Pick<GrantedInput, 'checkpoint'>): GrantedInput['checkpoint'] => ({
  ...checkpoint,
  files: checkpoint.files.filter(({ name }) => modelFileNames.includes(name)),
});

/** @throws InputUnusable naming the hyperparameter; as downloadCheckpoint otherwise */
export const downloadInputs = async (
  api: AgentApi,
  inputs: readonly GrantedInput[],
  folderOf: (key: string) => string,
  patience: Patience,
  signal: AbortSignal,
): Promise<void> => {
  for (const input of inputs) {
    try {
      await downloadCheckpoint(api, modelOf(input), folderOf(input.key), patience, signal);
    } catch (cause) {
      if (!(cause instanceof CheckpointUnavailable)) throw cause;
      throw new InputUnusable(input.key, cause.message, { cause });
    }
  }
};
