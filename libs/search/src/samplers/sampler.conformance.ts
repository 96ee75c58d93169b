/**
 * What every sampler must keep, whatever it computes: tests call this kit with a method and what it supports. The
 * idea of shipping the kit beside the contract is Optuna's (optuna.testing).
 */
import {
  type Assignment,
  assignmentKey,
  createRng,
  type Exclusion,
  isExcluded,
  type SweepDefinition,
  type SweepMethod,
} from '@plumage/contract';
import { describe, expect, test } from 'vitest';
import { type HistoryEntry, suggestionKey } from '../sampler.ts';
import { createSearch } from '../search.ts';
import { definitionOf, finished, historyAt, misfit, playInFlight, replay } from './sampler.fixture.ts';
import { brokenHistories, everyDistribution, finiteSpaces, oldAssignments } from './sampler.spaces.ts';

export interface Supports {
  /** Whether it searches continuous parameters, or only spaces that end. */
  readonly continuous: boolean;
  /** The most metrics that it can search for at once; 1 unless said. */
  readonly objectives?: 1 | 4;
  /** False: the number of its runs is set by something else than the space. */
  readonly exhausts?: boolean;
  /** What its definition needs besides method, seed and parameters: 'pbt: {population: 4, interval: 10}'. */
  readonly options?: string;
}

const keysOf = (history: readonly HistoryEntry[]): string[] => history.map(suggestionKey);

const finiteMix = '{a: {min: 1, max: 100}, b: {min: 1, max: 100}, c: {values: [x, y, z]}}';

