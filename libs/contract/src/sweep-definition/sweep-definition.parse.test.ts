import { describe, expect, test } from 'vitest';
import { parseSweepDefinition } from './sweep-definition.parse.ts';
import { sweepJsonSchema } from './sweep-definition.schema.ts';

/** The grammar alone: these tests' parameters are not the trainer's. */
const grammar = (source: unknown) => {
  const result = parseSweepDefinition(source, { accept: 'grammar' });
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.problems, null, 1)}`);
  return result;
};

const accept = (source: unknown) => {
  const result = parseSweepDefinition(source);
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.problems, null, 1)}`);
  return result;
};

/** Problems as `path: message (expected)`. */
const refuse = (source: unknown, accept: 'runnable' | 'grammar' = 'grammar'): string[] => {
  const result = parseSweepDefinition(source, { accept });
  if (result.ok) throw new Error('accepted');
  return result.problems.map((p) => `${p.path}: ${p.message} (${p.expected})`);
};

const wandbFile = `
program: train.py
entity: someone
project: birds
command: ["\${env}", python, "\${program}", "\${args}"]
name: w&b's own example
method: random
metric: {goal: minimize, name: validation_loss, impute: worst}
run_cap: 50
parameters:
  batch_size: {distribution: q_log_uniform_values, max: 256, min: 32, q: 8}
  dropout: {values: [0.3, 0.4, 0.5]}
  epochs: {value: 1}
  fc_layer_size: {values: [128, 256, 512]}
  learning_rate: {distribution: uniform, max: 0.1, min: 0}
  optimizer:
    parameters:
      name: {values: [adam, sgd], probabilities: [0.3, 0.7], distribution: categorical_w_probabilities}
      beta1: {min: 0.0, max: 1.0}
`;

