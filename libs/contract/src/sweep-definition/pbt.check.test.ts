import { describe, expect, test } from 'vitest';
import { changeableWhileTraining } from '../hyperparameters/gan-cls.ts';
import { accepted, refused } from './testing/verdict.ts';

const population = (parameters: object, rest: object = {}) => ({
  method: 'pbt',
  metric: { name: 'g/loss', goal: 'minimize' },
  pbt: { population: 4, interval: 100, generations: 3 },
  parameters: { learning_rate: { min: 0.0001, max: 0.01 }, ...parameters },
  ...rest,
});
const evaluated = (parameters: object) =>
  accepted(
    population(parameters, { metric: { name: 'eval/r_precision', goal: 'maximize' } }),
    'runnable',
  ).warnings.map((p) => `${p.path}: ${p.message} (${p.expected})`);

describe('a population of the built-in trainer', () => {
  test('searches what can change while a member trains', () => {
    accepted(
      population({ label_smoothing: { min: 0.0, max: 0.3 }, beta1: { values: [0, 0.5] } }),
      'runnable',
    );
    accepted(population({ interpolation: { values: ['off', 'half', 'uniform'] } }), 'runnable');
  });

  test.each([
    ['generator_width', { values: [8, 16] }],
    ['noise_dim', { min: 10, max: 100 }],
    ['variant', { values: ['released', 'plain'] }],
    ['preset', { values: ['cpu-tiny', 'cpu-small'] }],
  ])('does not search %s, and is told what it can', (path, search) => {
    expect(refused(population({ [path]: search }), 'runnable')).toEqual([
      `parameters.${path}: ${path} cannot be searched by pbt: it cannot change while a member trains (${path}: {value: ...}, or a search over ${changeableWhileTraining.join(', ')})`,
    ]);
  });

  test('takes any other parameter with one value, and other methods search them all', () => {
    accepted(population({ generator_width: { value: 8 }, variant: { value: 'plain' } }), 'runnable');
    const parameters = { generator_width: { values: [8, 16] } };
    accepted({ method: 'grid', parameters }, 'runnable');
  });

  test('steps and unknown names are told once', () => {
    expect(refused(population({ steps: { values: [100, 200] } }), 'runnable')).toHaveLength(1);
    expect(refused(population({ widht: { values: [100, 200] } }), 'runnable')).toHaveLength(1);
  });

  test('a program’s parameters are its own affair', () => {
    accepted(
      population({ generator_width: { values: [8, 16] } }, { command: ['python', 'train.py'] }),
      'runnable',
    );
  });
});

describe('a metric that comes less often than members are compared', () => {
  test('is pointed out, with both remedies', () => {
    expect(evaluated({})).toEqual([
      'pbt.interval: eval/r_precision comes every 250 steps only: members are not compared at the end of each interval of 100 (an interval of at least 250, or eval_every of at most 100)',
    ]);
    expect(evaluated({ preset: { value: 'paper' } })[0]).toContain('every 1000 steps');
    expect(evaluated({ preset: { value: 'cpu-tiny' } })).toEqual([
      'pbt.interval: eval/r_precision is never reported, since eval_every is 0: members are not compared at the end of each interval of 100 (eval_every of 1 to 100)',
    ]);
  });

  test('is none when it comes in every interval, or when the program decides', () => {
    expect(evaluated({ eval_every: { value: 100 } })).toEqual([]);
    expect(evaluated({ preset: { value: 'paper' }, eval_every: { value: 50 } })).toEqual([]);
  });
});
