import { createRng } from '@plumage/contract';
import { describe, expect, test } from 'vitest';
import type { HistoryEntry, Observation } from '../sampler.ts';
import { createSearch } from '../search.ts';
import { crowdingOf, survivorsOf } from './nsga2/survival.ts';
import { crossPlaces, mutatePlace } from './nsga2/variation.ts';
import { describeSampler } from './sampler.conformance.ts';
import { definitionOf } from './sampler.fixture.ts';

describeSampler('nsga2', { continuous: true, objectives: 4 });

const observed = (number: number, losses: readonly number[] | null): Observation => ({
  ...{ number, assignment: { x: number }, status: losses === null ? 'running' : 'done', losses },
  ...{ step: null, parent: null, place: null, checkpointStep: null, finished: losses !== null },
});

describe('survival', () => {
  test('the crowding distance is that of the paper: ends stand alone, between them half the rim of the box', () => {
    const front = [
      [0, 4],
      [1, 2],
      [2, 1],
      [4, 0],
    ];
    const [first, second, third, last] = crowdingOf(front);
    expect([first, last]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(second).toBeCloseTo(2 / 4 + 3 / 4, 12);
    expect(third).toBeCloseTo(3 / 4 + 2 / 4, 12);
    expect(crowdingOf([[1], [1], [1]])).toEqual([Number.POSITIVE_INFINITY, 0, Number.POSITIVE_INFINITY]);
  });

  test('better fronts come whole before the next; what has no result is left out', () => {
    const history = [
      observed(1, [3, 3]),
      observed(2, [1, 2]),
      observed(3, null),
      observed(4, [2, 1]),
      observed(5, [4, 4]),
    ];
    const chosen = survivorsOf(history, 3);
    expect(chosen.map(({ observation, rank }) => [observation.number, rank])).toEqual([
      [2, 0],
      [4, 0],
      [1, 1],
    ]);
  });

  test('of many blocks the best are those of all at once, with one metric', () => {
    const rng = createRng(4);
    const history = Array.from({ length: 2_000 }, (_, i) => observed(i + 1, [rng.next()]));
    const best = [...history].sort((a, b) => (a.losses?.[0] ?? 0) - (b.losses?.[0] ?? 0)).slice(0, 7);
    expect(survivorsOf(history, 7).map(({ observation }) => observation)).toEqual(best);
  });
});

describe('variation', () => {
  test('a child lies within the bounds, as often below as above the middle of its parents, and mostly near one', () => {
    const rng = createRng(9);
    const children = Array.from({ length: 4_000 }, () => crossPlaces(0.4, 0.6, rng));
    expect(children.every((place) => place >= 0 && place <= 1)).toBe(true);
    expect(children.filter((place) => place < 0.5).length / 4_000).toBeCloseTo(0.5, 1);
    const near = children.filter((place) => Math.min(Math.abs(place - 0.4), Math.abs(place - 0.6)) < 0.05);
    expect(near.length).toBeGreaterThan(3_200);
    expect(crossPlaces(0.3, 0.3, rng)).toBe(0.3);
  });

  test('a mutation stays within the bounds, also at them', () => {
    const rng = createRng(10);
    for (const at of [0, 0.001, 0.5, 1]) {
      const places = Array.from({ length: 500 }, () => mutatePlace(at, rng));
      expect(places.every((place) => place >= 0 && place <= 1)).toBe(true);
      expect(new Set(places).size).toBeGreaterThan(100);
    }
  });
});

test('it finds the front of two losses that pull apart', () => {
  const search = createSearch(
    definitionOf(
      '{method: nsga2, seed: 5, run_cap: 300, metrics: [{name: a}, {name: b}], parameters: {x: {min: -4.0, max: 4.0}, y: {min: -4.0, max: 4.0}}}',
    ),
  );
  const history: HistoryEntry[] = [];
  for (let number = 1; number <= 300; number++) {
    const suggestion = search.suggest({ runNumber: number, seen: new Set(), history });
    if (suggestion.kind !== 'assignment') throw new Error(suggestion.kind);
    const { assignment } = suggestion;
    const [x, y] = [Number(assignment['x']), Number(assignment['y'])];
    const objectives = [x ** 2 + y ** 2, (x - 2) ** 2 + y ** 2];
    history.push({ number, assignment, state: 'FINISHED', objective: objectives[0] ?? null, objectives });
  }
  const late = history.slice(-60);
  const onFront = late.filter(({ assignment }) => {
    const [x, y] = [Number(assignment['x']), Number(assignment['y'])];
    return Math.abs(y) < 0.4 && x > -0.4 && x < 2.4;
  });
  expect(onFront.length).toBeGreaterThan(45);
  expect(Math.min(...onFront.map((run) => Number(run.assignment['x'])))).toBeLessThan(0.4);
  expect(Math.max(...onFront.map((run) => Number(run.assignment['x'])))).toBeGreaterThan(1.6);
});
