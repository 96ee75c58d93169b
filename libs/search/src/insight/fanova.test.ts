import { type Assignment, createRng, type Distribution, type ParameterDefinition } from '@plumage/contract';
import { describe, expect, test } from 'vitest';
import { fanova } from './fanova.ts';
import { pedAnova } from './ped-anova.ts';

const uniform: Distribution = { kind: 'uniform', min: 0, max: 1 };
const oneOf = (...values: (string | number)[]): Distribution => ({
  kind: 'categorical',
  values,
  probabilities: null,
});
const parameter = (path: string, distribution: Distribution, when: ParameterDefinition['when'] = []) => ({
  path,
  distribution,
  when,
});

const runsOf = (count: number, draw: (u: () => number) => Assignment, value: (a: Assignment) => number) => {
  const rng = createRng(5);
  return Array.from({ length: count }, () => {
    const assignment = draw(() => rng.next());
    return { assignment, value: value(assignment) };
  });
};
const shares = (parameters: ParameterDefinition[], runs: ReturnType<typeof runsOf>) =>
  Object.fromEntries(
    fanova({ parameters, runs, seed: 3, pairs: false }).parameters.map((one) => [one.path, one.importance]),
  );
const pick = <T>(values: readonly T[], u: number): T => values[Math.floor(u * values.length)] as T;

describe('fANOVA finds the shares of variance that a function has', () => {
  test('a category of five beside a number: 1.24 to 1/3', () => {
    const effect: Readonly<Record<string, number>> = { a: 0, b: 1, c: 3, d: 0.5, e: 0 };
    const own = shares(
      [parameter('loss', oneOf(...Object.keys(effect))), parameter('x', uniform)],
      runsOf(
        500,
        (u) => ({ loss: pick(Object.keys(effect), u()), x: u() }),
        (a) => (effect[String(a['loss'])] ?? 0) + 2 * Number(a['x']),
      ),
    );
    expect(own['loss']).toBeCloseTo(1.24 / (1.24 + 1 / 3), 1);
  });

  test('values of unequal probability count by it: 0.09 against 1/12', () => {
    const rare: Distribution = { kind: 'categorical', values: ['no', 'yes'], probabilities: [0.9, 0.1] };
    const own = shares(
      [parameter('rare', rare), parameter('x', uniform)],
      runsOf(
        500,
        (u) => ({ rare: u() < 0.9 ? 'no' : 'yes', x: u() }),
        (a) => (a['rare'] === 'yes' ? 1 : 0) + Number(a['x']),
      ),
    );
    expect(own['rare']).toBeCloseTo(0.09 / (0.09 + 1 / 12), 1);
  });

  test('a logarithmic range is even in the logarithm', () => {
    const lr: Distribution = { kind: 'log_uniform_values', min: 1e-6, max: 1 };
    const own = shares(
      [parameter('lr', lr), parameter('x', uniform)],
      runsOf(
        400,
        (u) => ({ lr: 10 ** (-6 * u()), x: u() }),
        (a) => -Math.log10(Number(a['lr'])) / 6 + Number(a['x']),
      ),
    );
    expect(own['lr']).toBeCloseTo(0.5, 1);
  });

  test('a parameter of one branch counts by what it does there, and its parent by the rest', () => {
    const parameters = [
      parameter('optimizer', oneOf('adam', 'sgd')),
      parameter('beta', uniform, [{ parameter: 'optimizer', values: ['adam'] }]),
      parameter('x', uniform),
    ];
    const runs = runsOf(
      500,
      (u) => (u() < 0.5 ? { optimizer: 'adam', beta: u(), x: u() } : { optimizer: 'sgd', x: u() }),
      (a) => (a['beta'] === undefined ? 0.5 : Number(a['beta'])) + 0.3 * Number(a['x']),
    );
    // Over both branches beta's effect is half as high, a quarter of the variance: 1/48 to 0.09/12.
    const own = shares(parameters, runs);
    expect(own['beta']).toBeCloseTo(1 / 48 / (1 / 48 + 0.09 / 12), 1);
    expect(own['optimizer']).toBeLessThan(0.02);
  });

  test('a whole number decides which layers there are, and how wide', () => {
    const parameters = [
      parameter('layers', { kind: 'int_uniform', min: 1, max: 3 }),
      parameter('width', uniform, [{ parameter: 'layers', values: [3] }]),
    ];
    const runs = runsOf(
      400,
      (u) => {
        const layers = pick([1, 2, 3], u());
        return layers === 3 ? { layers, width: u() } : { layers };
      },
      (a) => (a['width'] === undefined ? 0 : 3 * (Number(a['width']) - 0.5)),
    );
    expect(shares(parameters, runs)['width']).toBeGreaterThan(0.9);
  });
});

