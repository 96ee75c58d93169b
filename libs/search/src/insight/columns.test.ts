import type { Distribution, ParameterDefinition } from '@plumage/contract';
import { describe, expect, test } from 'vitest';
import { bestSoFar } from './best-so-far.ts';
import { contour } from './contour.ts';
import { correlations } from './correlation.ts';
import { empiricalDistribution } from './empirical-distribution.ts';
import { slice } from './slice.ts';

const parameter = (path: string, distribution: Distribution): ParameterDefinition => ({
  path,
  distribution,
  when: [],
});
const lr = parameter('lr', { kind: 'log_uniform_values', min: 1e-4, max: 1 });
const kind = parameter('kind', { kind: 'categorical', values: ['b', 'a', 'c'], probabilities: null });
const x = parameter('x', { kind: 'uniform', min: 0, max: 1 });
const definitionOf = (path: string) => [lr, kind, x].find((one) => one.path === path) ?? null;

describe('a slice', () => {
  const runs = [
    { number: 1, assignment: { lr: 0.1, kind: 'a' }, value: 3 },
    { number: 2, assignment: { lr: 0.01, kind: 'd' }, value: 1 },
    { number: 3, assignment: { kind: 'b' }, value: 2 },
    { number: 4, assignment: { lr: 0.5, kind: 'b' }, value: Number.NaN },
  ];

  test('has numbers as they are, on the scale that they are drawn on, and counts the runs without', () => {
    const one = slice(runs, 'lr', lr, 'minimize');
    expect(one).toMatchObject({ xs: [0.1, 0.01], values: [3, 1], ranks: [2, 1], inactive: 1 });
    expect(one.axis).toMatchObject({ scale: 'log', categories: null });
    expect(one.runs.map(({ number }) => number)).toEqual([1, 2]);
    expect(slice(runs, 'lr', lr, 'maximize').ranks).toEqual([1, 2]);
  });

  test('has categories in the order of the definition, those of older versions after them', () => {
    const one = slice(runs, 'kind', kind, 'minimize');
    expect([one.axis.categories, one.xs]).toEqual([
      ['b', 'a', 'c', 'd'],
      [1, 3, 0],
    ]);
  });
});

describe('a contour', () => {
  const corner = (a: number, b: number, value: number) => ({ assignment: { x: a, lr: b }, value });

  test('goes through the runs, and lies between their values elsewhere', () => {
    const runs = [corner(0, 1e-4, 1), corner(1, 1e-4, 2), corner(0, 1, 3), corner(0.1, 1e-3, 5)];
    const { grid, gridX, gridY, ranks } = contour(runs, ['x', 'lr'], definitionOf, 'minimize');
    expect([gridX.length, gridY.length, grid.length]).toEqual([40, 40, 1600]);
    expect([grid[0], grid[39], grid[39 * 40]]).toEqual([1, 2, 3]);
    expect(gridY[39]).toBeCloseTo(1, 12);
    expect(grid.every((cell) => cell === null || (cell >= 1 && cell <= 5))).toBe(true);
    expect(ranks).toEqual([1, 2, 3, 4]);
  });

  test('is empty where no run is near', () => {
    const { grid } = contour([corner(0, 1e-4, 1), corner(1, 1, 2)], ['x', 'lr'], definitionOf, 'minimize');
    expect(grid[20 * 40 + 20]).toBeNull();
    expect(contour([], ['x', 'lr'], definitionOf, 'minimize')).toMatchObject({ gridX: [], grid: [] });
  });

  test('of a category does not mix it with others', () => {
    const runs = [0, 0.5, 1].flatMap((at) =>
      ['a', 'b'].map((name) => ({ assignment: { kind: name, x: at }, value: name === 'a' ? 1 : 9 })),
    );
    const { grid, gridX } = contour(runs, ['kind', 'x'], definitionOf, 'minimize');
    expect(gridX).toEqual([0, 1, 2]);
    expect(new Set(grid.map((cell, i) => `${i % 3} ${cell}`))).toEqual(new Set(['0 9', '1 1', '2 null']));
  });
});

describe('the best so far', () => {
  const runs = [
    { number: 1, value: 5, endedAt: 300 },
    { number: 2, value: null, endedAt: 50 },
    { number: 3, value: 7, endedAt: 100 },
    { number: 4, value: 4, endedAt: null },
  ];

  test('by number holds runs that go on, by end only those that have ended', () => {
    expect(bestSoFar(runs, 'minimize', 'number')).toMatchObject({ best: [5, 5, 4], holders: [1, 1, 4] });
    expect(bestSoFar(runs, 'minimize', 'end')).toMatchObject({
      values: [7, 5],
      best: [7, 5],
      holders: [3, 1],
    });
    expect(bestSoFar(runs, 'maximize', 'number').best).toEqual([5, 7, 7]);
  });
});

test('equal values share the share of the last of them', () => {
  const { values, shares } = empiricalDistribution([3, 1, 1, null, 2].map((value) => ({ value })));
  expect([values, shares]).toEqual([
    [1, 1, 2, 3],
    [0.5, 0.5, 0.75, 1],
  ]);
});

describe('correlations', () => {
  const runs = [1, 2, 3, 4, 5].map((value) => ({
    assignment: { lr: value ** 3 / 1_000, kind: value > 2 ? 'a' : 'b', x: 0.5 },
    value,
  }));

  test('are 1 by rank for what grows with the metric, and none for what does not vary', () => {
    const [ofLr, ofKind, ofX] = correlations([lr, kind, x], runs);
    expect(ofLr).toMatchObject({ kind: 'numeric', count: 5, spearman: { value: 1, p: 0 }, eta: null });
    expect(ofLr?.pearson?.value).toBeLessThan(1);
    expect(ofKind).toMatchObject({ kind: 'categorical', spearman: null });
    // The first of two categories by name is 0: 'a' has the larger values.
    expect(ofKind?.pearson?.value).toBeCloseTo(-(ofKind?.eta?.value ?? 0), 12);
    expect(ofX).toMatchObject({ pearson: null, spearman: null });
  });

  test('of two runs say nothing', () => {
    expect(correlations([lr], runs.slice(0, 2))).toMatchObject([{ count: 2, pearson: null, spearman: null }]);
  });
});
