/**
 * What a checkpoint is: three files, small enough to be read whole.
 *   model.safetensors      parameters and running statistics as <network>/<name>; a GAN's networks are generator,
 *                          discriminator and average, and it has text/mean, text/scale (text.standard.ts)
 *   optimizer.safetensors  the optimisers' moments: <network>/<parameter>.first and .second for Adam
 *   state.json             trainer, step, generators of chance, the data's cursor, and what the run was told
 * Together they hold everything that the next step depends on: on one back end a resumed run is the uninterrupted
 * one to the bit (train.test.ts proves it).
 */
import { createHash } from 'node:crypto';
import type { RngState } from '@plumage/contract';
import type { BatchState } from '@plumage/data';
import { z } from 'zod';
import { CheckpointCorrupt } from './checkpoint.error.ts';
import { decodeSafetensors, encodeSafetensors, type NamedArray } from './safetensors.codec.ts';

const rngState = z
  .tuple([z.number(), z.number(), z.number(), z.number()])
  .transform((state): RngState => state);

const stateSchema = z.object({
  format: z.literal(1),
  /** Absent in checkpoints from before there were several: the GAN's. */
  trainer: z.enum(['gan-cls', 'text-encoder', 'style-encoder']).optional(),
  step: z.int().min(0),
  /** Updates of each optimiser, for Adam's bias correction. */
  updates: z.record(z.string(), z.int().min(0)),
  /** Where the trainer draws noise. */
  noise: rngState.optional(),
  batches: z.object({ rng: rngState, drawn: z.int().min(0) }).transform((state): BatchState => state),
  /** Statistics since the last metric point, see step.meter.ts. */
  pending: z.object({ steps: z.int().min(0), sums: z.array(z.number()) }),
  /** The run's hyperparameters, as parsed. */
  config: z.record(z.string(), z.unknown()),
  datasetDigest: z.string(),
  /** Where captions are embedded by an encoder that is not trained here. */
  encoderHash: z.string().optional(),
  /** Of the generator that a style encoder inverts. */
  generatorHash: z.string().optional(),
});

export type CheckpointState = z.infer<typeof stateSchema>;

export interface Checkpoint {
  state: CheckpointState;
  model: ReadonlyMap<string, NamedArray>;
  optimizer: ReadonlyMap<string, NamedArray>;
}

/** What pictures are drawn from; the optimisers' moments are for going on. */
export type CheckpointModel = Omit<Checkpoint, 'optimizer'>;

export interface StoredFile {
  name: string;
  bytes: number;
  /** Lower-case hex. */
  sha256: string;
}

/** A checkpoint that is on disk. */
export interface StoredCheckpoint {
  step: number;
  /** Holds the files, and manifest.json, which is written last. */
  folder: string;
  files: readonly StoredFile[];
}

export const checkpointFiles = ['model.safetensors', 'optimizer.safetensors', 'state.json'] as const;
export type CheckpointFile = (typeof checkpointFiles)[number];

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export const encodeCheckpoint = (checkpoint: Checkpoint): Record<CheckpointFile, Uint8Array> => ({
  'model.safetensors': encodeSafetensors(checkpoint.model),
  'optimizer.safetensors': encodeSafetensors(checkpoint.optimizer),
  'state.json': new TextEncoder().encode(`${JSON.stringify(checkpoint.state, null, 2)}\n`),
});

const parseJson = (bytes: Uint8Array, file: string): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new CheckpointCorrupt(file, 'it is not JSON', { cause });
  }
};

/** The files that a CheckpointModel is in. */
export const modelFiles = ['model.safetensors', 'state.json'] as const satisfies readonly CheckpointFile[];

/**
 * @param where how errors name the place
 * @throws CheckpointCorrupt
 */
export const decodeModel = (
  files: Pick<Record<CheckpointFile, Uint8Array>, (typeof modelFiles)[number]>,
  where: string,
): CheckpointModel => {
  const stateFile = `${where}/state.json`;
  const parsed = stateSchema.safeParse(parseJson(files['state.json'], stateFile));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CheckpointCorrupt(stateFile, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  return {
    state: parsed.data,
    model: decodeSafetensors(files['model.safetensors'], `${where}/model.safetensors`),
  };
};

/** As decodeModel, and the moments. @throws CheckpointCorrupt */
export const decodeCheckpoint = (files: Record<CheckpointFile, Uint8Array>, where: string): Checkpoint => ({
  ...decodeModel(files, where),
  optimizer: decodeSafetensors(files['optimizer.safetensors'], `${where}/optimizer.safetensors`),
});

const manifestSchema = z.object({
  format: z.literal(1),
  step: z.int().min(0),
  files: z.array(
    z.object({ name: z.enum(checkpointFiles), bytes: z.int().min(0), sha256: z.string().length(64) }),
  ),
});

/** @throws CheckpointCorrupt */
export const decodeManifest = (bytes: Uint8Array, file: string): z.infer<typeof manifestSchema> => {
  const parsed = manifestSchema.safeParse(parseJson(bytes, file));
  if (!parsed.success) throw new CheckpointCorrupt(file, parsed.error.issues[0]?.message ?? 'unknown form');
  return parsed.data;
};
