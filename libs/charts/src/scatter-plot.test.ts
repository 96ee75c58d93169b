import { expect, test } from 'vitest';
import { plotScatter } from './scatter-plot.ts';

const axis = (label: string) => ({ label, categories: null, isLog: false });
const point = (runId: string, x: number, y: number) => ({
  ...{ runId, label: runId, x, y },
  weight: 1,
  isMarked: false,
});

test('points stand between the ends of both axes, those without a place are left out', () => {
  const points = [point('a', 0, 10), point('b', 4, 20), point('c', Number.NaN, 15)];
  const plot = plotScatter(points, { x: axis('x'), y: axis('y') }, null);
  expect(plot.points.map(({ runId, left, up }) => [runId, left, up])).toEqual([
    ['a', 0, 0],
    ['b', 1, 1],
  ]);
  expect(plot.cells).toEqual([]);
});

test('cells fill the plane half-way to their neighbours; unknown ones are left out, small ones may be good', () => {
  const grid = { x: [0, 2], y: [0, 1], values: [0, 2, null, 4], isLowGood: true };
  const { cells } = plotScatter([], { x: axis('x'), y: axis('y') }, grid);
  expect(cells).toEqual([
    { left: 0, up: 0, width: 0.5, height: 0.5, goodness: 1 },
    { left: 0.5, up: 0, width: 0.5, height: 0.5, goodness: 0.5 },
    { left: 0.5, up: 0.5, width: 0.5, height: 0.5, goodness: 0 },
  ]);
});
