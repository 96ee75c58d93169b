import { describe, expect, it } from 'vitest';
import { extentOf, type LineSeries, plotLines } from './line-plot.ts';
import { runColor } from './run-color.ts';

const series = (
  id: string,
  x: number[],
  last: (number | null)[],
  more: Partial<LineSeries> = {},
): LineSeries => ({
  id,
  label: id,
  x,
  min: last,
  max: last,
  last,
  ...more,
});
const plain = { smoothing: 0, logScale: false, scheme: 'light' as const };

describe('plotLines', () => {
  it('lays series with different x on one axis, passing through where only another has a point', () => {
    const plot = plotLines([series('a', [0, 10], [1, 2]), series('b', [5, 10], [3, 4])], plain);
    expect(plot.data[0]).toEqual([0, 5, 10]);
    const [a, b] = plot.lines;
    expect(plot.data[a?.columns.line ?? -1]).toEqual([1, undefined, 2]);
    expect(plot.data[b?.columns.line ?? -1]).toEqual([undefined, 3, 4]);
  });

  it('draws a value that was not finite as a gap, and marks where', () => {
    const plot = plotLines([series('a', [0, 1, 2], [1, null, 3])], plain);
    expect(plot.data[plot.lines[0]?.columns.line ?? -1]).toEqual([1, null, 3]);
    expect(plot.notFinite).toEqual([1]);
  });

  it('keeps a spike in the band whatever the smoothing', () => {
    const spiky = series('a', [0, 1, 2], [1, 1, 1], { max: [1, 99, 1] });
    expect(extentOf(plotLines([spiky], { ...plain, smoothing: 0.99 }))).toEqual([1, 99]);
  });

  it('has no place for zero on a logarithmic axis', () => {
    const plot = plotLines([series('a', [0, 1], [0, 5])], { ...plain, logScale: true });
    expect(plot.data[plot.lines[0]?.columns.line ?? -1]).toEqual([null, 5]);
    expect(plot.notFinite).toEqual([]);
  });

  it('marks second and later attempts, not the first', () => {
    const attempts = [
      { epoch: 1, fromStep: 0 },
      { epoch: 3, fromStep: 40 },
    ];
    expect(plotLines([series('a', [0], [1], { attempts })], plain).attempts).toEqual([
      { x: 40, label: 'attempt 3' },
    ]);
  });

  it('marks only attempts whose values are shown, also one that began anew at the start', () => {
    const from = (...steps: number[]) => ({
      attempts: steps.map((fromStep, i) => ({ epoch: i + 1, fromStep })),
    });
    const marks = (...steps: number[]) =>
      plotLines([series('a', [10, 60], [1, 2], from(...steps))], plain).attempts.map(
        ({ x, label }) => `${label} at ${x}`,
      );
    expect(marks(0, 0)).toEqual(['attempt 2 at 10']);
    expect(marks(0, 20, 40)).toEqual(['attempt 2 at 20', 'attempt 3 at 40']);
    expect(marks(0, 20, 20)).toEqual(['attempt 3 at 20']);
    expect(marks(0, 40, 20)).toEqual(['attempt 3 at 20']);
    expect(marks(0, 40, 0)).toEqual(['attempt 3 at 10']);
  });

  it("gives each series its run's colour, or the one colour asked for", () => {
    expect(plotLines([series('a', [], [])], plain).lines[0]?.style).toEqual(runColor('a', 'light'));
    expect(plotLines([series('a', [], [])], { ...plain, color: '#123456' }).lines[0]?.style.color).toBe(
      '#123456',
    );
  });

  it('has no extent without a finite value', () => {
    expect(extentOf(plotLines([series('a', [1], [null])], plain))).toBeNull();
  });
});