describe('a definition that is accepted', () => {
  test("W&B's file works as it is: its own keys are read over with a warning", () => {
    const { definition, warnings } = grammar(wandbFile);
    expect(warnings.map((w) => w.path)).toEqual(['entity', 'project', 'metric.impute']);
    expect(warnings.find((w) => w.path === 'entity')?.line).toBe(3);
    expect(definition.trainer).toBe('command');
    expect(definition.command).toEqual(['${env}', 'python', 'train.py', '${args}']);
    expect(definition.parameters.map((p) => [p.path, p.distribution.kind])).toEqual([
      ['batch_size', 'q_log_uniform_values'],
      ['dropout', 'categorical'],
      ['epochs', 'constant'],
      ['fc_layer_size', 'categorical'],
      ['learning_rate', 'uniform'],
      ['optimizer.name', 'categorical'],
      ['optimizer.beta1', 'uniform'],
    ]);
  });

  test('every default is filled in, and the result is frozen all the way down', () => {
    const { definition } = grammar('{method: grid, parameters: {seed: {values: [1, 2]}}}');
    expect(definition).toEqual({
      name: null,
      description: null,
      method: 'grid',
      metric: null,
      metrics: [],
      parameters: [
        {
          path: 'seed',
          distribution: { kind: 'categorical', values: [1, 2], probabilities: null },
          when: [],
        },
      ],
      earlyTerminate: null,
      runCap: null,
      budget: { hours: null, acceleratorHours: null },
      exclude: [],
      pbt: null,
      concurrency: null,
      maxFailures: 3,
      seed: 0,
      warmStart: [],
      trainer: 'gan-cls',
      command: null,
      dataset: null,
      requires: null,
      objectiveAt: 'last',
      priority: 0,
    });
    expect(Object.isFrozen(definition.parameters[0]?.distribution)).toBe(true);
  });

  test('whole bounds are int_uniform unless one was written as a float, or says otherwise', () => {
    const kind = (range: string) =>
      grammar(`{method: random, run_cap: 1, parameters: {x: ${range}}}`).definition.parameters[0]
        ?.distribution.kind;
    expect(kind('{min: 1, max: 5}')).toBe('int_uniform');
    expect(kind('{min: 0.0, max: 1.0}')).toBe('uniform');
    expect(kind('{min: 0, max: 1e3}')).toBe('uniform');
    expect(kind('{min: 0, max: 0.5}')).toBe('uniform');
    expect(kind('{min: 0, max: 1, distribution: uniform}')).toBe('uniform');
  });

  test('mu, sigma and q have their defaults', () => {
    const { definition } = grammar('{method: random, run_cap: 1, parameters: {x: {distribution: q_normal}}}');
    expect(definition.parameters[0]?.distribution).toEqual({ kind: 'q_normal', mu: 0, sigma: 1, q: 1 });
  });

  test("a group's condition is inherited, and two conditions on one parameter must both hold", () => {
    const { definition } = grammar({
      method: 'grid',
      parameters: {
        mode: { values: ['a', 'b', 'c'] },
        deep: {
          when: { mode: ['a', 'b'] },
          parameters: { x: { values: [1, 2], when: { mode: ['b', 'c'] } }, y: { value: 1 } },
        },
      },
    });
    expect(definition.parameters.map((p) => p.when)).toEqual([
      [],
      [{ parameter: 'mode', values: ['b'] }],
      [{ parameter: 'mode', values: ['a', 'b'] }],
    ]);
  });

  test("median keeps Optuna's names and defaults; W&B's hyperband is understood", () => {
    const base = {
      method: 'random',
      run_cap: 1,
      metric: { name: 'loss' },
      parameters: { seed: { value: 1 } },
    };
    expect(
      grammar({ ...base, early_terminate: { type: 'median', n_warmup_steps: 30 } }).definition.earlyTerminate,
    ).toEqual({
      type: 'median',
      n_startup_trials: 5,
      n_warmup_steps: 30,
      interval_steps: 1,
      n_min_trials: 1,
    });
    const hyperband = { ...base, early_terminate: { type: 'hyperband', s: 2, eta: 3, max_iter: 27 } };
    expect(grammar(hyperband).definition.earlyTerminate).toMatchObject({
      strict: true,
      max_iter: 27,
    });
  });

  test('a random search of a finite space needs no run_cap', () => {
    const { definition, warnings } = grammar({
      method: 'random',
      parameters: { x: { min: 1, max: 3 }, y: { distribution: 'q_uniform', min: 0, max: 1, q: 0.5 } },
    });
    expect(definition.runCap).toBeNull();
    expect(warnings).toEqual([]);
  });

  test('a search that would never end gets a cap, and is told so; a budget is as good as one', () => {
    const endless = { method: 'random', parameters: { lr: { min: 0, max: 0.5 } } };
    const { definition, warnings } = grammar(endless);
    expect(definition.runCap).toBe(100);
    expect(warnings).toMatchObject([
      {
        path: 'run_cap',
        message: 'is missing, and lr has endlessly many values: 100 is taken',
        expected: 'run_cap, or a budget',
      },
    ]);
    const limited = grammar({ ...endless, budget: { hours: 8 } });
    expect(limited.definition).toMatchObject({ runCap: null, budget: { hours: 8, acceleratorHours: null } });
    expect(limited.warnings).toEqual([]);
  });

  test('the grammar is offered to editors as JSON Schema', () => {
    const schema = sweepJsonSchema();
    expect(schema).toMatchObject({
      type: 'object',
      required: ['method', 'parameters'],
      additionalProperties: false,
    });
    expect(JSON.stringify(schema)).toContain('"q_log_uniform_values"');
  });
});

