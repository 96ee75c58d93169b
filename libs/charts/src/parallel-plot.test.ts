import { expect, test } from 'vitest';
import { passes, plotParallel } from './parallel-plot.ts';

const axes = [
  { label: 'lr', categories: null, isLog: false },
  { label: 'loss', categories: null, isLog: false },
];
const runs = [
  { runId: 'a', label: 'a', values: [0, 5] },
  { runId: 'b', label: 'b', values: [1, 1] },
  { runId: 'c', label: 'c', values: [null, 3] },
];

test('the best by the last axis is drawn last, and a missing value is a gap', () => {
  const { lines } = plotParallel(runs, axes, 'minimize');
  expect(lines.map(({ runId, goodness }) => [runId, goodness])).toEqual([
    ['a', 0],
    ['c', 0.5],
    ['b', 1],
  ]);
  expect(lines[1]?.places).toEqual([null, 0.5]);
  expect(plotParallel(runs, axes, 'maximize').lines.at(-1)?.runId).toBe('a');
});

test('a run passes when it lies in every brush; a gap lies in none', () => {
  const { lines } = plotParallel(runs, axes, 'minimize');
  const passing = (brush: [number, number] | null) =>
    lines.filter((line) => passes(line, [brush, null])).map(({ runId }) => runId);
  expect(passing(null)).toEqual(['a', 'c', 'b']);
  expect(passing([0, 0.4])).toEqual(['a']);
});
