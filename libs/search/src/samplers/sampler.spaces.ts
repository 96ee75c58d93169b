/** The spaces and the histories that the conformance kit tries: from one point to every distribution at once. */
import type { Assignment } from '@plumage/contract';
import type { Outcome } from './sampler.fixture.ts';

/** parameters sections of finite spaces, with their number of points */
export const finiteSpaces: readonly (readonly [name: string, size: number, parameters: string])[] = [
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

/** One parameter of each distribution, some of them only now and then. */
export const everyDistribution = `{
  constant: {value: a}, categorical: {values: [1, b, [c, 2]]}, weighted: {values: [1, 2, 3], probabilities: [0.7, 0.3, 0]},
  int: {min: -5, max: 5}, uniform: {min: -0.5, max: 0.5},
  q_uniform: {distribution: q_uniform, min: 0.3, max: 9.1, q: 0.7},
  log: {distribution: log_uniform, min: -3, max: 2, when: {weighted: 1}},
  log_values: {distribution: log_uniform_values, min: 1e-5, max: 1e-1},
  q_log: {distribution: q_log_uniform, min: 0, max: 5, q: 3, when: {weighted: 2}},
  q_log_values: {distribution: q_log_uniform_values, min: 32, max: 256, q: 8},
  inv: {distribution: inv_log_uniform, min: -1, max: 4},
  inv_values: {distribution: inv_log_uniform_values, min: 0.01, max: 10},
  normal: {distribution: normal, mu: 3}, q_normal: {distribution: q_normal, sigma: 9, q: 2},
  log_normal: {distribution: log_normal}, q_log_normal: {distribution: q_log_normal, mu: 2, q: 0.5}}`;

const all = (outcome: Outcome) => (): Outcome => outcome;
const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, null, 0];
const states = ['FINISHED', 'FAILED', 'PRUNED', 'CANCELLED', 'PAUSED', 'RUNNING', 'QUEUED'] as const;

/** Results that no sampler may stumble over, by run number. */
export const brokenHistories: readonly (readonly [name: string, outcome: (number: number) => Outcome])[] = [
  ['nothing but NaN', all({ state: 'FINISHED', objective: Number.NaN, step: 9 })],
  ['infinite losses', all({ state: 'FINISHED', objective: Number.POSITIVE_INFINITY, step: 9 })],
  ['finished runs without a value', all({ state: 'FINISHED', objective: null, step: null })],
  ['failures', all({ state: 'FAILED', objective: 1, step: 9 })],
  ['cancelled runs', all({ state: 'CANCELLED', objective: 1, step: 9 })],
  ['pruned runs with values', (n) => ({ state: 'PRUNED', objective: n, step: n % 4 })],
  ['pruned runs without values', all({ state: 'PRUNED', objective: null, step: null })],
  ['runs that all go on', (n) => ({ state: 'RUNNING', objective: n, step: n })],
  ['equal results', all({ state: 'FINISHED', objective: 0, step: 9 })],
  [
    'results at both ends of what a number holds',
    (n) => ({ state: 'FINISHED', objective: (n % 2 === 0 ? -1 : 1) * Number.MAX_VALUE, step: 9 }),
  ],
  [
    'results that differ in their last bits',
    (n) => ({ state: 'FINISHED', objective: n * Number.MIN_VALUE, step: 9 }),
  ],
  [
    'every state and every odd value',
    (n) => ({
      state: states[n % states.length] ?? 'FINISHED',
      objective: odd[n % odd.length] ?? null,
      step: n % 3 === 0 ? null : n,
    }),
  ],
];

const firstKeyOf = (assignment: Assignment): string => Object.keys(assignment)[0] ?? '';

/** What an edit of the definition leaves behind in earlier runs. */
export const oldAssignments: readonly ((assignment: Assignment) => Assignment)[] = [
  (now) => now,
  () => ({}),
  () => ({ gone: 1, too: 'x' }),
  (now) => Object.fromEntries(Object.entries(now).slice(1)),
  (now) => ({ ...now, gone: [1, 2] }),
  (now) => Object.fromEntries(Object.keys(now).map((key) => [key, 1e12])),
  (now) => Object.fromEntries(Object.keys(now).map((key) => [key, 'text'])),
  (now) => Object.fromEntries(Object.keys(now).map((key) => [key, true])),
  (now) => ({ ...now, [firstKeyOf(now)]: ['a', 'list'] }),
  (now) => Object.fromEntries(Object.keys(now).map((key) => [key, -0.123456789])),
];