describe('a definition that is refused', () => {
  test('what must be whole cannot be drawn from a range or a bell of fractions', () => {
    const refused = (batchSize: object) =>
      refuse({ method: 'random', run_cap: 1, parameters: { batch_size: batchSize } }, 'runnable');
    expect(refused({ distribution: 'normal', mu: 32, sigma: 4 })[0]).toMatch(/whole number/);
    expect(refused({ min: 8, max: 64.5 })[0]).toMatch(/whole number/);
    expect(
      parseSweepDefinition({
        method: 'random',
        run_cap: 1,
        parameters: { batch_size: { distribution: 'q_normal', mu: 32, sigma: 4 } },
      }).ok,
    ).toBe(true);
  });

  test('all problems are told at once, each with its path and a remedy', () => {
    const text = `
method: rnadom
metric: {name: loss, gaol: minimize}
runcap: 5
early_terminate: {type: mdian}
parameters:
  learning_rate: {distribution: log_uniform_values, min: 0, max: 0.1}
  batch_size: {values: []}
  width: {min: 9, max: 3}
  depth: {value: 1, values: [1]}
  beta: {min: '0.1', max: 0.9}
  nested: {parameters: {a: {min: 1}}}
  mix: {values: [1, 2], probabilities: [0.5, 0.6]}
`;
    expect(refuse(text)).toEqual([
      expect.stringMatching(/^method: cannot be "rnadom" \(did you mean random\?/),
      'metric.gaol: unknown key gaol (did you mean goal? Known: name, goal, target)',
      expect.stringMatching(/^runcap: unknown key runcap \(did you mean run_cap\?/),
      'early_terminate.type: cannot be "mdian" (did you mean median? Known: median, percentile, asha, hyperband, patient, threshold, wilcoxon)',
      'parameters.learning_rate.min: cannot be 0 (more than 0, since its logarithm is taken)',
      'parameters.batch_size.values: cannot be [] (a list of at least 1 entries)',
      'parameters.width.min: min 9 is not below max 3 (a min below max)',
      'parameters.depth.value: has no meaning for distribution categorical (only values, probabilities)',
      'parameters.beta.min: cannot be "0.1" (a number; remove the quotes)',
      'parameters.nested.parameters.a.max: is missing (min and max together, or value, or values)',
      'parameters.mix.probabilities: sums to 1.1 (numbers that sum to 1)',
    ]);
  });

  test('a value without its key is told which key it lacks', () => {
    expect(refuse('{method: grid, parameters: {lr: 0.1, kind: [a, b], g: {parameters: {x: on}}}}')).toEqual([
      'parameters.lr: cannot be 0.1 ({value: 0.1}, or a range)',
      'parameters.kind: cannot be ["a","b"] ({values: ["a","b"]}, or a range)',
      'parameters.g.parameters.x: cannot be "on" ({value: "on"}, or a range)',
    ]);
  });

  test('a misspelt name is told beside whatever else is wrong with its values', () => {
    const parameters = { learning_rat: { min: 3, max: 1 } };
    expect(refuse({ method: 'random', run_cap: 1, parameters }, 'runnable')).toEqual([
      'parameters.learning_rat.min: min 3 is not below max 1 (a min below max)',
      expect.stringMatching(/^parameters.learning_rat: .* \(did you mean learning_rate\?/),
    ]);
  });

  test('a sweep of no parameter, of too many, or of nothing but empty groups is refused', () => {
    const of = (parameters: object) => refuse({ method: 'grid', parameters });
    expect(of({})).toEqual(['parameters: names no parameter (at least one parameter)']);
    expect(of({ a: { parameters: {} } })).toEqual(of({}));
    const chain = Array.from({ length: 20_000 }, (_, i) => [
      `p${i}`,
      { value: 1, when: { [`p${i + 1}`]: 1 } },
    ]);
    expect(of(Object.fromEntries(chain))).toEqual(['parameters: names 20000 parameters (at most 1000)']);
  });

  test('aliases and merged mappings count as if they were written out, to the float and to the line', () => {
    const text = `
method: random
run_cap: 1
base: &base {min: 0.0, max: 1.0}
parameters:
  a: *base
  b: {<<: *base, max: 2.0}
  c: &c {min: 5, max: 1}
  d: *c
`;
    const result = parseSweepDefinition(text, { accept: 'grammar' });
    expect(result.ok ? [] : result.problems.map((p) => [p.path, p.line])).toEqual([
      ['base', 4],
      ['parameters.c.min', 8],
      ['parameters.d.min', 8],
    ]);
    const sound = text
      .replace('base: &base {min: 0.0, max: 1.0}\n', '')
      .replace('a: *base', 'a: &base {min: 0.0, max: 1.0}')
      .replaceAll('5', '0');
    expect(grammar(sound).definition.parameters.map((p) => p.distribution.kind)).toEqual([
      'uniform',
      'uniform',
      'int_uniform',
      'int_uniform',
    ]);
  });

  test('a problem in text knows its line', () => {
    const text = 'method: grid\nparameters:\n  a:\n    values: [1]\n    max: 3\n';
    const result = parseSweepDefinition(text, { accept: 'grammar' });
    expect(result.ok ? [] : result.problems.map((p) => [p.path, p.line])).toEqual([['parameters.a.max', 5]]);
  });

  test('broken YAML is a problem with its line, never an exception', () => {
    expect(refuse('method: grid\nparameters: [1, 2\nname: x: y')[0]).toMatch(/^: line \d+, column \d+: /);
    expect(refuse('a: 1\na: 2')[0]).toMatch(/line 2.*unique/);
    expect(refuse('')).toEqual([': the definition is empty (a mapping with at least method and parameters)']);
    expect(refuse('[1]')[0]).toMatch(/^: the definition cannot be \[1\]/);
    expect(refuse('{'.repeat(50_000)).length).toBeLessThanOrEqual(20);
    expect(refuse(`a: ${'['.repeat(200)}${']'.repeat(200)}`)).toHaveLength(1);
    const bomb = `a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n${Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(',')}]`).join('\n')}`;
    expect(refuse(bomb)[0]).toMatch(/alias/i);
  });

  test('a grid of a continuous parameter is refused', () => {
    expect(refuse({ method: 'grid', parameters: { lr: { min: 0, max: 0.5 } } })[0]).toMatch(
      /^parameters.lr.distribution: a grid cannot hold uniform/,
    );
  });

  test('an unknown hyperparameter is refused with the likely one, and so are values that the trainer would refuse', () => {
    const parameters = {
      learningrate: { value: 1 },
      batch_size: { values: [8, 1] },
      generator_width: { distribution: 'uniform', min: 8, max: 64 },
      discriminator_width: { distribution: 'q_uniform', min: 8, max: 64, q: 8 },
      interpolation: { values: ['off', 'halve'] },
    };
    expect(refuse({ method: 'random', run_cap: 1, dataset: 'emojis', parameters }, 'runnable')).toEqual([
      expect.stringMatching(
        /^parameters.learningrate: learningrate is not a hyperparameter .* \(did you mean learning_rate\?/,
      ),
      'parameters.batch_size.values[1]: batch_size cannot be 1 (for batch_size: at least 2)',
      expect.stringMatching(
        /^parameters.generator_width.distribution: .*for generator_width: a whole number/,
      ),
      'parameters.interpolation.values[1]: interpolation cannot be "halve" (for interpolation: did you mean half? Known: off, half, uniform)',
      'dataset: cannot be "emojis" (did you mean emoji? Known: emoji, folder, cub, oxford-102, coco, icml2016, hdf5, stackgan)',
    ]);
  });

  test('the quickstart kind of file passes: lists are one value each', () => {
    const { definition } = accept(`
method: random
run_cap: 8
metric: {name: r_precision, goal: maximize}
early_terminate: {type: median}
parameters:
  prompts: {value: [tomato, whale]}
  learning_rate: {distribution: log_uniform_values, min: 1e-4, max: 1e-3}
  interpolation: {values: ['off', half]}
`);
    expect(definition.parameters[0]?.distribution).toEqual({ kind: 'constant', value: ['tomato', 'whale'] });
  });

  test('conditions that name nothing, never hold or go in a circle are refused', () => {
    const parameters = {
      mode: { values: ['a', 'b'] },
      p: { value: 1, when: { mdoe: 'a' } },
      q: { value: 1, when: { mode: 'z' } },
      r: { values: [1, 2], when: { s: 1 } },
      s: { values: [1, 2], when: { r: 1 } },
      t: { value: 1, when: { u: 1 } },
      u: { distribution: 'uniform', min: 0, max: 1 },
    };
    expect(refuse({ method: 'random', run_cap: 1, parameters })).toEqual([
      expect.stringMatching(
        /^parameters.p.when.mdoe: names no parameter of this sweep \(did you mean mode\?/,
      ),
      'parameters.q.when.mode: mode never is "z" (some of ["a","b"])',
      'parameters.r.when: r waits for itself (conditions without a circle)',
      'parameters.s.when: s waits for itself (conditions without a circle)',
      'parameters.t.when.u: u is drawn from uniform, which no condition can name (a parameter with value, values or a range of whole numbers)',
    ]);
  });

  test('one path may be defined once, and __proto__ never', () => {
    const source = {
      method: 'grid',
      parameters: { 'a.b': { value: 1 }, a: { parameters: { b: { value: 2 } } } },
    };
    expect(refuse(source)).toEqual([
      'parameters.a.parameters.b: a.b is defined twice (one definition of each dotted path)',
    ]);
    expect(refuse('{method: grid, parameters: {__proto__: {value: 1}}}')[0]).toMatch(/__proto__ cannot be/);
  });

  test('stopping needs a metric to compare by', () => {
    expect(
      refuse({ method: 'grid', parameters: { x: { value: 1 } }, early_terminate: { type: 'median' } }),
    ).toEqual(['metric: is missing: early_terminate compares runs by it (metric: {name, goal})']);
  });

  test('exponents that were meant as bounds are pointed out', () => {
    const parameters = { lr: { distribution: 'log_uniform', min: 1e-5, max: 0.1 } };
    const { warnings } = grammar({ method: 'random', run_cap: 1, parameters });
    expect(warnings[0]).toMatchObject({
      path: 'parameters.lr.distribution',
      expected: expect.stringContaining('log_uniform_values'),
    });
    expect(
      refuse({
        method: 'random',
        run_cap: 1,
        parameters: { n: { distribution: 'log_uniform', min: 16, max: 1024 } },
      })[0],
    ).toContain('log_uniform_values');
  });
});
