import { describe, expect, test } from 'vitest';
import type { Observation } from '../../sampler.ts';
import { split } from './split.ts';
import { byImprovement, byRecency, representatives } from './weights.ts';

const run = (number: number, over: Partial<Observation> = {}): Observation => ({
  number,
  assignment: {},
  status: 'done',
  losses: [number],
  step: 9,
  parent: null,
  place: null,
  checkpointStep: null,
  finished: true,
  ...over,
});
const runs = (count: number): Observation[] => Array.from({ length: count }, (_, i) => run(i + 1));
const numbersOf = (some: readonly Observation[]): number[] => some.map(({ number }) => number);

describe('better and worse runs', () => {
  test.each([
    [10, 1],
    [11, 2],
    [100, 10],
    [241, 25],
    [1000, 25],
  ])('of %i that have ended %i are the better ones', (count, size) => {
    const { better, worse } = split(runs(count), 1);
    expect(better).toHaveLength(size);
    expect(better.length + worse.length).toBe(count);
  });

  test('those of least loss are better, of equal ones the first', () => {
    const history = [5, 1, 3, 1, 1, 7, 8, 9, 9, 9, 9].map((loss, i) => run(i + 1, { losses: [loss] }));
    expect(numbersOf(split(history, 1).better)).toEqual([2, 4]);
  });

  test('runs that go on or failed are worse, and do not count for how many are better', () => {
    const others = (['running', 'failed'] as const).flatMap((status, s) =>
      Array.from({ length: 20 }, (_, i) => run(100 + 20 * s + i, { status, losses: null })),
    );
    const { better, worse } = split([...runs(20), ...others], 1);
    expect(numbersOf(better)).toEqual([1, 2]);
    expect(worse).toHaveLength(58);
  });

  test('a stopped run is better only where too few trained to their end, and then the one that came farthest', () => {
    const stopped = Array.from({ length: 30 }, (_, i) =>
      run(i + 2, { status: 'stopped', step: i % 15, losses: [i === 14 ? -1 : -99] }),
    );
    const { better } = split([run(1, { losses: [1e9] }), ...stopped], 1);
    expect(numbersOf(better)).toEqual([1, 16, 31, 15].sort((a, b) => a - b));
  });

  test('of several losses the front is better, and of too large a front what has the most volume', () => {
    const points = [
      [0, 10],
      [4.9, 5.1],
      [5, 5],
      [10, 0],
      ...Array.from({ length: 16 }, (_, i) => [11 + i, 11 + i]),
    ];
    const history = points.map((losses, i) => run(i + 1, { losses }));
    const { better } = split(history, 2);
    expect(better).toHaveLength(2);
    expect(numbersOf(split([...history, ...history], 2).better).every((n) => n <= 4)).toBe(true);
    expect(numbersOf(better).some((n) => n === 2 || n === 3)).toBe(true);
  });
});

describe('weights', () => {
  test('the newest 25 count fully, older ones less and less', () => {
    const weights = byRecency(60);
    expect([...weights.slice(35)]).toEqual(Array.from({ length: 25 }, () => 1));
    expect(weights[0]).toBeCloseTo(1 / 60, 12);
    expect([...weights]).toEqual([...weights].sort((a, b) => a - b));
    expect([...byRecency(26)]).toEqual([1 / 26, ...Array.from({ length: 25 }, () => 1)]);
  });

  test('a better run counts by how far it is below the best of the worse, 1 in the mean', () => {
    expect([...byImprovement([run(1), run(3)], [run(4), run(9)])]).toEqual([1.5, 0.5]);
  });

  test('they count alike when losses are equal, not comparable or without bounds', () => {
    const better = [run(1), run(2, { status: 'stopped' })];
    expect([...byImprovement(better, [run(4)])]).toEqual([1, 1]);
    expect([...byImprovement([run(4), run(4)], [run(4)])]).toEqual([1, 1]);
    const far = Number.MAX_VALUE;
    expect([...byImprovement([run(1, { losses: [-far] })], [run(2, { losses: [far] })])]).toEqual([1]);
  });

  test('of many runs 1,000 stand for all: the newest, and evenly of the older', () => {
    expect(representatives(runs(1000))).toHaveLength(1000);
    const kept = numbersOf(representatives(runs(10_000)));
    expect(kept).toHaveLength(1000);
    expect(kept.slice(-250)).toEqual(Array.from({ length: 250 }, (_, i) => 9751 + i));
    expect(new Set(kept.slice(1, 750).map((n, i) => n - (kept[i] as number)))).toEqual(new Set([13]));
  });
});
