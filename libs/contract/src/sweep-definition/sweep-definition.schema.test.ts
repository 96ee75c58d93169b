import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { sweepJsonSchema } from './sweep-definition.schema.ts';
import { accepted, refused } from './testing/verdict.ts';

const validate = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false }).compile(
  sweepJsonSchema(),
);
const isValid = (source: unknown): boolean => validate(source);

const at = (path: string): URL => new URL(path, import.meta.url);
const fixtures = readdirSync(at('./fixtures/wandb/')).map((file) => `./fixtures/wandb/${file}`);
const examples = ['node', 'python'].map((name) => `../../../../examples/command-trainer/sweep-${name}.yaml`);

const sound = {
  method: 'tpe',
  metric: { name: 'loss' },
  run_cap: 9,
  parameters: { lr: { min: 0.1, max: 1 }, kind: { values: ['a', 'b'] } },
};

describe("the editors' JSON Schema", () => {
  test('is the committed docs/sweep.schema.json (npm run schema writes it)', () => {
    const committed: unknown = JSON.parse(readFileSync(at('../../../../docs/sweep.schema.json'), 'utf8'));
    expect(committed).toEqual(sweepJsonSchema());
  });

  test.each([...fixtures, ...examples])('takes %s', (file) => {
    const value: unknown = parse(readFileSync(at(file), 'utf8'), { merge: true });
    expect(isValid(value), JSON.stringify(validate.errors)).toBe(true);
  });

  test('takes every key that is ours', () => {
    const source = {
      ...sound,
      metric: undefined,
      metrics: [{ name: 'loss' }, { name: 'fid', goal: 'minimize', target: 10 }],
      budget: { hours: 3, accelerator_hours: 12.5 },
      exclude: [
        { lr: { min: 0.5 }, kind: ['a'] },
        { kind: 'b', lr: { max: 0.2 } },
      ],
      pbt: { population: 4, interval: 10, generations: 3, quantile: 0.5, resample: 0, factors: [2] },
      early_terminate: { type: 'patient', patience: 3, wrapped: { type: 'asha', max_t: 9 } },
      parameters: { ...sound.parameters, depth: { min: 1, max: 3, when: { kind: ['a'] } } },
      warm_start: ['b1e5'],
      concurrency: 2,
      max_failures: 0,
      seed: 7,
      trainer: 'command',
      program: 'train.py',
      command: ['python', '${program}', 1, true],
      requires: { backend: ['cpu'], memory_mb: 8, device: 'A100', dataset: 'birds' },
      objective_at: 100,
      priority: -3,
    };
    const value: unknown = JSON.parse(JSON.stringify(source));
    expect(isValid(value), JSON.stringify(validate.errors)).toBe(true);
    accepted(value);
  });

  test.each<[mistake: string, changed: object]>([
    ['a misspelt key', { runcap: 5 }],
    ['an unknown method', { method: 'bayesian' }],
    ['a method that learns, with nothing to learn from', { metric: undefined }],
    ['metric and metrics', { metrics: [{ name: 'a' }, { name: 'b' }] }],
    ['one metric among metrics', { metric: undefined, metrics: [{ name: 'a' }] }],
    ['a goal that is none', { metric: { name: 'loss', goal: 'min' } }],
    ['no parameter', { parameters: {} }],
    ['a min without a max', { parameters: { lr: { min: 1 } } }],
    ['a number in quotes', { parameters: { lr: { min: '1', max: 2 } } }],
    ['an unknown distribution', { parameters: { lr: { distribution: 'loguniform', min: 1, max: 2 } } }],
    ['value beside values', { parameters: { lr: { value: 1, values: [1] } } }],
    ['a parameter without any values', { parameters: { lr: {} } }],
    ['probabilities without values', { parameters: { lr: { probabilities: [1] } } }],
    ['an empty list of values', { parameters: { lr: { values: [] } } }],
    ['a misspelt key deep in a group', { parameters: { a: { parameters: { b: { valeu: 1 } } } } }],
    ['an unknown stopping rule', { early_terminate: { type: 'mdian' } }],
    ["another rule's option", { early_terminate: { type: 'median', eta: 3 } }],
    ['no runs at all', { run_cap: 0 }],
    ['a budget without a limit', { budget: {} }],
    ['an exclusion of nothing', { exclude: [{}] }],
    ['a population of one', { method: 'pbt', pbt: { population: 1, generations: 2 } }],
    ['a command that is one text', { command: 'python train.py' }],
  ])('refuses what the parser refuses: %s', (_mistake, changed) => {
    const value: unknown = JSON.parse(JSON.stringify({ ...sound, ...changed }));
    expect(isValid(value)).toBe(false);
    expect(refused(value)).not.toEqual([]);
  });

  test('says of every key what it means', () => {
    const undescribed = (schema: unknown, path: string): string[] => {
      if (schema === null || typeof schema !== 'object') return [];
      const properties: object = Reflect.get(schema, 'properties') ?? {};
      const here = Object.entries(properties).flatMap(([key, child]: [string, object]) =>
        'description' in child || 'const' in child ? [] : [`${path}.${key}`],
      );
      return [
        ...here,
        ...Object.entries(schema).flatMap(([key, child]) => undescribed(child, `${path}.${key}`)),
      ];
    };
    const { properties, $defs } = sweepJsonSchema();
    expect(undescribed({ properties, $defs }, '')).toEqual([]);
  });
});
