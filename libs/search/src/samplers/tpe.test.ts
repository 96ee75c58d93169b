import { describe, expect, test } from 'vitest';
import type { HistoryEntry } from '../sampler.ts';
import { createSearch } from '../search.ts';
import { describeSampler } from './sampler.conformance.ts';
import { definitionOf } from './sampler.fixture.ts';

describeSampler('tpe', { continuous: true, objectives: 4 });

const square = 'x: {min: 0.0, max: 1.0}, y: {min: 0.0, max: 1.0}';
type Ended = Pick<HistoryEntry, 'state' | 'objective'>;

const play = (
  parameters: string,
  count: number,
  outcome: (entry: HistoryEntry) => Ended,
  before: readonly HistoryEntry[] = [],
  seed = 3,
): HistoryEntry[] => {
  const search = createSearch(
    definitionOf(
      `{method: tpe, seed: ${seed}, run_cap: 999, metric: {name: loss, goal: minimize}, parameters: {${parameters}}}`,
    ),
  );
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

/** The mean distance between two of these. */
const spread = (runs: readonly HistoryEntry[]): number => {
  const pairs = runs.flatMap((a, i) => runs.slice(i + 1).map((b) => [a.assignment, b.assignment] as const));
  const apart = pairs.map(([a, b]) =>
    Math.hypot(Number(a['x']) - Number(b['x']), Number(a['y']) - Number(b['y'])),
  );
  return apart.reduce((sum, one) => sum + one, 0) / apart.length;
};

describe('a tree-structured Parzen estimator', () => {
  test("is within a hundredth of a bowl's optimum after 80 runs", () => {
    const history = play(square, 80, finished);
    expect(Math.min(...history.map(distance))).toBeLessThan(1e-4);
  });

  test('runs that go on keep others away: sixteen asked for at once spread wider than if none were known', () => {
    const ended = play(square, 40, finished);
    const atOnce = play(square, 56, waiting, ended).slice(40);
    // What each would have been if it knew only those that have ended.
    const alone = Array.from({ length: 16 }, (_, i) =>
      play(square, 41, waiting, ended, 100 + i).slice(40),
    ).flat();
    expect(spread(atOnce)).toBeGreaterThan(spread(alone));
  });

  test('what only one branch has is learnt from the runs of that branch', () => {
    const branches = `kind: {values: [plain, tuned]}, x: {min: 0.0, max: 1.0, when: {kind: tuned}},
      y: {min: 0.0, max: 1.0, when: {kind: tuned}}`;
    const history = play(branches, 100, (entry) => ({
      state: 'FINISHED',
      objective: entry.assignment['kind'] === 'tuned' ? distance(entry) : 0.1,
    }));
    expect(Math.min(...history.map((entry) => entry.objective ?? 9))).toBeLessThan(2e-3);
    const last = history.slice(-20).filter(({ assignment }) => assignment['kind'] === 'tuned');
    expect(last.length).toBeGreaterThan(10);
  });

  test('a region where runs fail is left: few of the last runs are there', () => {
    const history = play(square, 60, (entry) =>
      Number(entry.assignment['x']) > 0.6 ? { state: 'FAILED', objective: null } : finished(entry),
    );
    expect(history.slice(-20).filter(({ state }) => state === 'FAILED').length).toBeLessThan(10);
  });
});
