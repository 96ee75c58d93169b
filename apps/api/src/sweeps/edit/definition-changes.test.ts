import { parseSweepDefinition, type SweepDefinition } from '@plumage/contract';
import { describe, expect, it } from 'vitest';
import { changesSearch, describeChanges, problemsOfChange } from './definition-changes.ts';

const base = {
  method: 'random',
  run_cap: 20,
  metric: { name: 'loss', goal: 'minimize' },
  parameters: {
    learning_rate: { min: 0.001, max: 0.01 },
    batch_size: { values: [8, 16] },
  },
};

const compiled = (more: object = {}): SweepDefinition => {
  const parsed = parseSweepDefinition({ ...base, ...more }, { accept: 'grammar' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.definition;
};
const changed = (more: object) => describeChanges(compiled(), compiled(more));
const parameters = (more: object) => changed({ parameters: { ...base.parameters, ...more } });

describe('the sentences of an edit', () => {
  it('say what a number was and is', () => {
    expect(changed({ run_cap: 50, concurrency: 4 })).toEqual(['run_cap 20 → 50', 'concurrency none → 4']);
    expect(parameters({ learning_rate: { min: 0.001, max: 0.1 } })).toEqual([
      'learning_rate: max 0.01 → 0.1',
    ]);
  });

  it('say what was added and removed', () => {
    expect(parameters({ batch_size: { values: [8, 32] } })).toEqual([
      'batch_size: added 32',
      'batch_size: removed 16',
    ]);
    expect(parameters({ beta1: { min: 0.1, max: 0.9 } })).toEqual([
      'beta1: added, uniform (min 0.1, max 0.9)',
    ]);
    expect(changed({ parameters: { batch_size: base.parameters.batch_size } })).toEqual([
      'learning_rate: removed',
    ]);
  });

  it('name another distribution, condition, rule and target', () => {
    expect(
      parameters({ learning_rate: { distribution: 'log_uniform_values', min: 0.001, max: 0.01 } }),
    ).toEqual(['learning_rate: uniform → log_uniform_values']);
    expect(
      parameters({ learning_rate: { ...base.parameters.learning_rate, when: { batch_size: 8 } } }),
    ).toEqual(['learning_rate: when always → batch_size is 8']);
    expect(changed({ early_terminate: { type: 'median' } })[0]).toMatch(/^early_terminate none → median/);
    expect(changed({ metric: { ...base.metric, target: 0.2 } })).toEqual(['target none → 0.2']);
  });

  it('name excluded regions', () => {
    const more = { exclude: [{ parameter: 'learning_rate', min: 0.005, max: null }] as const };
    const after = { ...compiled(), exclude: [more.exclude, [{ parameter: 'batch_size', values: [8] }]] };
    expect(describeChanges(compiled(), after)).toEqual([
      'exclude: added learning_rate from 0.005, batch_size 8',
    ]);
    expect(changesSearch(compiled(), after)).toBe(true);
  });

  it('are none for the same definition, written otherwise', () => {
    expect(describeChanges(compiled(), compiled({ seed: 0 }))).toEqual([]);
    expect(changesSearch(compiled(), compiled({ priority: 3, name: 'x', max_failures: 2 }))).toBe(false);
  });
});

describe('what stays for the life of a sweep', () => {
  it.each([
    ['metric', { metric: { name: 'loss', goal: 'maximize' } }],
    ['metric', { metric: { name: 'other', goal: 'minimize' } }],
    ['seed', { seed: 4 }],
    ['objective_at', { objective_at: 'best' }],
    ['dataset', { dataset: 'emoji' }],
  ])('%s', (path, more) => {
    expect(problemsOfChange(compiled(), compiled(more))).toMatchObject([
      { path, expected: expect.stringMatching(/or a new sweep$/) },
    ]);
  });

  it('and nothing else', () => {
    const more = { method: 'grid', run_cap: 3, parameters: { batch_size: { values: [1] } }, priority: 5 };
    expect(problemsOfChange(compiled(), compiled(more))).toEqual([]);
  });
});
