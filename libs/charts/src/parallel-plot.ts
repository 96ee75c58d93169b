/** Parallel coordinates: each run a line through one axis a parameter and one for the metric. Pure. */
import { type AxisScale, axisScale, type ChartAxis } from './axis-scale.ts';

export interface ParallelRun {
  readonly runId: string;
  readonly label: string;
  /** One for each axis; null where the run has none. */
  readonly values: readonly (number | null)[];
}

export interface ParallelLine {
  readonly runId: string;
  readonly label: string;
  /** From 0 at an axis' low end to 1, or null: the line has a gap there. */
  readonly places: readonly (number | null)[];
  /** 0 worst to 1 best by the last axis; null without a value there. */
  readonly goodness: number | null;
}

/** Part of an axis, from 0 to 1; null lets every run pass. */
export type Brush = readonly [low: number, high: number] | null;

export interface ParallelPlot {
  readonly scales: readonly AxisScale[];
  readonly lines: readonly ParallelLine[];
}

/** @param goal what is good on the last axis, that of the metric */
export const plotParallel = (
  runs: readonly ParallelRun[],
  axes: readonly ChartAxis[],
  goal: 'maximize' | 'minimize',
): ParallelPlot => {
  const scales = axes.map((axis, i) =>
    axisScale(
      axis,
      runs.map(({ values }) => values[i] ?? Number.NaN),
    ),
  );
  const lines = runs.map(({ runId, label, values }) => {
    const places = scales.map((scale, i) => {
      const value = values[i];
      return value === null || value === undefined ? null : scale.place(value);
    });
    const last = places.at(-1) ?? null;
    return { runId, label, places, goodness: last === null ? null : goal === 'maximize' ? last : 1 - last };
  });
  // The best come last, so that they are drawn above the others.
  return { scales, lines: lines.sort((a, b) => (a.goodness ?? -1) - (b.goodness ?? -1)) };
};

/** Whether a line passes through every brush; a gap passes only where nothing is brushed. */
export const passes = (line: ParallelLine, brushes: readonly Brush[]): boolean =>
  brushes.every((brush, i) => {
    if (brush === null || brush === undefined) return true;
    const place = line.places[i];
    return place !== null && place !== undefined && place >= brush[0] && place <= brush[1];
  });
