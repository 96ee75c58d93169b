import { describe, expect, it } from 'vitest';
import { datasetNames } from './dataset.fields.ts';
import { presetNames } from './field.ts';
import { hyperparameterFields, hyperparameters, presets, quickstartPrompts } from './gan-cls.ts';

describe('hyperparameters', () => {
  it('are complete without any input, and frozen', () => {
    const all = hyperparameters.parse({});
    expect(all.learning_rate_g).toBe(4e-4);
    expect(all.learning_rate_d).toBe(4e-4);
    expect(Object.isFrozen(all)).toBe(true);
  });

  it('name the path of an unknown key', () => {
    const { error } = hyperparameters.safeParse({ learning_rat: 1e-3 });
    expect(error?.issues).toMatchObject([{ code: 'unrecognized_keys', keys: ['learning_rat'] }]);
  });

  it.each([
    ['batch_size', 1],
    ['steps', 1.5],
    ['cls_weight', 2],
    ['variant', 'stackgan'],
    ['learning_rate', Number.NaN],
    ['prompt_seeds', []],
  ])('name the path of a value that cannot be: %s = %j', (key, value) => {
    const { error } = hyperparameters.safeParse({ [key]: value });
    expect(error?.issues[0]?.path).toEqual([key]);
  });

  it('let one learning rate serve both networks, and each be set alone', () => {
    expect(hyperparameters.parse({ learning_rate: 1e-3 })).toMatchObject({
      learning_rate_g: 1e-3,
      learning_rate_d: 1e-3,
    });
    expect(hyperparameters.parse({ learning_rate: 1e-3, learning_rate_d: 1e-4 })).toMatchObject({
      learning_rate_g: 1e-3,
      learning_rate_d: 1e-4,
    });
  });

  it('take what is not given from the preset, and what is given over it', () => {
    const run = hyperparameters.parse({ preset: 'paper', batch_size: 16 });
    expect(run).toMatchObject({ generator_width: 128, discriminator_width: 64, batch_size: 16 });
  });

  it('have the paper’s schedule for COCO: 196 wide, 3 captions drawn once, half the rate every 40 of 200 epochs', () => {
    const run = hyperparameters.parse({ preset: 'paper-coco' });
    expect(run).toMatchObject({
      generator_width: 196,
      discriminator_width: 196,
      captions_per_image: 3,
      captions_replacement: false,
      pairing: 'instance',
      learning_rate_g: 2e-4,
    });
    expect(run.steps / run.lr_decay_every).toBe(200 / 40);
    expect((run.steps * run.batch_size) / 200).toBeCloseTo(82_783, -2);
  });

  it('have every lever off, and refuse labels to smooth where there are none', () => {
    for (const preset of presetNames) {
      expect(hyperparameters.parse({ preset })).toMatchObject({
        gan_loss: 'cross-entropy',
        label_smoothing: 0,
        r1_penalty: 0,
        spectral_norm: false,
        diff_augment: 'off',
        feature_matching: 0,
        l1_weight: 0,
      });
    }
    const { error } = hyperparameters.safeParse({ gan_loss: 'hinge', label_smoothing: 0.1 });
    expect(error?.issues[0]?.path).toEqual(['label_smoothing']);
  });

  it('survive a round trip: a parsed run parses to itself', () => {
    for (const preset of presetNames) {
      const run = hyperparameters.parse({ preset, prompts: [...quickstartPrompts] });
      expect(hyperparameters.parse(JSON.parse(JSON.stringify(run)))).toEqual(run);
    }
  });

  it('need a path for every dataset but the built-in one', () => {
    for (const dataset of datasetNames) {
      const paths = hyperparameters.safeParse({ dataset }).error?.issues.map((issue) => issue.path[0]);
      expect([dataset, paths]).toEqual([dataset, dataset === 'emoji' ? undefined : ['dataset_path']]);
      if (dataset !== 'emoji') hyperparameters.parse({ dataset, dataset_path: 'data' });
    }
  });

  it('take a crop around boxes for birds alone, and a folder of pictures for the released features alone', () => {
    const complaint = (input: object) =>
      hyperparameters.safeParse({ dataset_path: 'data', ...input }).error?.issues[0]?.path;
    expect(complaint({ dataset: 'cub', dataset_crop: 'box' })).toBeUndefined();
    expect(complaint({ dataset: 'coco', dataset_crop: 'box' })).toEqual(['dataset_crop']);
    expect(complaint({ dataset: 'icml2016', dataset_images: 'jpg' })).toBeUndefined();
    expect(complaint({ dataset: 'cub', dataset_images: 'jpg' })).toEqual(['dataset_images']);
    expect(complaint({ dataset: 'emoji', dataset_crop: 'centre' })).toEqual(['dataset_crop']);
  });

  it('have valid presets and a description for every key', () => {
    for (const preset of presetNames) expect(() => hyperparameterFields.parse(presets[preset])).not.toThrow();
    for (const [key, schema] of Object.entries(hyperparameterFields.shape)) {
      expect(schema.description, key).toBeTruthy();
    }
  });

  it('choose the encoder of a named checkpoint, and refuse a char-cnn-rnn without one', () => {
    const encoderOf = (input: object) => hyperparameters.parse(input).text_encoder;
    const named = { text_encoder_checkpoint: 'texts/tern-0001' };
    expect(encoderOf({})).toBe('use-lite');
    expect(encoderOf(named)).toBe('char-cnn-rnn');
    expect(encoderOf({ ...named, text_encoder: 'use-lite' })).toBe('use-lite');
    expect(hyperparameters.safeParse({ text_encoder: 'char-cnn-rnn' }).error?.issues).toMatchObject([
      { path: ['text_encoder_checkpoint'], message: expect.stringContaining('sweep/run') },
    ]);
  });
});
