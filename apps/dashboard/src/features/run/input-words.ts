/** What one run was given by another, in a person's words. */
import { isCheckpointKey, type CheckpointKey } from '@plumage/contract';

const words: Readonly<Record<CheckpointKey, string>> = {
  text_encoder_checkpoint: 'text encoder',
  eval_encoder_checkpoint: 'evaluated with',
  generator_checkpoint: 'generator',
  style_encoder_checkpoint: 'style encoder',
};

/** By the hyperparameter that names it. */
export const sayInput = (key: string): string => (isCheckpointKey(key) ? words[key] : key);
