import { describe, expect, test } from 'vitest';
import type { HistoryEntry } from '../sampler.ts';
import { createSearch } from '../search.ts';
import { describeSampler } from './sampler.conformance.ts';
import { definitionOf } from './sampler.fixture.ts';

describeSampler('gp', { continuous: true });

const square = 'x: {min: 0.0, max: 1.0}, y: {min: 0.0, max: 1.0}';
const definition = (parameters: string, seed = 3, method = 'gp') =>
  definitionOf(
    `{method: ${method}, seed: ${seed}, run_cap: 999, metric: {name: loss, goal: minimize}, parameters: {${parameters}}}`,
  );

type Ended = Pick<HistoryEntry, 'state' | 'objective'>;

const suggest = (parameters: string, history: readonly HistoryEntry[], seed = 3) => {
  const suggestion = createSearch(definition(parameters, seed)).suggest({
    runNumber: history.length + 1,
    seen: new Set(),
    history,
  });
  if (suggestion.kind !== 'assignment') throw new Error(suggestion.kind);
  return suggestion.assignment;
};

const play = (
  parameters: string,
  count: number,
  outcome: (entry: HistoryEntry) => Ended,
  before: readonly HistoryEntry[] = [],
): HistoryEntry[] => {
  const search = createSearch(definition(parameters));
  const history = [...before];
  while (history.length < count) {
    const number = history.length + 1;
    const suggestion = search.suggest({ runNumber: number, seen: new Set(), history });
    if (suggestion.kind !== 'assignment') throw new Error(suggestion.kind);
    const entry = { number, assignment: suggestion.assignment, state: 'RUNNING', objective: null } as const;
    history.push({ ...entry, ...outcome(entry) });
  }
  return history;
};

const distance = ({ assignment }: Pick<HistoryEntry, 'assignment'>): number =>
  (Number(assignment['x']) - 0.7) ** 2 + (Number(assignment['y']) - 0.2) ** 2;
const finished = (entry: HistoryEntry): Ended => ({ state: 'FINISHED', objective: distance(entry) });
const waiting = (): Ended => ({ state: 'RUNNING', objective: null });

describe('a Gaussian process', () => {
  test("is within a thousandth of a bowl's optimum after 20 runs, of which 10 were spread evenly", () => {
    const history = play(square, 20, finished);
    expect(Math.min(...history.map(distance))).toBeLessThan(1e-6);
  });

  test('losses of which one is a million times the others are no hindrance', () => {
    const history = play(square, 25, (entry) => ({
      state: 'FINISHED',
      objective: entry.number === 4 ? 1e6 : distance(entry),
    }));
    expect(Math.min(...history.map(distance))).toBeLessThan(1e-4);
  });

  test('what only one branch has is searched by the model too', () => {
    const branches = `kind: {values: [plain, tuned]}, x: {min: 0.0, max: 1.0, when: {kind: tuned}},
      y: {min: 0.0, max: 1.0, when: {kind: tuned}}`;
    const history = play(branches, 40, (entry) => ({
      state: 'FINISHED',
      objective: entry.assignment['kind'] === 'tuned' ? distance(entry) : 0.1,
    }));
    expect(Math.min(...history.map((entry) => entry.objective ?? 9))).toBeLessThan(1e-4);
  });

  test('runs that go on keep others away: eight that are asked for at once are eight places', () => {
    const history = play(square, 20, waiting, play(square, 12, finished)).slice(12);
    for (const a of history) {
      for (const b of history.slice(0, a.number - 13)) {
        const apart = Math.hypot(
          Number(a.assignment['x']) - Number(b.assignment['x']),
          Number(a.assignment['y']) - Number(b.assignment['y']),
        );
        expect(apart).toBeGreaterThan(1e-3);
      }
    }
  });

  test('a region where runs fail is left: few of the last runs are there', () => {
    const history = play(square, 60, (entry) =>
      Number(entry.assignment['x']) > 0.6 ? { state: 'FAILED', objective: null } : finished(entry),
    );
    expect(history.slice(-20).filter(({ state }) => state === 'FAILED').length).toBeLessThan(10);
  });

  test('a run that was stopped counts as no better than the middle one of those that were not', () => {
    const ended = play(square, 15, finished);
    const stopped = (objective: number): HistoryEntry[] =>
      ended.map((entry, i): HistoryEntry => (i === 4 ? { ...entry, state: 'PRUNED', objective } : entry));
    expect(suggest(square, stopped(-100))).toEqual(suggest(square, stopped(-5)));
    expect(suggest(square, stopped(100))).not.toEqual(suggest(square, stopped(-5)));
  });

  test('with 2,000 results it is still near the optimum, and what came first is not forgotten', () => {
    const random = createSearch(definition(square, 5, 'random'));
    const before = Array.from({ length: 2000 }, (_, i): HistoryEntry => {
      const suggestion = random.suggest({ runNumber: i + 1, seen: new Set(), history: [] });
      if (suggestion.kind !== 'assignment') throw new Error(suggestion.kind);
      const entry: HistoryEntry = {
        number: i + 1,
        assignment: suggestion.assignment,
        state: 'RUNNING',
        objective: null,
      };
      return { ...entry, ...finished(entry) };
    });
    const history = play(square, 2006, finished, before);
    expect(Math.min(...history.slice(-6).map(distance))).toBeLessThan(1e-5);
  });
});
