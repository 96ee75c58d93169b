import { parseSweepDefinition } from '@plumage/contract';
import { describe, expect, it } from 'vitest';
import { parallelOf, pointsOf, searchedPaths, weightOf } from './insight-points.ts';

const parsed = parseSweepDefinition({
  ...{ method: 'random', run_cap: 4, metric: { name: 'loss', goal: 'minimize' }, program: 'x.py' },
  parameters: {
    fixed: { value: 3 },
    rate: { distribution: 'log_uniform_values', min: 0.001, max: 0.1 },
    size: { values: [8, 16] },
    optimizer: { values: ['adam', 'sgd'] },
  },
});
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
const { definition } = parsed;

describe('runs over their parameters', () => {
  it('have an axis for each parameter that is searched, and the metric last', () => {
    const { axes } = parallelOf(definition, [], 'loss');
    expect(searchedPaths(definition)).toEqual(['rate', 'size', 'optimizer']);
    expect(axes).toEqual([
      { label: 'rate', categories: null, isLog: true },
      { label: 'size', categories: null, isLog: false },
      { label: 'optimizer', categories: ['adam', 'sgd'], isLog: false },
      { label: 'loss', categories: null, isLog: false },
    ]);
  });

  it('are drawn where they have an objective, with a gap where a parameter is inactive', () => {
    const run = (id: string, assignment: object, objective: number | null) => ({
      ...{ id, name: id, state: id === 'c' ? 'FAILED' : 'FINISHED', assignment, objective },
    });
    const { runs } = parallelOf(
      definition,
      [
        run('a', { rate: 0.01, optimizer: 'sgd' }, 0.5),
        run('b', { rate: 0.02 }, null),
        run('c', { rate: 0.03 }, 9),
      ],
      'loss',
    );
    expect(runs).toEqual([{ runId: 'a', label: 'a', values: [0.01, null, 1, 0.5] }]);
  });
});

describe('points of a chart', () => {
  it('weigh more the better their rank, and mark the best', () => {
    expect([weightOf(1, 5), weightOf(5, 5), weightOf(1, 1)]).toEqual([1, 0, 1]);
    const columns = { runIds: ['a', 'b'], numbers: [1, 2], x: [1, 2], y: [3, 4], ranks: [2, 1] };
    expect(pointsOf(columns).map(({ isMarked, weight }) => [isMarked, weight])).toEqual([
      [false, 0],
      [true, 1],
    ]);
  });
});
