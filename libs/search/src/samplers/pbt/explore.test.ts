import type { Assignment } from '@plumage/contract';
import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../sampler.ts';
import { firstGeneration, next, nextRun, playPopulation, populationOf } from '../pbt.fixture.ts';
import { misfit } from '../sampler.fixture.ts';

const rate = '{rate: {min: 0.01, max: 1.0}}';

describe('explore', () => {
  /** What becomes of `values` when a copy of them is changed, over many seeds. */
  const changes = (parameters: string, values: Assignment, resample = 0): Assignment[] => {
    const definition = populationOf(parameters, { resample, population: 2 });
    return Array.from({ length: 200 }, (_, seed) => {
      const suggestion = nextRun({ ...definition, seed }, firstGeneration([9, 1], { assignment: values }));
      expect(suggestion.parent).toBe(2);
      expect(misfit(definition.parameters, suggestion.assignment)).toBeNull();
      return suggestion.assignment;
    });
  };
  const valuesOf = (assignments: readonly Assignment[], path: string): unknown[] =>
    [...new Set(assignments.map((assignment) => assignment[path]))].sort();

  it('numbers are multiplied by a factor and keep to their range', () => {
    expect(valuesOf(changes('{x: {min: 0.0, max: 10.0}}', { x: 5 }), 'x')).toEqual([4, 6]);
    expect(valuesOf(changes('{x: {min: 4.5, max: 5.5}}', { x: 5 }), 'x')).toEqual([4.5, 5.5]);
    const log = '{x: {distribution: log_uniform_values, min: 0.001, max: 1}}';
    expect(valuesOf(changes(log, { x: 0.01 }), 'x')).toEqual([0.01 * 0.8, 0.01 * 1.2]);
  });

  it('numbers with steps stay on them, and a small one takes the next step', () => {
    expect(valuesOf(changes('{x: {min: 1, max: 100}}', { x: 50 }), 'x')).toEqual([40, 60]);
    expect(valuesOf(changes('{x: {min: 1, max: 100}}', { x: 2 }), 'x')).toEqual([1, 3]);
    const q = '{x: {distribution: q_uniform, min: 0, max: 1, q: 0.1}}';
    expect(valuesOf(changes(q, { x: 5 * 0.1 }), 'x')).toEqual([4 * 0.1, 6 * 0.1]);
  });

  it('a category moves to a neighbour in its list', () => {
    expect(valuesOf(changes('{x: {values: [a, b, c, d, e]}}', { x: 'c' }), 'x')).toEqual(['b', 'd']);
    expect(valuesOf(changes('{x: {values: [a, b, c]}}', { x: 'a' }), 'x')).toEqual(['b']);
  });

  it('with the probability of resampling a value is drawn anew', () => {
    const drawn = changes('{x: {min: 0.0, max: 10.0}}', { x: 5 }, 0.25).filter(({ x }) => x !== 4 && x !== 6);
    expect(drawn.length).toBeGreaterThan(30);
    expect(drawn.length).toBeLessThan(70);
    expect(valuesOf(changes('{x: {values: [a, b, c, d, e]}}', { x: 'c' }, 1), 'x')).toContain('a');
  });

  it('nought is left by drawing, since no factor leads away from it', () => {
    expect(valuesOf(changes('{x: {min: 0.0, max: 0.5}}', { x: 0 }), 'x').length).toBeGreaterThan(100);
  });

  it('what hangs on a value that has changed is drawn anew, and absent where its condition does not hold', () => {
    const parameters =
      '{o: {values: [sgd, adam]}, m: {min: 0.0, max: 1.0, when: {o: sgd}}, b: {min: 0.0, max: 1.0, when: {o: adam}}}';
    const assignments = changes(parameters, { o: 'sgd', m: 0.5 });
    const moved = assignments.filter(({ o }) => o === 'adam');
    expect(moved.length).toBeGreaterThan(50);
    expect(valuesOf(moved, 'b').length).toBeGreaterThan(50);
    expect(
      valuesOf(
        assignments.filter(({ o }) => o === 'sgd'),
        'm',
      ),
    ).toEqual([0.4, 0.6]);
  });

  it('no two copies of one run are alike while another neighbour exists, nor are two first members', () => {
    const definition = populationOf('{x: {values: [a, b, c, d]}}', { population: 4, resample: 1 });
    const first: HistoryEntry[] = [];
    for (let member = 0; member < 4; member++) {
      const { assignment, place } = nextRun(definition, first);
      const number = member + 1;
      first.push({ number, assignment, place, state: 'RUNNING', objective: null, parent: null });
    }
    expect(new Set(first.map(({ assignment }) => assignment['x'])).size).toBe(4);
    const more = populationOf('{x: {values: [a, b]}}', { population: 4, resample: 1 });
    const { entries } = playPopulation(more, { initial: 0, step: (x) => x, loss: () => 0 });
    expect(entries).toHaveLength(12);
  });
});

describe('a definition that has changed', () => {
  it('a member whose values are excluded now goes on from its own weights with others', () => {
    const exclude = [[{ parameter: 'rate', min: 0.05, max: 0.15 }]];
    const suggestion = nextRun(populationOf(rate, {}, { exclude }), firstGeneration([1, 2, 3, 4]));
    expect(suggestion.parent).toBe(1);
    expect(suggestion.assignment['rate']).not.toBeCloseTo(0.1, 1);
  });

  it('a parameter that was added is drawn, one that was taken away is gone', () => {
    const history = firstGeneration([1, 2, 3, 4], { assignment: { rate: 0.5, gone: 1 } });
    const definition = populationOf('{rate: {min: 0.01, max: 1.0}, added: {values: [a, b]}}');
    const { assignment } = nextRun(definition, history);
    expect(misfit(definition.parameters, assignment)).toBeNull();
    expect(assignment['rate']).toBe(0.5);
  });

  it('where everything is excluded it ends', () => {
    const exclude = [[{ parameter: 'rate', min: 0, max: 2 }]];
    expect(next(populationOf(rate, {}, { exclude }), [])).toEqual({ kind: 'exhausted' });
  });
});
