import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSweepDefinition } from './sweep-definition.parse.ts';
import { printSweepDefinition } from './sweep-definition.print.ts';

const finite = fc.double({ min: -1e300, max: 1e300, noNaN: true });
const scalar = fc.oneof(
  finite,
  fc.integer(),
  fc.string(),
  fc.boolean(),
  fc.constantFrom('1', 'null', 'yes', '~', '1e3', '- a', '#', 'a: b'),
);
const values = fc.uniqueArray(scalar, { minLength: 1, maxLength: 5 });
const range = (number: fc.Arbitrary<number>) =>
  fc
    .uniqueArray(number, { minLength: 2, maxLength: 2, comparator: (a, b) => a === b })
    .map((pair) => ({ min: Math.min(...pair), max: Math.max(...pair) }));
const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });

const leaf: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  fc.record({ value: scalar }),
  fc.record({ values }),
  fc
    .integer({ min: 1, max: 6 })
    .map((n) => ({ values: Array.from({ length: n }, (_, i) => i), probabilities: Array(n).fill(1 / n) })),
  range(fc.integer()),
  range(finite),
  fc
    .tuple(fc.constantFrom('uniform', 'q_uniform'), range(finite), positive)
    .map(([distribution, bounds, q]) => ({
      distribution,
      ...bounds,
      ...(distribution === 'uniform' ? {} : { q }),
    })),
  fc
    .tuple(
      fc.constantFrom('log_uniform_values', 'q_log_uniform_values', 'inv_log_uniform_values'),
      range(positive),
    )
    .map(([distribution, bounds]) => ({ distribution, ...bounds })),
  fc
    .tuple(
      fc.constantFrom('log_uniform', 'q_log_uniform', 'inv_log_uniform'),
      range(fc.double({ min: -20, max: 20, noNaN: true })),
    )
    .map(([distribution, bounds]) => ({ distribution, ...bounds })),
  fc
    .tuple(
      fc.constantFrom('normal', 'q_normal', 'log_normal', 'q_log_normal'),
      fc.double({ min: -9, max: 9, noNaN: true }),
      fc.double({ min: 1e-3, max: 50, noNaN: true }),
    )
    .map(([distribution, mu, sigma]) => ({ distribution, mu, sigma })),
);
const name = fc
  .stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,8}$/)
  .filter((text) => text !== '__proto__' && text !== 'switch');
const parameters = fc.dictionary(
  name,
  fc.oneof(
    leaf,
    leaf.map((raw) => ({ ...raw, when: { switch: [true, 1] } })),
    fc
      .dictionary(name, leaf, { minKeys: 1, maxKeys: 3, noNullPrototype: true })
      .map((group) => ({ parameters: group, when: { switch: 'on' } })),
  ),
  { maxKeys: 5, noNullPrototype: true },
);
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const text = fc.string({ minLength: 1, maxLength: 9 });
const entry = fc.oneof(
  fc.constantFrom(
    '${env}',
    '${args}',
    '${args_json_file}',
    '${program}',
    '--home=${envvar:HOME}',
    '; touch x',
  ),
  fc.string({ minLength: 1, maxLength: 9 }).filter((written) => !written.startsWith('${')),
  fc.integer(),
  fc.boolean(),
);
const trainer = fc.oneof(
  fc.record({ trainer: fc.constantFrom('gan-cls', undefined), dataset: optional(text) }),
  fc.record({
    trainer: fc.constant('command'),
    program: text,
    command: optional(
      fc.array(entry, { maxLength: 5 }).map((rest) => ['node', ...rest.map((e) => withoutNul(e))]),
    ),
  }),
);
const withoutNul = (written: unknown): unknown =>
  typeof written === 'string' ? written.replaceAll('\0', '') : written;

const source = fc
  .tuple(
    trainer,
    fc.record({
      name: optional(fc.string({ minLength: 1, maxLength: 20 })),
      description: optional(fc.string()),
      method: fc.constantFrom('random', 'sobol', 'tpe', 'gp', 'cmaes', 'nsga2', 'bayes'),
      metric: fc.record({
        name: fc.string({ minLength: 1 }),
        goal: fc.constantFrom('minimize', 'maximize'),
        target: optional(finite),
      }),
      parameters: parameters.map((some) => ({ switch: { values: ['on', 'off', true, 1] }, ...some })),
      early_terminate: optional(
        fc.constantFrom(
          { type: 'median' },
          { type: 'hyperband', min_iter: 3 },
          { type: 'threshold', lower: 0.5 },
          { type: 'asha', max_t: 9 },
        ),
      ),
      run_cap: fc.integer({ min: 1, max: 1e6 }),
      concurrency: optional(fc.integer({ min: 1, max: 99 })),
      seed: fc.maxSafeNat(),
      warm_start: optional(fc.array(fc.string({ minLength: 1 }), { maxLength: 2 })),
      requires: optional(
        fc.record(
          {
            backend: fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })),
            memory_mb: fc.integer({ min: 1, max: 1e6 }),
            device: text,
            dataset: text,
          },
          { requiredKeys: [] },
        ),
      ),
      objective_at: fc.oneof(fc.constantFrom('last', 'best'), fc.nat()),
      priority: fc.integer({ min: -100, max: 100 }),
    }),
  )
  .map(([first, rest]) => JSON.parse(JSON.stringify({ ...first, ...rest })) as unknown);

const definitionOf = (text: unknown) => {
  const result = parseSweepDefinition(text, { accept: 'grammar' });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.definition;
};

describe('printSweepDefinition', () => {
  test('what is printed parses to an equal definition', () => {
    fc.assert(
      fc.property(source, (raw) => {
        const definition = definitionOf(raw);
        expect(definitionOf(printSweepDefinition(definition))).toEqual(definition);
      }),
      { numRuns: 500 },
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