/** Declares the tests of `method`. */
export const describeSampler = (method: SweepMethod, supports: Supports): void => {
  const definitionFor = (parameters: string, seed = 7): SweepDefinition => {
    const ends = method === 'grid' || method === 'pbt' ? '' : 'run_cap: 100000,';
    const options = supports.options === undefined ? '' : `${supports.options},`;
    return definitionOf(
      `{method: ${method}, seed: ${seed}, metric: {name: loss, goal: minimize}, ${ends} ${options} parameters: ${parameters}}`,
    );
  };
  const mix = supports.continuous ? everyDistribution : finiteMix;

  /** The suggestion for the run after `history`, by a search that knows nothing else. */
  const next = (definition: SweepDefinition, history: readonly HistoryEntry[]) =>
    createSearch(definition).suggest({
      runNumber: history.length + 1,
      seen: new Set(keysOf(history)),
      history,
    });
  const expectPoint = (definition: SweepDefinition, history: readonly HistoryEntry[]): void => {
    const suggestion = next(definition, history);
    if (suggestion.kind !== 'assignment') throw new Error(`${suggestion.kind} after ${history.length} runs`);
    expect(misfit(definition.parameters, suggestion.assignment)).toBeNull();
  };

  describe(`sampler ${method} keeps the contract`, () => {
    describe('on spaces that end', () => {
      for (const [name, size, parameters] of finiteSpaces) {
        test(`${name}: every one of its ${size} points comes once, fits, and then it is exhausted`, () => {
          const definition = definitionFor(parameters);
          const history = replay(definition, size + 5);
          expect(createSearch(definition).space.size).toBe(size);
          for (const { assignment } of history) expect(misfit(definition.parameters, assignment)).toBeNull();
          expect(new Set(keysOf(history)).size).toBe(history.length);
          if (supports.exhausts !== false) expect(history).toHaveLength(size);
        });
      }
    });

    test('every suggestion keeps types, bounds, steps and conditions, while it learns', () => {
      const definition = definitionFor(mix);
      const history = replay(definition, 40);
      expect(history.length).toBeGreaterThan(1);
      for (const { assignment } of history) expect(misfit(definition.parameters, assignment)).toBeNull();
    });

    test('no run starts in an excluded region, and all other points come', () => {
      const exclude: Exclusion[] = [
        [{ parameter: 'a', min: 3, max: 5 }],
        [
          { parameter: 'a', min: null, max: 1 },
          { parameter: 'b', values: ['x', 'z'] },
        ],
      ];
      const definition = {
        ...definitionFor('{a: {min: 1, max: 8}, b: {values: [x, y, z]}}'),
        exclude,
      };
      const history = replay(definition, 30);
      expect(history.filter(({ assignment }) => isExcluded(exclude, assignment))).toEqual([]);
      if (supports.exhausts !== false) expect(history).toHaveLength(24 - 9 - 2);
    });

    test('the same seed gives the same search', () => {
      expect(replay(definitionFor(mix), 25)).toEqual(replay(definitionFor(mix), 25));
    });

    if (method !== 'grid') {
      test('another seed gives another search', () => {
        expect(keysOf(replay(definitionFor(mix, 1), 3))).not.toEqual(
          keysOf(replay(definitionFor(mix, 2), 3)),
        );
      });
    }

    test('rows give every suggestion back, whatever order results came in, and whatever was asked before', () => {
      const definition = definitionFor(mix);
      const runs = playInFlight(definition, 40, 6);
      expect(runs.length).toBeGreaterThan(1);
      const asked = createSearch(definition);
      for (const { number, suggestion, knownResults } of [...runs].reverse()) {
        const history = historyAt(definition, runs, number, knownResults);
        const input = { runNumber: number, seen: new Set(keysOf(history)), history };
        expect(createSearch(definition).suggest(input)).toEqual(suggestion);
        expect(asked.suggest(input)).toEqual(suggestion);
      }
    });

    test('the history that it is given is left as it was', () => {
      const definition = definitionFor(mix);
      const history = replay(definition, 25);
      const before = structuredClone(history);
      next(definition, history);
      expect(history).toEqual(before);
    });

    test('64 callers in flight, none finished: no two get the same', () => {
      const history = replay(definitionFor('{a: {min: 1, max: 8}, b: {min: 1, max: 8}}'), 64, () => ({
        state: 'RUNNING',
        objective: null,
      }));
      expect(new Set(keysOf(history)).size).toBe(history.length);
      if (supports.exhausts !== false) expect(history).toHaveLength(64);
    });

    test('64 callers in flight while it learns: no two get the same', () => {
      const runs = playInFlight(definitionFor(finiteMix), 100, 64);
      const keys = new Set(runs.map((run) => suggestionKey(run.suggestion)));
      expect(keys.size).toBe(runs.length);
    });

    for (const [name, outcome] of brokenHistories) {
      test(`a history of ${name} does no harm`, () => {
        const definition = definitionFor(mix);
        const history = replay(definition, 25).map((entry) => ({
          ...entry,
          ...outcome(entry.number),
        }));
        expectPoint(definition, history);
        expectPoint(definition, history.slice(0, 1));
      });
    }

    test('assignments of an older definition are borne: missing, foreign, out of range, of another type', () => {
      const definition = definitionFor(mix);
      const history = replay(definition, 20).map((entry, i) => ({
        ...entry,
        assignment: oldAssignments[i % oldAssignments.length]?.(entry.assignment) ?? entry.assignment,
      }));
      expectPoint(definition, history);
    });

    if (supports.exhausts !== false) {
      test('a run that was queued by hand takes its point away, and no other', () => {
        const search = createSearch(definitionFor('{a: {min: 1, max: 10}}'));
        const byHand: Assignment[] = [{ a: 5 }, { a: 999 }];
        const history: HistoryEntry[] = byHand.map((assignment, i) => ({
          number: i + 1,
          assignment,
          state: 'QUEUED',
          objective: null,
        }));
        for (let number = 3; number < 12; number++) {
          const suggestion = search.suggest({ runNumber: number, seen: new Set(keysOf(history)), history });
          if (suggestion.kind !== 'assignment') break;
          history.push({ number, assignment: suggestion.assignment, state: 'FINISHED', objective: 1 });
        }
        expect(new Set(keysOf(history)).size).toBe(11);
        expect(search.suggest({ runNumber: 12, seen: new Set(keysOf(history)), history })).toEqual({
          kind: 'exhausted',
        });
      });
    }

    test('a million points are searched without being written out', () => {
      const definition = definitionFor(
        '{a: {min: 1, max: 100}, b: {min: 1, max: 100}, c: {min: 1, max: 100}}',
      );
      const search = createSearch(definition);
      const history = replay(definition, search.usesHistory ? 40 : 2000);
      expect(search.space.size).toBe(1e6);
      expect(new Set(keysOf(history)).size).toBe(history.length);
    });

    test('ten parameters after 10,000 runs: the next is a new point', () => {
      const names = Array.from({ length: 10 }, (_, i) => `p${i}: {min: 0, max: ${i < 8 ? '9.5' : '9'}}`);
      const definition = definitionFor(
        supports.continuous ? `{${names.join(', ')}}` : `{${names.join(', ').replaceAll('9.5', '9')}}`,
      );
      const { space } = createSearch(definition);
      const rng = createRng(5);
      const history = Array.from({ length: 10_000 }, (_, i): HistoryEntry => {
        const assignment = space.draw(rng);
        return { number: i + 1, assignment, parent: null, ...finished(definition, assignment, null) };
      });
      const suggestion = next(definition, history);
      if (supports.exhausts === false && suggestion.kind !== 'assignment') return;
      if (suggestion.kind !== 'assignment') throw new Error(suggestion.kind);
      expect(misfit(definition.parameters, suggestion.assignment)).toBeNull();
      expect(history.map((entry) => assignmentKey(entry.assignment))).not.toContain(
        assignmentKey(suggestion.assignment),
      );
    });

    for (const count of supports.objectives === 4 ? [2, 3, 4] : []) {
      test(`${count} metrics: it learns from all, also where some are unknown`, () => {
        const metrics = Array.from({ length: count }, (_, i) => ({
          name: `m${i}`,
          goal: i === 1 ? ('maximize' as const) : ('minimize' as const),
          target: null,
        }));
        const definition = { ...definitionFor(mix), metrics };
        const runs = playInFlight(definition, 80, 4);
        expect(runs).toHaveLength(80);
        const history = historyAt(definition, runs, 81, 80).map((entry, i) => {
          const unknown = i % 3 === 0 ? { objectives: [null, Number.NaN, 1, 2].slice(0, count) } : {};
          return { ...entry, ...unknown };
        });
        expectPoint(definition, history);
      });
    }
  });
};
