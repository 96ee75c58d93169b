import { parseSweepDefinition, type SweepDefinition } from '@plumage/contract';
import { describe, expect, it } from 'vitest';
import { enqueueFields, fieldPathOf, readAssignments, readEnqueueForm } from './enqueue-form.ts';

const compiled = (parameters: object): SweepDefinition => {
  const parsed = parseSweepDefinition({
    method: 'random',
    run_cap: 4,
    trainer: 'command',
    command: ['x'],
    parameters,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.definition;
};

const definition = compiled({
  kind: { value: 'fixed' },
  rate: { distribution: 'log_uniform_values', min: 0.001, max: 0.1 },
  layers: { min: 1, max: 4 },
  optimizer: { values: ['adam', 'sgd'] },
  momentum: { min: 0.1, max: 0.9, when: { optimizer: 'sgd' } },
});

describe('the form that enqueues a configuration', () => {
  it('has a field for each parameter that is not a constant, with what it allows', () => {
    expect(enqueueFields(definition).map(({ path, hint, values }) => [path, values ?? hint])).toEqual([
      ['rate', '0.001 to 0.1'],
      ['layers', '1 to 4, whole'],
      ['optimizer', ['adam', 'sgd']],
      ['momentum', '0.1 to 0.9'],
    ]);
  });

  it('shows and sends a conditional parameter only where its condition holds', () => {
    const adam = readEnqueueForm(definition, { optimizer: '0', momentum: '0.5', rate: '1e-2' });
    expect(adam.fields.map(({ path }) => path)).toEqual(['rate', 'layers', 'optimizer']);
    expect(adam.assignment).toEqual({ optimizer: 'adam', rate: 0.01 });
    expect(readEnqueueForm(definition, { optimizer: '1', momentum: '0.5' }).assignment).toEqual({
      optimizer: 'sgd',
      momentum: 0.5,
    });
  });

  it('sends what is no number as it is, for the server to refuse', () => {
    expect(readEnqueueForm(definition, { layers: 'two' }).assignment).toEqual({ layers: 'two' });
  });
});

describe('configurations as JSON', () => {
  it('are one mapping or a list of them', () => {
    expect(readAssignments('{"rate": 0.01}')).toEqual({ assignments: [{ rate: 0.01 }] });
    expect(readAssignments('[{"rate": 0.01}, {}]')).toEqual({ assignments: [{ rate: 0.01 }, {}] });
    expect(readAssignments('7')).toHaveProperty('problem');
    expect(readAssignments('{rate: 1}')).toHaveProperty('problem');
  });

  it('have their problems at the path within', () => {
    expect(fieldPathOf('assignments[0].net.width')).toBe('net.width');
    expect(fieldPathOf('assignments[12]')).toBe('');
  });
});