describe('fANOVA', () => {
  const square = [parameter('a', uniform), parameter('b', uniform), parameter('c', uniform)];
  const runs = runsOf(
    300,
    (u) => ({ a: u(), b: u(), c: u() }),
    (a) => Number(a['a']) + (Number(a['b']) > 0.5 && Number(a['c']) > 0.5 ? 2 : 0),
  );

  test('finds the pair that acts together: 1/4 of 5/6', () => {
    const { parameters, pairs } = fanova({ parameters: square, runs, seed: 1, pairs: true });
    expect(parameters).toHaveLength(3);
    expect([pairs[0]?.a, pairs[0]?.b].sort()).toEqual(['b', 'c']);
    expect(pairs[0]?.share).toBeCloseTo(0.3, 1);
    expect(pairs[1]?.share).toBeLessThan(0.03);
    expect(pairs).toHaveLength(3);
  });

  test('the same seed gives the same figures, another one slightly different ones', () => {
    const of = (seed: number) => fanova({ parameters: square, runs, seed, pairs: false }).parameters;
    expect(of(1)).toEqual(of(1));
    expect(of(2)).not.toEqual(of(1));
  });

  test('infinite values and runs without one are left out and not counted', () => {
    const odd = [null, Number.NaN, Infinity].map((value) => ({ assignment: { a: 0, b: 0, c: 0 }, value }));
    const input = { parameters: square, seed: 1, pairs: false };
    expect(fanova({ ...input, runs: [...runs, ...odd] })).toEqual(fanova({ ...input, runs }));
  });

  test('a parameter that was appended late is left out until half of the runs have it; then runs without it are', () => {
    const late = [...square, parameter('late', uniform)];
    const having = (count: number) =>
      runs.map((run, i) => (i < count ? { ...run, assignment: { ...run.assignment, late: i / 300 } } : run));
    const few = fanova({ parameters: late, runs: having(100), seed: 1, pairs: false });
    expect([few.runs, few.parameters.length]).toEqual([300, 3]);
    const many = fanova({ parameters: late, runs: having(200), seed: 1, pairs: false });
    expect([many.runs, many.parameters.length]).toEqual([200, 4]);
  });

  test('values that the newest definition does not know count all the same', () => {
    const narrowed = [parameter('a', { kind: 'uniform', min: 0, max: 0.1 }), ...square.slice(1)];
    expect(
      fanova({ parameters: narrowed, runs, seed: 1, pairs: false }).parameters.map(({ path }) => path),
    ).toContain('a');
    const removed = square.slice(1);
    expect(fanova({ parameters: removed, runs, seed: 1, pairs: false }).parameters).toHaveLength(3);
  });

  test('a constant of the definition is no parameter, and one value for all runs has no importance', () => {
    const fixed = [
      ...square.slice(0, 1),
      parameter('b', { kind: 'constant', value: 1 }),
      parameter('c', oneOf('x', 'y')),
    ];
    const some = runsOf(
      50,
      (u) => ({ a: u(), b: 1, c: 'x' }),
      (a) => Number(a['a']),
    );
    const { parameters } = fanova({ parameters: fixed, runs: some, seed: 1, pairs: true });
    expect(parameters.map(({ path, importance }) => [path, importance])).toEqual([
      ['a', 1],
      ['c', 0],
    ]);
  });
});

test.each([
  ['no runs', [], 'two finished runs'],
  ['one run', [{ assignment: { a: 1 }, value: 1 }], 'two finished runs'],
  ['runs of equal value', [0, 1, 2].map((a) => ({ assignment: { a }, value: 3 })), 'the same value'],
  ['runs without parameters', [0, 1].map((value) => ({ assignment: {}, value })), 'differ in no parameter'],
] as const)('of %s nothing is told, and why', (_, runs, reason) => {
  const parameters = [parameter('a', uniform)];
  for (const found of [
    fanova({ parameters, runs, seed: 1, pairs: true }),
    pedAnova({ parameters, runs, goal: 'minimize' }),
  ]) {
    expect(found).toMatchObject({ parameters: [], pairs: [], reason: expect.stringContaining(reason) });
  }
});
