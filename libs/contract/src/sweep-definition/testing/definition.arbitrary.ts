/** Definitions of every feature as fast-check makes them, for properties. Each is one that the grammar takes. */
import fc from 'fast-check';

export const finite = fc.double({ min: -1e300, max: 1e300, noNaN: true });
const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
const scalar = fc.oneof(
  finite,
  fc.integer(),
  fc.string(),
  fc.boolean(),
  fc.constantFrom('1', 'null', 'yes', '~', '1e3', '- a', '#', 'a: b'),
);
const text = fc.string({ minLength: 1, maxLength: 9 });
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });

const range = (number: fc.Arbitrary<number>) =>
  fc
    .uniqueArray(number, { minLength: 2, maxLength: 2, comparator: (a, b) => a === b })
    .map((pair) => ({ min: Math.min(...pair), max: Math.max(...pair) }));

const numeric: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
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

const leaf: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  fc.record({ value: fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })) }),
  fc.record({ values: fc.uniqueArray(scalar, { minLength: 1, maxLength: 5 }) }),
  fc
    .integer({ min: 1, max: 6 })
    .map((n) => ({ values: Array.from({ length: n }, (_, i) => i), probabilities: Array(n).fill(1 / n) })),
  numeric,
);

/** `switch`, `size` and `rate` stand in every definition, for conditions and exclusions to name. */
const name = fc
  .stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,8}$/)
  .filter((each) => !['__proto__', 'switch', 'size', 'rate', 'steps'].includes(each));
const parameters = fc
  .dictionary(
    name,
    fc.oneof(
      leaf,
      leaf.map((raw) => ({ ...raw, when: { switch: [true, 1] } })),
      leaf.map((raw) => ({ ...raw, when: { switch: 'on', size: 3 } })),
      fc
        .dictionary(name, leaf, { minKeys: 1, maxKeys: 3, noNullPrototype: true })
        .map((group) => ({ parameters: group, when: { switch: 'on' } })),
    ),
    { maxKeys: 5, noNullPrototype: true },
  )
  .map((some) => ({
    switch: { values: ['on', 'off', true, 1] },
    size: { min: 1, max: 9 },
    rate: { distribution: 'log_uniform_values', min: 0.001, max: 1 },
    ...some,
  }));

/** Regions that leave `switch: off` over. */
const exclude = fc.array(
  fc
    .tuple(
      fc.constantFrom<unknown[]>('on', ['on', true], 1),
      optional(fc.constantFrom<unknown[]>(3, [4, 5], { min: 7 }, { max: 2 }, { min: 2, max: 2 })),
      optional(fc.constantFrom({ min: 0.5 }, { max: 0.01 }, { min: 0.1, max: 0.2 })),
    )
    .map(([on, size, rate]) => ({ switch: on, size, rate })),
  { maxLength: 3 },
);

const withoutNul = (written: unknown): unknown =>
  typeof written === 'string' ? written.replaceAll('\0', '') : written;
const entry = fc.oneof(
  fc.constantFrom(
    '${env}',
    '${args}',
    '${args_json_file}',
    '${program}',
    '--home=${envvar:HOME}',
    '; touch x',
  ),
  text.filter((written) => !written.startsWith('${')),
  fc.integer(),
  fc.boolean(),
);
const trainer = fc.oneof(
  fc.record({
    trainer: fc.constantFrom('gan-cls', 'text-encoder', 'style-encoder', undefined),
    dataset: optional(text),
  }),
  fc.record({
    trainer: fc.constantFrom('command', undefined),
    program: text.map((written) => `${withoutNul(written)}.py`),
    command: optional(fc.array(entry, { maxLength: 5 }).map((rest) => ['node', ...rest.map(withoutNul)])),
  }),
);

const rule: fc.Arbitrary<object> = fc.constantFrom(
  { type: 'median' },
  { type: 'percentile', percentile: 50, n_warmup_steps: 3 },
  { type: 'hyperband', min_iter: 3 },
  { type: 'hyperband', max_iter: 27, s: 2, strict: false },
  { type: 'threshold', lower: 0.5 },
  { type: 'wilcoxon', p_threshold: 0.2 },
  { type: 'asha', max_t: 9 },
);
const metric = (names: fc.Arbitrary<string>) =>
  fc.record({
    name: names,
    goal: fc.constantFrom('minimize', 'maximize', undefined),
    target: optional(finite),
  });
const learner = fc.oneof(
  fc.record({
    method: fc.constantFrom('random', 'sobol', 'tpe', 'gp', 'cmaes', 'nsga2', 'bayes'),
    metric: metric(text),
    early_terminate: optional(
      fc.oneof(
        rule,
        rule.map((wrapped) => ({ type: 'patient', patience: 2, wrapped })),
      ),
    ),
    run_cap: optional(fc.integer({ min: 1, max: 1e6 })),
  }),
  fc.record({
    method: fc.constantFrom('random', 'sobol', 'tpe', 'nsga2'),
    metrics: fc
      .uniqueArray(metric(text), { minLength: 2, maxLength: 4, selector: (each) => each.name })
      .map((several) => [...several]),
  }),
  fc.record({
    method: fc.constant('pbt'),
    metric: metric(text),
    pbt: fc.record(
      {
        population: fc.integer({ min: 2, max: 9 }),
        interval: fc.integer({ min: 1, max: 500 }),
        generations: fc.integer({ min: 1, max: 50 }),
        quantile: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        resample: fc.double({ min: 0, max: 1, noNaN: true }),
        factors: fc.array(positive, { minLength: 1, maxLength: 3 }),
      },
      { requiredKeys: ['generations'] },
    ),
    run_cap: optional(fc.integer({ min: 9, max: 100 })),
  }),
);

const others = fc.record(
  {
    name: fc.string({ minLength: 1, maxLength: 20 }),
    description: fc.string(),
    parameters,
    budget: fc.constantFrom({ hours: 0.5 }, { accelerator_hours: 100 }, { hours: 8, accelerator_hours: 16 }),
    exclude,
    concurrency: fc.integer({ min: 1, max: 99 }),
    max_failures: fc.integer({ min: 0, max: 100 }),
    seed: fc.maxSafeNat(),
    warm_start: fc.oneof(text, fc.array(text, { maxLength: 2 })),
    requires: fc.record(
      {
        backend: fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })),
        memory_mb: fc.integer({ min: 1, max: 1e6 }),
        device: text,
        dataset: text,
      },
      { requiredKeys: [] },
    ),
    objective_at: fc.oneof(fc.constantFrom('last', 'best'), fc.nat()),
    priority: fc.integer({ min: -100, max: 100 }),
  },
  { requiredKeys: ['parameters'] },
);

/** As JSON has it: no undefined, no -0. */
export const definitionSource: fc.Arbitrary<Record<string, unknown>> = fc
  .tuple(trainer, learner, others)
  .map((parts) => JSON.parse(JSON.stringify(Object.assign({}, ...parts))));
