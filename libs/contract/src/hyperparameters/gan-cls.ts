/**
 * Everything that one training of the GAN can be told, as flat snake_case keys, so that a sweep's parameters, a YAML file,
 * a form and the training loop all mean the same thing by the same name. An unknown key is an error: a misspelt
 * parameter that is silently ignored wastes a whole sweep.
 *
 * Parsing goes: input -> values of `preset` under it -> defaults under those -> a full, frozen object.
 */
import { z } from 'zod';
import { checkpointReference, expectedReference } from './checkpoint-reference.ts';
import { checkDatasetFields, datasetFields } from './dataset.fields.ts';
import { count, presetNames, type Presets, share, withPreset } from './field.ts';
import { checkLevers, leverFields } from './lever.fields.ts';

/** What can turn captions into vectors. */
export const textEncoders = ['use-lite', 'char-cnn-rnn', 'precomputed'] as const;
export type TextEncoderName = (typeof textEncoders)[number];

/** One schema per key, each with its default (that of `cpu-small`) and a description for forms and `--help`. */
export const hyperparameterFields = z.strictObject({
  preset: z.enum(presetNames).default('cpu-small').describe('Values for all keys that are not given.'),
  seed: count(0, Number.MAX_SAFE_INTEGER).default(1).describe('Decides initial weights, noise and batches.'),
  steps: count(1, 100_000_000).default(5000).describe('Training steps; one updates each network once.'),
  batch_size: count(2, 4096).default(16).describe('Pictures a step (paper: 64).'),

  ...datasetFields,
  text_encoder: z
    .enum(textEncoders)
    .optional()
    .describe(
      'What turns captions into vectors: use-lite (the default), char-cnn-rnn (the one of text_encoder_checkpoint, and the default with it), or precomputed (vectors that the dataset brought along).',
    ),
  text_encoder_checkpoint: checkpointReference
    .optional()
    .describe('The trained char-cnn-rnn: a checkpoint of a text-encoder run.'),
  eval_encoder_checkpoint: checkpointReference
    .optional()
    .describe(
      'The encoder that evaluations measure with: a checkpoint of a text-encoder run with objective image-text.',
    ),
  captions_per_image: count(1, 64)
    .default(4)
    .describe("Captions whose mean is a picture's text (paper: 4; for COCO 3)."),
  captions_replacement: z
    .boolean()
    .optional()
    .describe('Whether a caption may be drawn twice for a mean (paper: yes; for COCO no); without it yes.'),
  pairing: z
    .enum(['class', 'instance'])
    .default('instance')
    .describe('What a wrong picture differs in (paper: class; for COCO and coarse classes: instance).'),
  augment_flip: z.boolean().default(true).describe('Mirror half of the pictures, where that makes sense.'),
  augment_crop: z.boolean().default(true).describe('Shift pictures by a random crop.'),
  augment_background: z
    .enum(['white', 'light', 'any'])
    .default('white')
    .describe('Colour under transparent pictures.'),

  variant: z
    .enum(['released', 'plain'])
    .default('released')
    .describe("The paper's released networks, or plain DCGAN ones without residual blocks."),
  activation_quirk: z
    .enum(['main_cls', 'main_cls_int'])
    .default('main_cls_int')
    .describe("Which released file's discriminator activations."),
  generator_width: count(1, 1024).default(16).describe('ngf (paper: 128).'),
  discriminator_width: count(1, 1024).default(16).describe('ndf (paper: 64).'),
  noise_dim: count(1, 4096).default(100).describe('Length of the noise z (paper: 100).'),
  projection_dim: count(1, 4096).default(128).describe('Width of projected text (paper: 128).'),

  cls_weight: share(0, 1).default(0.5).describe('c of the matching-aware loss: 0.5 is GAN-CLS, 0 plain GAN.'),
  interpolation: z
    .enum(['off', 'half', 'uniform'])
    .default('off')
    .describe('GAN-INT: captions between captions for the generator; half is the paper.'),
  interp_weight: share(0, 10).default(1).describe("Weight of interpolated rows in the generator's loss."),
  ...leverFields,

  learning_rate: share(0, 1).default(4e-4).describe("Adam's rate for both networks (paper: 0.0002)."),
  learning_rate_g: share(0, 1).optional().describe('Rate of the generator, instead of learning_rate.'),
  learning_rate_d: share(0, 1).optional().describe('Rate of the discriminator, instead of learning_rate.'),
  beta1: share(0, 0.9999).default(0.5).describe("Adam's first decay (paper: 0.5)."),
  lr_decay_factor: share(0.001, 1).default(0.5).describe('Rates are multiplied by this ...'),
  lr_decay_every: count(0, 100_000_000).default(2000).describe('... after every so many steps; 0 for never.'),
  ema_decay: share(0, 0.999999)
    .default(0.998)
    .describe('Averaging of the generator that pictures come from.'),

  log_every: count(1, 1_000_000).default(10).describe('Steps between metric points.'),
  sample_every: count(0, 100_000_000).default(100).describe('Steps between picture grids; 0 for never.'),
  eval_every: count(0, 100_000_000).default(250).describe('Steps between evaluations; 0 for never.'),
  checkpoint_every: count(0, 100_000_000)
    .default(250)
    .describe('Steps between checkpoints; 0: only at the end.'),
  prompts: z
    .array(z.string().min(1).max(1000))
    .max(64)
    .default([])
    .describe('Captions of the picture grid; empty: some of the training set.'),
  prompt_seeds: z
    .array(count(0, 2 ** 31 - 1))
    .min(1)
    .max(16)
    .default([1, 2, 3])
    .describe('Noise seeds of the picture grid: one column each.'),
});

