import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printSweepDefinition } from './sweep-definition.print.ts';
import { definitionSource } from './testing/definition.arbitrary.ts';
import { accepted } from './testing/verdict.ts';

const definitionOf = (source: unknown) => accepted(source).definition;

describe('printSweepDefinition', () => {
  test('what is printed parses to an equal definition', () => {
    fc.assert(
      fc.property(definitionSource, (raw) => {
        const definition = definitionOf(raw);
        expect(definitionOf(printSweepDefinition(definition))).toEqual(definition);
      }),
      { numRuns: 500 },
    );
  });

  test('a text that was printed needs no second thought: it prints to itself, without a warning of limits', () => {
    fc.assert(
      fc.property(definitionSource, (raw) => {
        const text = printSweepDefinition(definitionOf(raw));
        const { definition, warnings } = accepted(text);
        expect(printSweepDefinition(definition)).toBe(text);
        expect(warnings.map(({ message }) => message).join()).not.toContain('is missing');
      }),
      { numRuns: 200 },
    );
  });

  test('reads like what a user would write', () => {
    const text = printSweepDefinition(
      definitionOf(
        '{method: random, run_cap: 8, metric: {name: fid}, parameters: {lr: {distribution: log_uniform_values, min: 1e-4, max: 1e-2}, w: {values: [16, 32], when: {lr2: 1}}, lr2: {value: 1}}}',
      ),
    );
    expect(text).toBe(`method: random
metric:
  name: fid
  goal: minimize
trainer: gan-cls
parameters:
  lr:
    distribution: log_uniform_values
    min: 0.0001
    max: 0.01
  w:
    values:
      - 16
      - 32
    when:
      lr2: 1
  lr2:
    value: 1
run_cap: 8
max_failures: 3
seed: 0
objective_at: last
priority: 0
`);
  });
});
