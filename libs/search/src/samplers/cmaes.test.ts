import { createRng } from '@plumage/contract';
import { describe, expect, test } from 'vitest';
import type { HistoryEntry } from '../sampler.ts';
import { createSearch } from '../search.ts';
import { normalVector, orthogonalVector } from './cmaes/draws.ts';
import { describeSampler } from './sampler.conformance.ts';
import { definitionOf } from './sampler.fixture.ts';

describeSampler('cmaes', { continuous: true });

const square = 'x: {min: 0.0, max: 1.0}, y: {min: 0.0, max: 1.0}';
const definition = (parameters: string) =>
  definitionOf(
    `{method: cmaes, seed: 3, run_cap: 99999, metric: {name: loss, goal: minimize}, parameters: {${parameters}}}`,
  );

/** Runs 1..count in turn; `outcome` says how each ends. */
const play = (
  parameters: string,
  count: number,
  outcome: (entry: HistoryEntry) => Pick<HistoryEntry, 'state' | 'objective'>,
): HistoryEntry[] => {
  const search = createSearch(definition(parameters));
  const history: HistoryEntry[] = [];
  while (history.length < count) {
    const number = history.length + 1;
    const suggestion = search.suggest({ runNumber: number, seen: new Set(), history });
    if (suggestion.kind !== 'assignment') throw new Error(suggestion.kind);
    const entry = { number, assignment: suggestion.assignment, state: 'RUNNING', objective: null } as const;
    history.push({ ...entry, ...outcome(entry) });
  }
  return history;
};

const distance = ({ assignment }: HistoryEntry): number =>
  (Number(assignment['x']) - 0.7) ** 2 + (Number(assignment['y']) - 0.2) ** 2;
const finished = (entry: HistoryEntry) => ({ state: 'FINISHED', objective: distance(entry) }) as const;
const next = (parameters: string, history: readonly HistoryEntry[]) =>
  createSearch(definition(parameters)).suggest({ runNumber: history.length + 1, seen: new Set(), history });

describe('CMA-ES', () => {
  test('comes a hundred thousand times nearer to the optimum in 200 runs', () => {
    const history = play(square, 200, finished);
    expect(Math.min(...history.slice(-20).map(distance))).toBeLessThan(1e-8);
  });

  test('what a run of a generation that goes on will bring changes nothing before it ends', () => {
    const history = play(square, 6, finished).map(
      (entry, i): HistoryEntry => (i === 2 ? { ...entry, state: 'RUNNING', objective: null } : entry),
    );
    const other = history.map((entry, i): HistoryEntry => (i === 4 ? { ...entry, objective: 1e9 } : entry));
    expect(next(square, history)).toEqual(next(square, other));
  });

  test('one slow run does not hold up the search: its generation goes on without it after another one', () => {
    const slow = (entry: HistoryEntry) =>
      entry.number === 3 ? ({ state: 'RUNNING', objective: null } as const) : finished(entry);
    const history = play(square, 200, slow);
    expect(Math.min(...history.slice(-20).map(distance))).toBeLessThan(1e-7);
  });

  test('in a generation runs that a rule stopped rank behind the others, whatever their losses, failed ones last', () => {
    const history = play(square, 6, finished);
    const states = (losses: readonly number[]) =>
      history.map((entry, i): HistoryEntry => {
        const state =
          (['FINISHED', 'FINISHED', 'FINISHED', 'PRUNED', 'PRUNED', 'FAILED'] as const)[i] ?? 'FAILED';
        return { ...entry, state, objective: losses[i] ?? null };
      });
    const same = next(square, states([1, 2, 3, 4, 5, 6]));
    expect(next(square, states([1, 2, 3, -9, -8, -99]))).toEqual(same);
    expect(next(square, states([2, 1, 3, 4, 5, 6]))).not.toEqual(same);
  });

  test('categories move to what is good, and what is bad never quite vanishes', () => {
    const parameters = `${square}, kind: {values: [good, bad, worse]}`;
    const cost = { good: 0, bad: 1, worse: 2 } as Record<string, number>;
    const history = play(parameters, 300, (entry) => ({
      state: 'FINISHED',
      objective: distance(entry) + Number(cost[String(entry.assignment['kind'])]),
    }));
    const last = history.slice(-200).filter(({ assignment }) => assignment['kind'] === 'good').length;
    expect(last).toBeGreaterThan(160);
    expect(last).toBeLessThan(200);
  });

  test('whole numbers find their optimum, with neighbours tried to the end', () => {
    const wholes = 'x: {min: 0, max: 1000}, y: {min: 0, max: 4}';
    const history = play(wholes, 250, ({ assignment }) => ({
      state: 'FINISHED',
      objective: Math.abs(Number(assignment['x']) - 700) + Math.abs(Number(assignment['y']) - 1),
    }));
    const last = history.slice(-60);
    expect(Math.min(...last.map(({ objective }) => Number(objective)))).toBe(0);
    expect(new Set(last.map(({ assignment }) => assignment['y'])).size).toBeGreaterThan(1);
  });

  test('once it is as narrow as rounding lets it be, it begins again elsewhere', () => {
    const history = play(square, 900, finished);
    const nearest = history.findIndex((entry) => distance(entry) < 1e-15);
    const later = history.slice(nearest).some((entry) => distance(entry) > 0.01);
    expect([nearest > 0, later]).toEqual([true, true]);
  });
});

describe('the normal vectors of a generation', () => {
  test('come in opposite pairs that are orthogonal to the other pairs of their block', () => {
    const n = 5;
    const vectors = Array.from({ length: 2 * n }, (_, i) => orthogonalVector(n, 7, 20, i));
    const dot = (a: Float64Array, b: Float64Array): number =>
      a.reduce((sum, value, i) => sum + value * Number(b[i]), 0);
    vectors.forEach((a, i) => {
      vectors.forEach((b, j) => {
        if (i >> 1 !== j >> 1) expect(dot(a, b)).toBeCloseTo(0, 12);
        else if (i !== j) a.forEach((value, k) => expect(value).toBe(-Number(b[k])));
      });
    });
  });

  test('each have mean 0 and variance 1 in every coordinate, as independent ones', () => {
    const [n, count] = [3, 4000];
    const rng = createRng(1);
    for (const draw of [(i: number) => orthogonalVector(n, i, 0, 4), () => normalVector(n, rng)]) {
      const drawn = Array.from({ length: count }, (_, i) => draw(i));
      for (let axis = 0; axis < n; axis++) {
        const mean = drawn.reduce((sum, z) => sum + Number(z[axis]), 0) / count;
        const square = drawn.reduce((sum, z) => sum + Number(z[axis]) ** 2, 0) / count;
        expect(Math.abs(mean)).toBeLessThan(0.07);
        expect(Math.abs(square - 1)).toBeLessThan(0.1);
      }
    }
  });
});
