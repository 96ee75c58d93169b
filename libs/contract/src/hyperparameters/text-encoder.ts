/**
 * What the training of a text encoder can be told: the char-CNN-RNN of Reed et al., "Learning Deep Representations of
 * Fine-Grained Visual Descriptions" (CVPR 2016), trained together with an image encoder by the symmetric joint
 * embedding loss, or, as for COCO (ICML 2016), on pairs of captions alone. Flat snake_case keys, as the GAN's; an
 * unknown key is an error.
 */
import { z } from 'zod';
import { checkDatasetFields, datasetFields } from './dataset.fields.ts';
import { count, presetNames, type Presets, share, withPreset } from './field.ts';

/** One schema per key, each with its default (that of `cpu-small`) and a description for forms and `--help`. */
export const textEncoderFields = z.strictObject({
  preset: z.enum(presetNames).default('cpu-small').describe('Values for all keys that are not given.'),
  seed: count(0, Number.MAX_SAFE_INTEGER).default(1).describe('Decides initial weights and batches.'),
  steps: count(1, 100_000_000).default(3000).describe('Training steps, each of one minibatch.'),
  batch_size: count(2, 4096)
    .default(40)
    .describe(
      'Rows a step, all of distinct groups: a picture and a caption of each, or two captions (reference: 40; COCO: 64).',
    ),
  objective: z
    .enum(['image-text', 'caption-pairs'])
    .default('image-text')
    .describe(
      'What belongs together: a picture and its caption, or two captions of one picture (reference, COCO: caption-pairs); the latter trains no image encoder.',
    ),

  ...datasetFields,
  distinct: z
    .enum(['class', 'instance'])
    .default('instance')
    .describe('What rows of a step differ in (reference: class; for few or coarse classes: instance).'),
  augment_flip: z.boolean().default(true).describe('Mirror half of the pictures, where that makes sense.'),
  augment_crop: z.boolean().default(true).describe('Shift pictures by a random crop.'),
  augment_background: z
    .enum(['white', 'light', 'any'])
    .default('white')
    .describe('Colour under transparent pictures.'),

  variant: z
    .enum(['cvpr', 'icml-flowers', 'icml-birds'])
    .default('cvpr')
    .describe('Which released network: its last width, third pooling and recurrence.'),
  embedding_dim: count(1, 4096).default(256).describe("Length of a caption's vector (reference: 1024)."),
  conv1_width: count(1, 4096).default(96).describe('Channels after the first convolution (reference: 384).'),
  conv2_width: count(1, 4096).default(128).describe('Channels after the second (reference: 512).'),
  conv3_width: count(1, 4096)
    .optional()
    .describe(
      "Channels after the third, and of the recurrence; without it 128; with the paper's presets the released 256 (cvpr) or 512.",
    ),
  image_width: count(1, 1024)
    .default(16)
    .describe('Base width of the image encoder that objective image-text trains beside the text encoder.'),
  initial_weights: z
    .enum(['released', 'short-texts'])
    .default('short-texts')
    .describe('Where training starts: as the reference, or wider for captions of a word or two.'),

  optimizer: z
    .enum(['rmsprop', 'adam'])
    .default('rmsprop')
    .describe('What takes the steps (reference: rmsprop; COCO: adam).'),
  beta1: share(0, 0.9999)
    .default(0.5)
    .describe("Adam's first decay (reference, COCO: 0.5); rmsprop has none."),
  learning_rate: share(0, 1)
    .default(1e-3)
    .describe("The optimizer's rate (reference: 0.0004; 0.0007 for ICML; COCO: 0.0002)."),
  lr_warmup: count(0, 1_000_000)
    .default(100)
    .describe('Steps over which the rate rises to learning_rate (reference: 0).'),
  lr_decay: share(0.001, 1)
    .default(0.98)
    .describe('The rate is multiplied by this each epoch (reference: 0.98; COCO: 0.5).'),
  lr_decay_every: count(1, 100_000_000)
    .optional()
    .describe(
      'Steps of an epoch; without it as many as there are training groups (reference; COCO: as 50 passes have).',
    ),

  log_every: count(1, 1_000_000).default(10).describe('Steps between metric points.'),
  eval_every: count(0, 100_000_000).default(250).describe('Steps between evaluations; 0 for never.'),
  checkpoint_every: count(0, 100_000_000)
    .default(250)
    .describe('Steps between checkpoints; 0: only at the end.'),
});

type Fields = z.infer<typeof textEncoderFields>;

/** What a training may be told anew while it goes on: its networks, moments and data stay what they are. */
export const textEncoderChangeable = [
  'seed',
  'batch_size',
  'distinct',
  'augment_flip',
  'augment_crop',
  'augment_background',
  'beta1',
  'learning_rate',
  'lr_decay',
  'lr_decay_every',
  'lr_warmup',
] as const satisfies readonly (keyof Fields)[];

/** What a run trains with: every key has its value, and the last width is resolved. */
export type TextEncoderHyperparameters = Readonly<Fields & { conv3_width: number }>;

const paper = {
  steps: 60_000,
  distinct: 'class',
  embedding_dim: 1024,
  conv1_width: 384,
  conv2_width: 512,
  image_width: 64,
  initial_weights: 'released',
  learning_rate: 7e-4,
  lr_warmup: 0,
  log_every: 50,
  eval_every: 1000,
  checkpoint_every: 1000,
} as const;

/**
 * Keys a preset changes from the defaults. COCO has no classes, the network of the birds, and a training of its own
 * (main_txt_coco.lua, train_coco_txt.sh): 200 passes over the 82,783 pictures of train2014, 1,294 steps each; the rate
 * halves every 50.
 */
export const textEncoderPresets: Presets<Fields> = Object.freeze({
  paper,
  'paper-coco': {
    ...paper,
    steps: 258_800,
    batch_size: 64,
    objective: 'caption-pairs',
    variant: 'icml-birds',
    distinct: 'instance',
    optimizer: 'adam',
    learning_rate: 2e-4,
    lr_decay: 0.5,
    lr_decay_every: 64_700,
  },
  'cpu-small': {},
  'cpu-tiny': {
    steps: 20,
    batch_size: 4,
    embedding_dim: 16,
    conv1_width: 8,
    conv2_width: 8,
    conv3_width: 8,
    image_width: 4,
    lr_warmup: 0,
    log_every: 2,
    eval_every: 0,
    checkpoint_every: 10,
  },
});

const lastWidth = ({ preset, variant }: Fields): number => {
  if (preset !== 'paper' && preset !== 'paper-coco') return 128;
  return variant === 'cvpr' ? 256 : 512;
};

/** Parses to TextEncoderHyperparameters. Issues name the key's path; `unrecognized_keys` lists misspelt ones. */
export const textEncoderHyperparameters = z.preprocess(
  withPreset(textEncoderPresets),
  textEncoderFields.superRefine(checkDatasetFields).transform(
    (fields): TextEncoderHyperparameters =>
      Object.freeze({
        ...fields,
        conv3_width: fields.conv3_width ?? lastWidth(fields),
      }),
  ),
);
