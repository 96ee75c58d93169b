/**
 * What the training of a style encoder can be told: the network S that finds the noise a picture was made from, so
 * that G(S(x), t) draws another caption in the style of x (Reed et al. 2016, sections 4.4 and 5.2). It learns from
 * the pictures of one trained generator, which stays as it is. Flat snake_case keys; an unknown key is an error.
 */
import { z } from 'zod';
import { checkpointReference } from './checkpoint-reference.ts';
import { count, presetNames, type Presets, share, withPreset } from './field.ts';

/** One schema per key, each with its default (that of `cpu-small`) and a description for forms and `--help`. */
export const styleEncoderFields = z.strictObject({
  preset: z.enum(presetNames).default('cpu-small').describe('Values for all keys that are not given.'),
  seed: count(0, Number.MAX_SAFE_INTEGER).default(1).describe('Decides initial weights, noise and captions.'),
  steps: count(1, 100_000_000).default(3000).describe('Training steps, each of one minibatch.'),
  batch_size: count(2, 4096).default(16).describe('Pictures a step.'),

  generator_checkpoint: checkpointReference.describe(
    'The generator whose noise is recovered: a checkpoint of a gan-cls run.',
  ),
  text_encoder_checkpoint: checkpointReference
    .optional()
    .describe("The generator's text encoder; without it the one that its own run was trained with."),
  dataset_path: z
    .string()
    .min(1)
    .optional()
    .describe("Where the generator's pictures are, if not where its own run found them."),
  width: count(1, 1024).default(16).describe('Base width, as ndf of the discriminator (paper: 64).'),
  activation_quirk: z
    .enum(['main_cls', 'main_cls_int'])
    .default('main_cls_int')
    .describe("Which released file's discriminator activations."),

  learning_rate: share(0, 1).default(2e-4).describe("Adam's rate."),
  beta1: share(0, 0.9999).default(0.5).describe("Adam's first decay."),

  log_every: count(1, 1_000_000).default(10).describe('Steps between metric points.'),
  sample_every: count(0, 100_000_000).default(100).describe('Steps between picture grids; 0 for never.'),
  eval_every: count(0, 100_000_000).default(500).describe('Steps between verifications; 0 for never.'),
  checkpoint_every: count(0, 100_000_000)
    .default(250)
    .describe('Steps between checkpoints; 0: only at the end.'),

  prompts: z
    .array(z.string().min(1).max(1000))
    .max(64)
    .default([])
    .describe('Captions of the style transfer grid; empty: some of the training set.'),
  style_pictures: count(1, 64).default(4).describe('Pictures whose style the grid takes: one row each.'),

  verification_clusters: count(2, 1000)
    .default(100)
    .describe('K of K-means over the labels (paper: 100); fewer where there are fewer pictures.'),
  verification_folds: count(2, 20).default(5).describe('Folds of the ROC curve (paper: 5).'),
  verification_pairs: count(2, 1_000_000).default(2000).describe('Pairs of pictures that are compared.'),
});

type Fields = z.infer<typeof styleEncoderFields>;

/** What a training may be told anew while it goes on: its networks, moments and generator stay what they are. */
export const styleEncoderChangeable = [
  'seed',
  'batch_size',
  'learning_rate',
  'beta1',
] as const satisfies readonly (keyof Fields)[];

/** What a run trains with: every key has its value. */
export type StyleEncoderHyperparameters = Readonly<Fields>;

const paper = {
  steps: 20_000,
  batch_size: 64,
  width: 64,
  log_every: 50,
  sample_every: 500,
  eval_every: 2000,
  checkpoint_every: 1000,
  verification_pairs: 10_000,
} as const;

/** Keys a preset changes from the defaults. */
export const styleEncoderPresets: Presets<Fields> = Object.freeze({
  paper,
  'paper-coco': { ...paper, width: 196 },
  'cpu-small': {},
  'cpu-tiny': {
    steps: 20,
    batch_size: 4,
    width: 4,
    log_every: 2,
    sample_every: 10,
    eval_every: 0,
    checkpoint_every: 10,
    verification_clusters: 4,
    verification_pairs: 40,
  },
});

/** Parses to StyleEncoderHyperparameters. Issues name the key's path; `unrecognized_keys` lists misspelt ones. */
export const styleEncoderHyperparameters = z.preprocess(
  withPreset(styleEncoderPresets),
  styleEncoderFields.transform((fields): StyleEncoderHyperparameters => Object.freeze(fields)),
);
