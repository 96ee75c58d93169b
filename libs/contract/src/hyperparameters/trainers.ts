/**
 * What a run can train. Three networks of the papers are built in, each with hyperparameters of its own; `command`
 * runs any program. Whoever asks about a run's hyperparameters asks the trainer's entry here, so that a new trainer
 * is a file of fields and a row.
 */
import type { z } from 'zod';
import { type CheckpointKey, isCheckpointKey } from './checkpoint-reference.ts';
import type { Presets } from './field.ts';
import { changeableWhileTraining, hyperparameterFields, hyperparameters, presets } from './gan-cls.ts';
import {
  styleEncoderChangeable,
  styleEncoderFields,
  styleEncoderHyperparameters,
  styleEncoderPresets,
} from './style-encoder.ts';
import {
  textEncoderChangeable,
  textEncoderFields,
  textEncoderHyperparameters,
  textEncoderPresets,
} from './text-encoder.ts';

export const builtInTrainers = ['gan-cls', 'text-encoder', 'style-encoder'] as const;
export type BuiltInTrainer = (typeof builtInTrainers)[number];

export const trainers = [...builtInTrainers, 'command'] as const;
export type Trainer = (typeof trainers)[number];

export const isBuiltIn = (trainer: string): trainer is BuiltInTrainer =>
  builtInTrainers.some((each) => each === trainer);

export interface TrainerHyperparameters {
  /** One schema per key, each with its default and a description. */
  readonly fields: Readonly<Record<string, z.ZodType>>;
  /** From what was written to a full, frozen object. */
  readonly schema: z.ZodType<Readonly<Record<string, unknown>>>;
  readonly presets: Presets<Readonly<Record<string, unknown>>>;
  /** What may change while it trains: what a population can search. */
  readonly changeableWhileTraining: readonly string[];
  /** Keys without which no run can be: they have no default. */
  readonly required: readonly string[];
  /** Keys that name the checkpoint of another run. */
  readonly checkpointKeys: readonly CheckpointKey[];
}

const entry = (
  { shape }: { readonly shape: Readonly<Record<string, z.ZodType>> },
  rest: Pick<TrainerHyperparameters, 'schema' | 'presets' | 'changeableWhileTraining'>,
): TrainerHyperparameters =>
  Object.freeze({
    ...rest,
    fields: shape,
    required: Object.keys(shape).filter((key) => !shape[key]?.safeParse(undefined).success),
    checkpointKeys: Object.keys(shape).filter(isCheckpointKey),
  });

export const trainerHyperparameters: Readonly<Record<BuiltInTrainer, TrainerHyperparameters>> = Object.freeze(
  {
    'gan-cls': entry(hyperparameterFields, { schema: hyperparameters, presets, changeableWhileTraining }),
    'text-encoder': entry(textEncoderFields, {
      schema: textEncoderHyperparameters,
      presets: textEncoderPresets,
      changeableWhileTraining: textEncoderChangeable,
    }),
    'style-encoder': entry(styleEncoderFields, {
      schema: styleEncoderHyperparameters,
      presets: styleEncoderPresets,
      changeableWhileTraining: styleEncoderChangeable,
    }),
  },
);