type Fields = z.infer<typeof hyperparameterFields>;

/**
 * What a training may be told anew while it goes on: its networks, moments and data stay what they are. With another
 * seed noise and batches are drawn by that from then on. Population based training searches these and no others.
 */
export const changeableWhileTraining = [
  'seed',
  'batch_size',
  'captions_per_image',
  'captions_replacement',
  'pairing',
  'augment_flip',
  'augment_crop',
  'augment_background',
  'cls_weight',
  'interpolation',
  'interp_weight',
  'label_smoothing',
  'r1_penalty',
  'r1_every',
  'diff_augment',
  'feature_matching',
  'l1_weight',
  'learning_rate',
  'learning_rate_g',
  'learning_rate_d',
  'beta1',
  'lr_decay_factor',
  'lr_decay_every',
  'ema_decay',
] as const satisfies readonly (keyof Fields)[];

/** What a run trains with: every key has its value, and both rates and the text encoder are resolved. */
export type Hyperparameters = Readonly<
  Fields & { learning_rate_g: number; learning_rate_d: number; text_encoder: TextEncoderName }
>;

const paper = {
  steps: 66_000,
  batch_size: 64,
  generator_width: 128,
  discriminator_width: 64,
  learning_rate: 2e-4,
  lr_decay_every: 11_000,
  interpolation: 'half',
  pairing: 'class',
  ema_decay: 0.999,
  log_every: 50,
  sample_every: 500,
  eval_every: 1000,
  checkpoint_every: 1000,
} as const;

/**
 * Keys a preset changes from the defaults. The paper's schedule: 600 epochs of Oxford-102's 7,034 pictures with half the
 * rate every 100; for COCO 200 epochs of 82,783 pictures with half the rate every 40.
 */
export const presets: Presets<Fields> = Object.freeze({
  paper,
  'paper-coco': {
    ...paper,
    steps: 258_700,
    generator_width: 196,
    discriminator_width: 196,
    lr_decay_every: 51_740,
    captions_per_image: 3,
    captions_replacement: false,
    pairing: 'instance',
  },
  'cpu-small': {},
  'cpu-tiny': {
    steps: 20,
    batch_size: 4,
    generator_width: 4,
    discriminator_width: 4,
    noise_dim: 16,
    projection_dim: 16,
    log_every: 2,
    sample_every: 10,
    eval_every: 0,
    checkpoint_every: 10,
    prompt_seeds: [1],
  },
});

/** Emoji that a reader can judge at a glance: colour and shape must follow the caption. */
export const quickstartPrompts: readonly string[] = Object.freeze([
  'tomato',
  'whale',
  'grapes',
  'banana',
  'broccoli',
  'strawberry',
  'bear',
  'tulip',
]);

const checkTextEncoder = (fields: Fields, context: z.RefinementCtx): void => {
  if (fields.text_encoder !== 'char-cnn-rnn' || fields.text_encoder_checkpoint !== undefined) return;
  context.addIssue({
    code: 'custom',
    path: ['text_encoder_checkpoint'],
    message: `text_encoder "char-cnn-rnn" needs text_encoder_checkpoint: ${expectedReference}`,
  });
};

/**
 * Parses to Hyperparameters. Issues name the key's path; `unrecognized_keys` lists misspelt ones.
 * A search space checks single values with `hyperparameterFields.shape[key]`.
 */
export const hyperparameters = z.preprocess(
  withPreset(presets),
  hyperparameterFields
    .superRefine(checkDatasetFields)
    .superRefine(checkTextEncoder)
    .superRefine(checkLevers)
    .transform(
      (fields): Hyperparameters =>
        Object.freeze({
          ...fields,
          text_encoder: fields.text_encoder ?? (fields.text_encoder_checkpoint ? 'char-cnn-rnn' : 'use-lite'),
          learning_rate_g: fields.learning_rate_g ?? fields.learning_rate,
          learning_rate_d: fields.learning_rate_d ?? fields.learning_rate,
        }),
    ),
);
