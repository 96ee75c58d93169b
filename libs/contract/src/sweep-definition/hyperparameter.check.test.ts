import { describe, expect, test } from 'vitest';
import { accepted, refused } from './testing/verdict.ts';

const sweep = (trainer: string, parameters: object, rest: object = {}) => ({
  method: 'random',
  trainer,
  parameters,
  ...rest,
});
const generator = { generator_checkpoint: { value: 'birds/gull-0042' } };

describe('hyperparameters are the trainer’s own', () => {
  test('each trainer takes its keys', () => {
    accepted(sweep('text-encoder', { conv1_width: { values: [96, 384] } }), 'runnable');
    accepted(sweep('style-encoder', { ...generator, width: { values: [16, 64] } }), 'runnable');
    accepted(sweep('gan-cls', { text_encoder_checkpoint: { value: 'texts/tern-0001@300' } }), 'runnable');
  });

  test('and no other’s', () => {
    expect(refused(sweep('text-encoder', { cls_weight: { value: 0 } }), 'runnable')).toEqual([
      expect.stringContaining('cls_weight is not a hyperparameter of trainer text-encoder'),
    ]);
    expect(refused(sweep('gan-cls', { conv1_width: { value: 8 } }), 'runnable')).toHaveLength(1);
  });

  test('a style encoder is told that it needs a generator, wherever it is missing', () => {
    expect(refused(sweep('style-encoder', { seed: { values: [1, 2] } }), 'runnable')).toEqual([
      expect.stringMatching(
        /^parameters: is missing generator_checkpoint, which trainer style-encoder needs \(generator_checkpoint: \{value: \.\.\.\}/,
      ),
    ]);
    const when = { generator_checkpoint: { value: 'a/b', when: { seed: 1 } }, seed: { values: [1, 2] } };
    expect(refused(sweep('style-encoder', when), 'runnable')).toEqual([
      expect.stringMatching(/^parameters\.generator_checkpoint\.when: .* cannot be left out/),
    ]);
  });

  test('a reference that cannot be one is refused where it stands', () => {
    const values = { text_encoder_checkpoint: { values: ['texts/tern-0001', 'newest'] } };
    expect(refused(sweep('gan-cls', values), 'runnable')).toEqual([
      'parameters.text_encoder_checkpoint.values[1]: text_encoder_checkpoint cannot be "newest" (for text_encoder_checkpoint: sweep/run, sweep/run@step, or the id of a checkpoint)',
    ]);
  });

  test('a data set is refused by a trainer that reads none', () => {
    accepted(sweep('text-encoder', { seed: { value: 1 } }, { dataset: 'emoji' }), 'runnable');
    expect(refused(sweep('style-encoder', generator, { dataset: 'emoji' }), 'runnable')).toEqual([
      'dataset: has no meaning for trainer style-encoder (nothing, or requires: {dataset})',
    ]);
  });

  test('a population searches what its own trainer can change', () => {
    const pbt = {
      method: 'pbt',
      metric: { name: 'loss', goal: 'minimize' },
      pbt: { population: 4, interval: 100, generations: 3 },
    };
    const rate = { learning_rate: { min: 0.0001, max: 0.01 } };
    accepted(sweep('text-encoder', { ...rate, lr_decay: { values: [0.98, 1] } }, pbt), 'runnable');
    expect(
      refused(sweep('text-encoder', { ...rate, embedding_dim: { values: [8, 16] } }, pbt), 'runnable'),
    ).toEqual([expect.stringContaining('a search over seed, batch_size, distinct')]);
  });
});
