/**
 * How a hyperparameter names the checkpoint of another run: a text encoder to embed captions with, a generator whose
 * style is learnt. Three forms, one type:
 *
 *   0198d0c4-...            the checkpoint with this id
 *   sweep/run               the newest complete checkpoint of that run
 *   sweep/run@step          that run's checkpoint of exactly that step
 *
 * `sweep` is the sweep's name, or its id where several have one name; a name may contain slashes, a run's does not.
 * The server resolves a reference once, when the run is first claimed (docs/adr/0011).
 */
import { z } from 'zod';

export type CheckpointReference =
  | { readonly kind: 'id'; readonly checkpointId: string }
  /** @property step null: the newest complete one */
  | { readonly kind: 'run'; readonly sweep: string; readonly run: string; readonly step: number | null };

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ofRun = /^(?<sweep>.+)\/(?<run>[A-Za-z0-9][\w.-]*)(@(?<step>0|[1-9]\d{0,8}))?$/s;

/** The reference that `text` is; null when it is none. */
export const parseCheckpointReference = (text: string): CheckpointReference | null => {
  if (text !== text.trim()) return null;
  if (uuid.test(text)) return { kind: 'id', checkpointId: text.toLowerCase() };
  const { sweep, run, step } = ofRun.exec(text)?.groups ?? {};
  if (sweep === undefined || run === undefined) return null;
  return { kind: 'run', sweep, run, step: step === undefined ? null : Number(step) };
};

/** The way back: `parseCheckpointReference` of it gives an equal reference. */
export const printCheckpointReference = (reference: CheckpointReference): string => {
  if (reference.kind === 'id') return reference.checkpointId;
  const { sweep, run, step } = reference;
  return step === null ? `${sweep}/${run}` : `${sweep}/${run}@${step}`;
};

export const expectedReference = 'sweep/run, sweep/run@step, or the id of a checkpoint';

/** The type of every hyperparameter that names a checkpoint. */
export const checkpointReference = z
  .string()
  .max(500)
  .refine((text) => parseCheckpointReference(text) !== null, { message: expectedReference });

/** The keys that name a checkpoint, each with the trainer whose run it must be of. */
export const checkpointKeys = {
  text_encoder_checkpoint: 'text-encoder',
  eval_encoder_checkpoint: 'text-encoder',
  generator_checkpoint: 'gan-cls',
  style_encoder_checkpoint: 'style-encoder',
} as const;
export type CheckpointKey = keyof typeof checkpointKeys;

export const isCheckpointKey = (key: string): key is CheckpointKey => Object.hasOwn(checkpointKeys, key);

/** The references in a run's configuration, in the order of its keys. */
export const referencesIn = (
  config: Readonly<Record<string, unknown>>,
): readonly { readonly key: CheckpointKey; readonly text: string }[] =>
  Object.entries(config).flatMap(([key, text]) =>
    isCheckpointKey(key) && typeof text === 'string' ? [{ key, text }] : [],
  );
