import type { Assignment, Distribution, ParameterDefinition } from '@plumage/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bestSoFar } from './best-so-far.ts';
import { contour } from './contour.ts';
import { correlations } from './correlation.ts';
import { empiricalDistribution } from './empirical-distribution.ts';
import { fanova } from './fanova.ts';
import type { Importance } from './importance.ts';
import { dominates, hypervolume, paretoFront } from '../pareto/pareto.ts';
import { pedAnova } from './ped-anova.ts';
import { slice } from './slice.ts';

const distributions: readonly Distribution[] = [
  { kind: 'uniform', min: -1, max: 1 },
  { kind: 'int_uniform', min: 1, max: 4 },
  { kind: 'log_uniform_values', min: 1e-3, max: 1 },
  { kind: 'normal', mu: 0, sigma: 1 },
  { kind: 'q_uniform', min: 0, max: 1, q: 0.25 },
  { kind: 'categorical', values: ['p', 'q', true], probabilities: null },
  { kind: 'categorical', values: [1, 2, 3], probabilities: [0.5, 0.5, 0] },
  { kind: 'constant', value: 7 },
];

/** Two unconditional parameters and one that is active for some of the first one's values. */
const definitions: fc.Arbitrary<ParameterDefinition[]> = fc
  .tuple(...[1, 2, 3].map(() => fc.constantFrom(...distributions)))
  .map((chosen) =>
    chosen.map((distribution, i) => ({
      path: ['a', 'b.c', 'd'][i] ?? '',
      distribution,
      when: i === 2 ? [{ parameter: 'a', values: [1, 2, 'p'] }] : [],
    })),
  );

/** What runs of several versions of a sweep might hold: known values, unknown ones, and none. */
const cell = fc.oneof(
  fc.double({ min: -1, max: 1, noNaN: true }),
  fc.integer({ min: 0, max: 4 }),
  fc.constantFrom('p', 'q', true, undefined),
);
const metric = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -10, max: 10, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(null, Number.NaN, Infinity, -Infinity, 1e300, -1e300, 0) },
);
const runs = fc.array(fc.tuple(cell, cell, cell, metric, fc.boolean()), { maxLength: 40 }).map((rows) =>
  rows.map(([a, c, d, value, hasEnded], i) => ({
    number: i + 1,
    value,
    endedAt: hasEnded ? 1_000 - i : null,
    assignment: Object.fromEntries(
      Object.entries({ a, 'b.c': c, d }).filter(([, given]) => given !== undefined),
    ) as Assignment,
  })),
);
const goals = fc.constantFrom('minimize' as const, 'maximize' as const);

const checkImportance = ({ parameters, pairs, reason }: Importance): void => {
  for (const { importance } of parameters) expect(importance).toBeGreaterThanOrEqual(0);
  for (const { share } of pairs) expect(share).toBeGreaterThanOrEqual(0);
  const sum = parameters.reduce((all, { importance }) => all + importance, 0);
  if (reason === null) expect(sum).toBeCloseTo(1, 9);
  else expect(parameters).toEqual([]);
};

describe('whatever the runs hold', () => {
  test('importances are at least 0 and sum to 1, or the reason says why there are none', () => {
    fc.assert(
      fc.property(definitions, runs, goals, (parameters, some, goal) => {
        checkImportance(fanova({ parameters, runs: some, seed: 1, pairs: true }));
        checkImportance(pedAnova({ parameters, runs: some, goal }));
      }),
      { numRuns: 150 },
    );
  });

  test('correlations are within -1 and 1, their p-values within 0 and 1', () => {
    fc.assert(
      fc.property(definitions, runs, (parameters, some) => {
        for (const { pearson, spearman, eta, count } of correlations(parameters, some)) {
          expect(count).toBeGreaterThan(0);
          for (const coefficient of [pearson, spearman, eta]) {
            if (coefficient === null) continue;
            expect(Math.abs(coefficient.value)).toBeLessThanOrEqual(1);
            if (coefficient.p === null) continue;
            expect(coefficient.p).toBeGreaterThanOrEqual(0);
            expect(coefficient.p).toBeLessThanOrEqual(1);
          }
        }
      }),
    );
  });

  test('the best so far never gets worse, and is the value of the run that is named', () => {
    fc.assert(
      fc.property(runs, goals, fc.constantFrom('number' as const, 'end' as const), (some, goal, order) => {
        const { best, values, holders, runs: kept } = bestSoFar(some, goal, order);
        expect(best.length).toBe(kept.length);
        for (const [i, value] of best.entries()) {
          const upTo = values.slice(0, i + 1);
          expect(value).toBe(goal === 'minimize' ? Math.min(...upTo) : Math.max(...upTo));
          expect(some.find(({ number }) => number === holders[i])?.value).toBe(value);
        }
      }),
    );
  });

  test('slices, contours and distributions have columns of one length, and finite numbers', () => {
    fc.assert(
      fc.property(definitions, runs, goals, (parameters, some, goal) => {
        const definitionOf = (path: string) => parameters.find((one) => one.path === path) ?? null;
        const one = slice(some, 'd', definitionOf('d'), goal);
        expect([one.xs.length, one.values.length, one.ranks.length]).toEqual(
          Array.from({ length: 3 }, () => one.runs.length),
        );
        const two = contour(some, ['a', 'b.c'], definitionOf, goal);
        expect(two.grid.length).toBe(two.gridX.length * two.gridY.length);
        const numbers = [...one.xs, ...one.ranks, ...two.xs, ...two.ys, ...two.gridX, ...two.gridY];
        expect([...numbers, ...two.grid].every((x) => x === null || Number.isFinite(x))).toBe(true);
        const { values, shares } = empiricalDistribution(some);
        for (const [i, value] of values.entries()) {
          expect(shares[i]).toBe(values.filter((other) => other <= value).length / values.length);
        }
      }),
    );
  });
});

describe('a Pareto front', () => {
  const points = fc.integer({ min: 1, max: 4 }).chain((width) =>
    fc.array(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: width, maxLength: width }), {
      maxLength: 25,
    }),
  );

  test('is exactly the points that no other dominates', () => {
    fc.assert(
      fc.property(points, (all) => {
        const expected = [...all.keys()].filter((i) => !all.some((other) => dominates(other, all[i] ?? [])));
        expect(paretoFront(all)).toEqual(expected);
      }),
    );
  });

  test('dominates as many unit cells as its hypervolume says', () => {
    fc.assert(
      fc.property(points, (all) => {
        const width = all[0]?.length ?? 2;
        const reference = Array.from({ length: width }, () => 5);
        let cells = 0;
        for (let code = 0; code < 5 ** width; code++) {
          const at = reference.map((_, d) => Math.floor(code / 5 ** d) % 5);
          if (all.some((point) => point.every((value, d) => value <= (at[d] ?? 0)))) cells++;
        }
        expect(hypervolume(all, reference)).toBe(cells);
      }),
    );
  });
});
