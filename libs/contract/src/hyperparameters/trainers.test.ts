import { describe, expect, it, test } from 'vitest';
import { checkpointKeys } from './checkpoint-reference.ts';
import { presetNames } from './field.ts';
import { builtInTrainers, isBuiltIn, trainerHyperparameters, trainers } from './trainers.ts';

/** What a run of the trainer needs to be told. */
const least = {
  'gan-cls': {},
  'text-encoder': {},
  'style-encoder': { generator_checkpoint: 'birds/gull-0042' },
};

describe.each(builtInTrainers)('trainer %s', (trainer) => {
  const { fields, schema, presets, changeableWhileTraining, required } = trainerHyperparameters[trainer];

  it('has a description for every key', () => {
    for (const [key, field] of Object.entries(fields)) expect(field.description, key).toBeTruthy();
  });

  it('has the keys that every page and service reads', () => {
    const common = ['preset', 'seed', 'steps', 'batch_size', 'log_every', 'eval_every', 'checkpoint_every'];
    expect(Object.keys(fields)).toEqual(expect.arrayContaining(common));
  });

  it('parses each preset to itself, frozen', () => {
    for (const preset of presetNames) {
      const run = schema.parse({ preset, ...least[trainer] });
      expect(Object.isFrozen(run)).toBe(true);
      expect(run).toMatchObject(presets[preset]);
      expect(schema.parse(JSON.parse(JSON.stringify(run)))).toEqual(run);
    }
  });

  it('refuses a misspelt key', () => {
    expect(schema.safeParse({ ...least[trainer], learning_rat: 1 }).error?.issues).toMatchObject([
      { code: 'unrecognized_keys', keys: ['learning_rat'] },
    ]);
  });

  it('needs what has no default, and lets only its own keys change', () => {
    expect(required).toEqual(Object.keys(least[trainer]));
    expect(Object.keys(fields)).toEqual(expect.arrayContaining([...changeableWhileTraining]));
  });

  it('names checkpoints only of trainers that there are', () => {
    for (const key of trainerHyperparameters[trainer].checkpointKeys) {
      expect(isBuiltIn(checkpointKeys[key])).toBe(true);
    }
  });
});

test('a program is a trainer, and none of ours', () => {
  expect(trainers).toEqual([...builtInTrainers, 'command']);
  expect(isBuiltIn('command')).toBe(false);
});

test("a text encoder's last width follows the released networks", () => {
  const { schema } = trainerHyperparameters['text-encoder'];
  expect(schema.parse({ preset: 'paper' })).toMatchObject({ conv3_width: 256, learning_rate: 7e-4 });
  expect(schema.parse({ preset: 'paper', variant: 'icml-birds' })).toMatchObject({ conv3_width: 512 });
  expect(schema.parse({ preset: 'paper-coco' })).toMatchObject({ conv3_width: 512 });
  expect(schema.parse({ preset: 'paper-coco', variant: 'cvpr' })).toMatchObject({ conv3_width: 256 });
  expect(schema.parse({})).toMatchObject({ conv3_width: 128 });
  expect(schema.parse({ conv3_width: 12 })).toMatchObject({ conv3_width: 12 });
});

test("COCO's text encoder is trained on pairs of captions by Adam, as released; all others on pictures", () => {
  const { schema } = trainerHyperparameters['text-encoder'];
  expect(schema.parse({ preset: 'paper-coco' })).toMatchObject({
    objective: 'caption-pairs',
    optimizer: 'adam',
    beta1: 0.5,
    learning_rate: 2e-4,
    batch_size: 64,
    distinct: 'instance',
    variant: 'icml-birds',
  });
  for (const preset of ['paper', 'cpu-small', 'cpu-tiny']) {
    expect(schema.parse({ preset })).toMatchObject({ objective: 'image-text', optimizer: 'rmsprop' });
  }
});
