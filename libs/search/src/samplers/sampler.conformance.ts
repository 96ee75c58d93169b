/**
 * What every sampler must keep, whatever it computes: tests call this kit with a method and the spaces that it can
 * search. The idea of shipping the kit beside the contract is Optuna's (optuna.testing).
 */
import {
  type Assignment,
  assignmentKey,
  type Distribution,
  type ParameterDefinition,
  type ParameterValue,
  parseSweepDefinition,
  type SweepDefinition,
} from '@plumage/contract';
import { describe, expect, test } from 'vitest';
import { fresh, type HistoryEntry } from '../sampler.ts';
import { createSearch } from '../search.ts';

/** A definition from its text; the names of parameters need not be the trainer's. */
export const definitionOf = (text: string): SweepDefinition => {
  const parsed = parseSweepDefinition(text, { accept: 'grammar' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.definition;
};

const isMultiple = (value: number, q: number): boolean => Math.abs(value / q - Math.round(value / q)) < 1e-6;

/** Whether `value` is one that `d` may give: type, bounds (widened by rounding to q) and multiples. */
const fits = (d: Distribution, value: ParameterValue): boolean => {
  if (d.kind === 'constant') return value === d.value;
  if (d.kind === 'categorical') return d.values.includes(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  const within = (min: number, max: number): boolean => value >= min && value <= max;
  const slack = 1 + 1e-12;
  switch (d.kind) {
    case 'int_uniform':
      return Number.isInteger(value) && within(d.min, d.max);
    case 'uniform':
    case 'log_uniform_values':
    case 'inv_log_uniform_values':
      return within(d.min, d.max);
    case 'q_uniform':
      return (
        within(d.min - d.q / 2, d.max + d.q / 2) && (isMultiple(value, d.q) || isMultiple(value - d.min, d.q))
      );
    case 'q_log_uniform_values':
      return within(d.min - d.q / 2, d.max + d.q / 2) && isMultiple(value, d.q);
    case 'log_uniform':
      return within(Math.exp(d.min) / slack, Math.exp(d.max) * slack);
    case 'q_log_uniform':
      return within(Math.exp(d.min) - d.q / 2, Math.exp(d.max) + d.q / 2) && isMultiple(value, d.q);
    case 'inv_log_uniform':
      return within(Math.exp(-d.max) / slack, Math.exp(-d.min) * slack);
    case 'normal':
      return true;
    case 'log_normal':
      return value > 0;
    case 'q_normal':
      return isMultiple(value, d.q);
    case 'q_log_normal':
      return value >= 0 && isMultiple(value, d.q);
  }
};

/** What is wrong with `assignment` as a point of the definition's space; null when nothing is. */
export const misfit = (parameters: readonly ParameterDefinition[], assignment: Assignment): string | null => {
  for (const { path, distribution, when } of parameters) {
    const active = when.every((c) => c.values.some((value) => value === assignment[c.parameter]));
    const value = assignment[path];
    if (active !== (value !== undefined)) return `${path} is ${value}, but active is ${active}`;
    if (value !== undefined && !fits(distribution, value))
      return `${path} = ${value} is outside of ${JSON.stringify(distribution)}`;
  }
  const unknown = Object.keys(assignment).find((key) => !parameters.some((p) => p.path === key));
  return unknown === undefined ? null : `${unknown} is no parameter`;
};

/** Runs 1..count of a sweep, each with its outcome by `outcome`; ends early when exhausted. */
export const replay = (
  definition: SweepDefinition,
  count: number,
  outcome: (number: number) => Pick<HistoryEntry, 'state' | 'objective'> = (n) => ({
    state: 'FINISHED',
    objective: n,
  }),
): HistoryEntry[] => {
  const search = createSearch(definition);
  const seen = new Set<string>();
  const history: HistoryEntry[] = [];
  for (let number = 1; number <= count; number++) {
    const suggestion = search.suggest({ runNumber: number, seen, history });
    if (suggestion.kind !== 'assignment') break;
    seen.add(assignmentKey(suggestion.assignment));
    history.push({ number, assignment: suggestion.assignment, ...outcome(number) });
  }
  return history;
};

const keysOf = (history: readonly HistoryEntry[]): string[] =>
  history.map((entry) => assignmentKey(entry.assignment));

/** parameters sections of finite spaces, with their number of points */
const finiteSpaces: readonly (readonly [name: string, size: number, parameters: string])[] = [
  ['one point', 1, '{a: {value: 3}}'],
  ['one parameter', 3, '{a: {values: [x, y, z]}}'],
  ['types that print alike', 4, '{a: {values: [1, "1", true, "true"]}}'],
  ['lists as values', 4, '{a: {values: [[x], [x, y]]}, b: {values: [[1], [2]]}}'],
  [
    'a product',
    60,
    '{a: {min: -2, max: 2}, b: {values: [x, y, z]}, c: {values: [0.1, 0.2, 0.3, 0.4]}, d: {value: on}}',
  ],
  [
    'nested groups',
    6,
    '{o: {parameters: {name: {values: [sgd, adam]}, i: {parameters: {x: {min: 1, max: 3}}}}}}',
  ],
  [
    'conditions',
    1 + 3 + 6,
    '{b: {values: [1, 2, 3], when: {a: [y, z]}}, a: {values: [x, y, z]}, c: {values: [1, 2], when: {a: z}}}',
  ],
  [
    'conditions in a chain',
    3 + 2 * (5 + 1),
    '{a: {min: 1, max: 5}, b: {values: [on, off], when: {a: [2, 4]}}, c: {min: 1, max: 5, when: {b: on}}}',
  ],
];

/** Declares the tests of `method`. */
export const describeSampler = (method: 'grid' | 'random'): void => {
  const definitionFor = (parameters: string, seed = 7): SweepDefinition =>
    definitionOf(`{method: ${method}, seed: ${seed}, parameters: ${parameters}}`);

  describe(`sampler ${method} keeps the contract`, () => {
    for (const [name, size, parameters] of finiteSpaces) {
      test(`${name}: every one of its ${size} points comes once, fits, and then it is exhausted`, () => {
        const definition = definitionFor(parameters);
        const { space } = createSearch(definition);
        const history = replay(definition, size + 5);
        expect(space.size).toBe(size);
        expect(history).toHaveLength(size);
        expect(new Set(keysOf(history)).size).toBe(size);
        for (const { assignment } of history) expect(misfit(definition.parameters, assignment)).toBeNull();
      });
    }

    const [, size, parameters] = finiteSpaces[6] ?? ['', 0, ''];

    test('the same rows give the same suggestions, from a fresh search too', () => {
      expect(replay(definitionFor(parameters), size)).toEqual(replay(definitionFor(parameters), size));
      const definition = definitionFor('{a: {min: 1, max: 1000}, b: {min: 1, max: 1000}}');
      const history = replay(definition, 20);
      for (const { number, assignment } of history) {
        const earlier = history.slice(0, number - 1);
        const again = createSearch(definition).suggest({
          runNumber: number,
          seen: new Set(keysOf(earlier)),
          history: earlier,
        });
        expect(again).toEqual(fresh(assignment));
      }
    });

    test('64 callers in flight, none finished: no two get the same', () => {
      const definition = definitionFor('{a: {min: 1, max: 8}, b: {min: 1, max: 8}}');
      const history = replay(definition, 64, () => ({ state: 'RUNNING', objective: null }));
      expect(new Set(keysOf(history)).size).toBe(64);
    });

    test('NaN, infinite, missing and failed results do no harm', () => {
      const odd = [Number.NaN, Number.POSITIVE_INFINITY, null, 0];
      const states = ['FINISHED', 'FAILED', 'PRUNED', 'CANCELLED', 'PAUSED'] as const;
      const outcome = (n: number) => ({ objective: odd[n % 4] ?? null, state: states[n % 5] ?? 'FINISHED' });
      const history = replay(definitionFor(parameters), size + 1, outcome);
      expect(history).toHaveLength(size);
    });

    test('a run that was queued by hand takes its point away, and no other', () => {
      const definition = definitionFor('{a: {min: 1, max: 10}}');
      const search = createSearch(definition);
      const seen = new Set([assignmentKey({ a: 5 }), assignmentKey({ a: 999 })]);
      for (let number = 3; number < 12; number++) {
        const suggestion = search.suggest({ runNumber: number, seen, history: [] });
        if (suggestion.kind === 'assignment') seen.add(assignmentKey(suggestion.assignment));
      }
      expect(seen.size).toBe(11);
      expect(search.suggest({ runNumber: 12, seen, history: [] })).toEqual({ kind: 'exhausted' });
    });

    test('a million points are searched without being written out', () => {
      const definition = definitionFor(
        '{a: {min: 1, max: 100}, b: {min: 1, max: 100}, c: {min: 1, max: 100}}',
      );
      const begun = performance.now();
      const { space } = createSearch(definition);
      const history = replay(definition, 2000);
      expect(space.size).toBe(1e6);
      expect(new Set(keysOf(history)).size).toBe(2000);
      expect(performance.now() - begun).toBeLessThan(2000);
    });
  });
};
