import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { correlationRatio, pearson, spearman } from './correlation.ts';
import { hypervolume, paretoFront } from '../pareto/pareto.ts';

type Coefficient = readonly [value: number, p: number];

interface ParetoCase {
  readonly goals: readonly ('minimize' | 'maximize')[];
  readonly points: readonly (readonly number[])[];
  readonly front: readonly number[];
  readonly reference: readonly number[];
  readonly hypervolume: number;
}

interface CorrelationCase {
  readonly x: readonly (number | string)[];
  readonly y: readonly number[];
  readonly pearson?: Coefficient;
  readonly spearman?: Coefficient;
  readonly eta?: Coefficient;
  readonly pointBiserial?: Coefficient | null;
}

/** Made by tools/golden/insight.py with Optuna and SciPy themselves. */
const read = <Case>(name: string): { readonly cases: readonly Case[] } =>
  JSON.parse(readFileSync(new URL(`./${name}.golden.json`, import.meta.url), 'utf8'));
const pareto = read<ParetoCase>('pareto').cases;
const correlation = read<CorrelationCase>('correlation').cases;

const close = (own: { value: number; p: number | null } | null, [value, p]: Coefficient): void => {
  expect(own?.value).toBeCloseTo(value, 9);
  expect(own?.p).toBeCloseTo(p, 9);
  // Small p-values too: to a millionth of themselves.
  if (p > 1e-300) expect((own?.p ?? 0) / p).toBeCloseTo(1, 6);
};

describe(`${pareto.length} sets of points`, () => {
  const losses = ({ goals }: ParetoCase, point: readonly number[]) =>
    point.map((value, i) => (goals[i] === 'minimize' ? value : -value));

  test("have Optuna's Pareto front", () => {
    for (const one of pareto) {
      expect(paretoFront(one.points.map((point) => losses(one, point)))).toEqual(one.front);
    }
  });

  test("dominate Optuna's hypervolume", () => {
    for (const one of pareto) {
      const points = one.points.map((point) => losses(one, point));
      expect(hypervolume(points, losses(one, one.reference))).toBeCloseTo(one.hypervolume, 10);
    }
    expect(pareto.filter((one) => one.hypervolume > 0).length).toBeGreaterThan(40);
  });
});

describe("SciPy's coefficients and p-values are ours", () => {
  test('Pearson and Spearman, ties and three points included', () => {
    for (const { x, y, pearson: r, spearman: rho } of correlation) {
      if (r === undefined || rho === undefined) continue;
      close(pearson(x.map(Number), y), r);
      close(spearman(x.map(Number), y), rho);
    }
  });

  test('eta of categories, and the point-biserial correlation of two', () => {
    for (const { x, y, eta, pointBiserial } of correlation) {
      if (eta === undefined) continue;
      close(correlationRatio(x.map(String), y), eta);
      const second = [...new Set(x)].sort()[1];
      if (pointBiserial)
        close(
          pearson(
            x.map((label) => (label === second ? 1 : 0)),
            y,
          ),
          pointBiserial,
        );
    }
  });
});
