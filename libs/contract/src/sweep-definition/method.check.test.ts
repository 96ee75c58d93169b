import { describe, expect, test } from 'vitest';
import { accepted, refused, warned } from './testing/verdict.ts';

const metric = { name: 'loss' };
const parameters = { lr: { min: 0.1, max: 1 }, kind: { values: ['a', 'b'] } };
const metrics = [{ name: 'loss' }, { name: 'fid', goal: 'minimize', target: 9 }];

describe('what a search learns from', () => {
  test.each(['tpe', 'gp', 'bayes', 'cmaes', 'nsga2'])('%s needs a metric', (method) => {
    expect(refused({ method, parameters, run_cap: 99 })).toEqual([
      `metric: is missing: method ${method} learns from it (metric: {name, goal}, or method: random or sobol)`,
    ]);
  });

  test.each(['grid', 'random', 'sobol', 'tpe', 'nsga2'])('%s takes several metrics', (method) => {
    const finite = { method, run_cap: 99, metrics, parameters: { kind: parameters.kind } };
    const { definition } = accepted(finite);
    expect(definition.metrics).toEqual([
      { name: 'loss', goal: 'minimize', target: null },
      { name: 'fid', goal: 'minimize', target: 9 },
    ]);
    expect(definition.metric).toEqual(definition.metrics[0]);
  });

  test.each(['gp', 'bayes', 'cmaes', 'pbt'])('%s takes one', (method) => {
    const written = { method, metrics, parameters, ...(method === 'pbt' ? { pbt: { generations: 3 } } : {}) };
    expect(refused(written)).toEqual([
      `metrics: method ${method} learns from one metric alone (metric for one of them, or method: tpe or nsga2)`,
    ]);
  });

  test('metric and metrics exclude each other, and no metric counts twice', () => {
    const source = { method: 'tpe', run_cap: 99, parameters };
    expect(refused({ ...source, metric, metrics: [metric, metric] })).toEqual([
      'metrics: stands beside metric (metric for one objective, or metrics for several)',
      'metrics[1].name: names loss twice (each metric once)',
    ]);
    expect(refused({ ...source, metrics: [metric] })).toEqual([
      expect.stringMatching(/^metrics: .*a list of at least 2 entries/),
    ]);
  });

  test('a method that does not suit the sweep is pointed out', () => {
    expect(warned({ method: 'nsga2', run_cap: 99, metric, parameters })[0]).toMatch(/^method: .*tpe or gp/);
    const categorical = { method: 'cmaes', run_cap: 99, metric, parameters: { kind: parameters.kind } };
    expect(warned(categorical)).toEqual([
      'method: cmaes searches numbers, and there is none: all values are drawn at random (method: tpe)',
    ]);
    expect(warned({ method: 'tpe', run_cap: 99, metric, parameters, pbt: {} })).toEqual([
      'pbt: has no effect with method tpe (method: pbt, or no pbt)',
    ]);
  });

  test('earlier sweeps teach methods that learn; others are told that they have no effect', () => {
    const warm = { run_cap: 99, metric, parameters, warm_start: '01a2' };
    expect(accepted({ ...warm, method: 'gp' })).toMatchObject({
      definition: { warmStart: ['01a2'] },
      warnings: [],
    });
    expect(warned({ ...warm, method: 'sobol' })).toEqual([
      'warm_start: method sobol learns nothing from other sweeps: warm_start has no effect (method: tpe, gp, cmaes, nsga2, or no warm_start)',
    ]);
  });

  test('too few runs to learn anything are pointed out', () => {
    expect(warned({ method: 'gp', run_cap: 10, metric, parameters })).toEqual([
      'run_cap: the first 10 runs of method gp are drawn, so 10 learn nothing (more than 10, or method: sobol)',
    ]);
    expect(warned({ method: 'gp', run_cap: 11, metric, parameters })).toEqual([]);
  });

  test('a grid cannot hold a bell, a range of fractions or probabilities', () => {
    const cannot = {
      lr: { min: 0, max: 0.5 },
      noise: { distribution: 'normal' },
      kind: { values: [1, 2], probabilities: [0.5, 0.5] },
    };
    expect(refused({ method: 'grid', parameters: cannot })).toEqual([
      'parameters.lr.distribution: a grid cannot hold uniform (values, int_uniform or q_uniform, or method: random)',
      'parameters.noise.distribution: a grid cannot hold normal (values, int_uniform or q_uniform, or method: random)',
      'parameters.kind.probabilities: have no meaning in a grid (values alone, or method: random)',
    ]);
  });
});

describe('early_terminate', () => {
  const stopped = (rule: unknown, rest: object = {}) => ({
    method: 'random',
    run_cap: 99,
    metric,
    parameters,
    early_terminate: rule,
    ...rest,
  });

  test('an unknown rule is told with the likely one, wrapped in another as well', () => {
    expect(refused(stopped({ type: 'mdian' }))[0]).toMatch(/^early_terminate.type: .*did you mean median/);
    expect(refused(stopped({ type: 'patient', patience: 3, wrapped: { type: 'patient' } }))[0]).toMatch(
      /^early_terminate.wrapped.type: cannot be "patient" \(one of median, .*wilcoxon\)/,
    );
    expect(refused(stopped({ type: 'patient', patience: 3, wrapped: { type: 'asha', max_tt: 9 } }))).toEqual([
      'early_terminate.wrapped.max_tt: unknown key max_tt (did you mean max_t? Known: type, max_t, grace_period, reduction_factor, brackets)',
    ]);
  });

  test('numbers that leave a rule nothing to do are refused', () => {
    expect(refused(stopped({ type: 'asha', max_t: 10, grace_period: 10 }))).toEqual([
      'early_terminate.grace_period: grace_period 10 is not below max_t 10 (a grace_period below max_t)',
    ]);
    expect(refused(stopped({ type: 'threshold' }))).toEqual([
      'early_terminate: threshold has no bound (lower, upper or both)',
    ]);
    expect(refused(stopped({ type: 'threshold', lower: 2, upper: 1 }))[0]).toMatch(/lower 2 is not below/);
    expect(refused(stopped({ type: 'hyperband', s: 2 }))).toEqual([
      'early_terminate: hyperband lacks its bands (min_iter, or max_iter with s, or max_resource)',
    ]);
  });

  test('with several metrics a warning says which one decides; with pbt there is none', () => {
    expect(warned(stopped({ type: 'median' }, { metric: undefined, metrics }))[0]).toMatch(
      /^early_terminate: compares runs by loss alone/,
    );
    expect(refused(stopped({ type: 'median' }, { method: 'pbt', pbt: { generations: 2 } }))[0]).toMatch(
      /^early_terminate: has no meaning with method pbt/,
    );
  });
});
