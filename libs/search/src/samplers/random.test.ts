import { assignmentKey } from '@plumage/contract';
import { describe, expect, test } from 'vitest';
import { createSearch } from '../search.ts';
import { describeSampler } from './sampler.conformance.ts';
import { definitionOf, misfit, replay } from './sampler.fixture.ts';

describeSampler('random', { continuous: true });

/** First draws of many runs of one sweep, each as if it were alone. */
const draws = (parameter: string, count = 4000): number[] => {
  const search = createSearch(definitionOf(`{method: random, run_cap: 1, parameters: {x: ${parameter}}}`));
  return Array.from({ length: count }, (_, i) => {
    const suggestion = search.suggest({ runNumber: i + 1, seen: new Set(), history: [] });
    return suggestion.kind === 'assignment' ? Number(suggestion.assignment['x']) : Number.NaN;
  });
};
const mean = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length;
const deviation = (xs: readonly number[]): number => Math.sqrt(mean(xs.map((x) => (x - mean(xs)) ** 2)));

describe('random search', () => {
  const every = `{
    constant: {value: a}, categorical: {values: [1, b]}, int: {min: -5, max: 5}, uniform: {min: -0.5, max: 0.5},
    q_uniform: {distribution: q_uniform, min: 0.3, max: 9.1, q: 0.7},
    log: {distribution: log_uniform, min: -3, max: 2},
    log_values: {distribution: log_uniform_values, min: 1e-5, max: 1e-1},
    q_log: {distribution: q_log_uniform, min: 0, max: 5, q: 3},
    q_log_values: {distribution: q_log_uniform_values, min: 32, max: 256, q: 8},
    inv: {distribution: inv_log_uniform, min: -1, max: 4},
    inv_values: {distribution: inv_log_uniform_values, min: 0.01, max: 10},
    normal: {distribution: normal, mu: 3}, q_normal: {distribution: q_normal, sigma: 9, q: 2},
    log_normal: {distribution: log_normal}, q_log_normal: {distribution: q_log_normal, mu: 2, q: 0.5}}`;

  test('every distribution keeps its type, bounds and steps, and no two runs are alike', () => {
    const definition = definitionOf(`{method: random, run_cap: 500, parameters: ${every}}`);
    const history = replay(definition, 500);
    for (const { assignment } of history) expect(misfit(definition.parameters, assignment)).toBeNull();
    expect(new Set(history.map((entry) => assignmentKey(entry.assignment))).size).toBe(500);
  });

  test('another seed gives another search', () => {
    const first = (seed: number) =>
      replay(definitionOf(`{method: random, seed: ${seed}, run_cap: 9, parameters: ${every}}`), 1)[0]
        ?.assignment;
    expect(first(1)).not.toEqual(first(2));
  });

  test('the draws have the moments that their distributions say', () => {
    expect(mean(draws('{min: 0, max: 10, distribution: uniform}'))).toBeCloseTo(5, 0);
    expect(
      mean(draws('{distribution: log_uniform_values, min: 0.0001, max: 1}').map(Math.log10)),
    ).toBeCloseTo(-2, 0);
    expect(
      mean(draws('{distribution: inv_log_uniform_values, min: 0.0001, max: 1}').map(Math.log10)),
    ).toBeCloseTo(-2, 0);
    expect(mean(draws('{distribution: log_uniform, min: -4, max: 0}').map(Math.log))).toBeCloseTo(-2, 0);
    const bell = draws('{distribution: normal, mu: 3, sigma: 0.5}');
    expect([mean(bell), deviation(bell)]).toEqual([expect.closeTo(3, 1), expect.closeTo(0.5, 1)]);
    const logBell = draws('{distribution: log_normal, mu: 1, sigma: 0.5}').map(Math.log);
    expect([mean(logBell), deviation(logBell)]).toEqual([expect.closeTo(1, 1), expect.closeTo(0.5, 1)]);
  });

  test('probabilities are kept, and a value of probability 0 never comes', () => {
    const xs = draws('{values: [1, 2, 3], probabilities: [0.7, 0.3, 0]}');
    expect(xs.filter((x) => x === 1).length / xs.length).toBeCloseTo(0.7, 1);
    const definition = definitionOf(
      '{method: random, parameters: {x: {values: [1, 2, 3], probabilities: [0.99, 0.01, 0]}}}',
    );
    expect(
      replay(definition, 9)
        .map((entry) => entry.assignment['x'])
        .sort(),
    ).toEqual([1, 2]);
  });

  test('rounding to q is to the nearest, halves to even, and may leave min and max by half a step', () => {
    expect(new Set(draws('{distribution: q_uniform, min: 0.1, max: 1, q: 0.5}', 300))).toEqual(
      new Set([0, 0.5, 1]),
    );
    expect(new Set(draws('{distribution: q_log_uniform_values, min: 32, max: 64, q: 16}', 300))).toEqual(
      new Set([32, 48, 64]),
    );
  });

  test('the rare points of a lopsided space are found before the search ends', () => {
    const parameters =
      '{mode: {values: [a, b], probabilities: [0.999999, 0.000001]}, x: {min: 0, max: 1, distribution: uniform, when: {mode: b}}}';
    const history = replay(definitionOf(`{method: random, run_cap: 50, parameters: ${parameters}}`), 50);
    expect(new Set(history.map((entry) => assignmentKey(entry.assignment))).size).toBe(50);
  });

  test('a narrow bell over few multiples ends when its tails are through, and never repeats', () => {
    const definition = definitionOf(
      '{method: random, run_cap: 99, parameters: {x: {distribution: q_normal, sigma: 0.2}}}',
    );
    expect(
      replay(definition, 99)
        .map((entry) => entry.assignment['x'])
        .sort(),
    ).toEqual([-1, 0, 1]);
  });
});
