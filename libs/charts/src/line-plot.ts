/**
 * What a line chart shows, computed without a browser: many series, each with its own x column, become one aligned
 * table (uPlot's form). Every series has a min-max band, so a downsampled chart never hides a spike; a value that
 * was not finite is a gap with a mark. Two kinds of emptiness are kept apart in the table: `undefined` (another
 * series has a point at this x; the line passes through) and `null` (this series reported NaN; the line breaks).
 */
import type { ColorScheme, RunColor } from './run-color.ts';
import { runColor } from './run-color.ts';
import { exponentialMovingAverage } from './smoothing.ts';

/** One run's series of one metric, as columns of equal length; `x` ascends; null is a value that was not finite. */
export interface LineSeries {
  readonly id: string;
  readonly label: string;
  readonly x: readonly number[];
  readonly min: readonly (number | null)[];
  readonly max: readonly (number | null)[];
  readonly last: readonly (number | null)[];
  /** Where each attempt of the run began, as x positions; the first attempt needs no mark. */
  readonly attempts?: readonly { readonly epoch: number; readonly fromStep: number }[];
}

/** What the reader chose: 0 <= smoothing < 1, and whether y is logarithmic. */
export interface LineOptions {
  readonly smoothing: number;
  readonly logScale: boolean;
  readonly scheme: ColorScheme;
  /** A fixed colour for a chart of one run; otherwise each series has its run's colour. */
  readonly color?: string;
}

type Cell = number | null | undefined;

export interface PlottedLine {
  readonly id: string;
  readonly label: string;
  readonly style: RunColor;
  /** Indexes into `data`: the band's edges, the value as reported, and the line that is drawn. */
  readonly columns: {
    readonly min: number;
    readonly max: number;
    readonly raw: number;
    readonly line: number;
  };
}

export interface LinePlot {
  /** Column 0 is x; the rest are as PlottedLine.columns says. All have one length. */
  readonly data: readonly (readonly Cell[])[];
  readonly lines: readonly PlottedLine[];
  /** x positions of values that were not finite. */
  readonly notFinite: readonly number[];
  /** Where a second or later attempt began. */
  readonly attempts: readonly { readonly x: number; readonly label: string }[];
}

/** A logarithm has no place for zero or less: such values become gaps. */
const forScale = (value: number | null, logScale: boolean): number | null =>
  value !== null && logScale && value <= 0 ? null : value;

const mergeX = (series: readonly LineSeries[]): number[] =>
  [...new Set(series.flatMap((one) => [...one.x]))].sort((a, b) => a - b);

const align = (
  row: ReadonlyMap<number, number>,
  length: number,
  one: LineSeries,
  column: readonly (number | null)[],
) => {
  const cells = new Array<Cell>(length).fill(undefined);
  one.x.forEach((x, i) => {
    const at = row.get(x);
    if (at !== undefined) cells[at] = column[i] ?? null;
  });
  return cells;
};

/**
 * The attempts whose values the curve shows, without the run's first. One that began at or after the place where a
 * later one did has left nothing: its mark would stand amid the other's values.
 */
const standingMarks = (marks: NonNullable<LineSeries['attempts']>) =>
  marks.filter(({ fromStep }, i) => i > 0 && marks.slice(i + 1).every((later) => later.fromStep > fromStep));

/** Lays out series for drawing. Series without points are kept, so that a legend or a colour does not jump. */
export const plotLines = (series: readonly LineSeries[], options: LineOptions): LinePlot => {
  const x = mergeX(series);
  const row = new Map(x.map((value, at) => [value, at]));
  const data: (readonly Cell[])[] = [x];
  const notFinite = new Set<number>();
  const lines = series.map((one): PlottedLine => {
    const scaled = (column: readonly (number | null)[]) => column.map((v) => forScale(v, options.logScale));
    const raw = scaled(one.last);
    one.last.forEach((value, i) => {
      const at = one.x[i];
      if (value === null && at !== undefined) notFinite.add(at);
    });
    const first = data.length;
    const line = exponentialMovingAverage(raw, options.smoothing);
    for (const column of [scaled(one.min), scaled(one.max), raw, line])
      data.push(align(row, x.length, one, column));
    const style =
      options.color === undefined ? runColor(one.id, options.scheme) : { color: options.color, dash: [] };
    const columns = { min: first, max: first + 1, raw: first + 2, line: first + 3 };
    return { id: one.id, label: one.label, style, columns };
  });
  const attempts = series.flatMap((one) =>
    standingMarks(one.attempts ?? []).map(({ fromStep, epoch }) => ({
      // The first value comes some steps after the start; a mark before it would stand outside of the chart.
      x: fromStep === 0 ? (one.x[0] ?? 0) : fromStep,
      label: `attempt ${epoch}`,
    })),
  );
  return { data, lines, notFinite: [...notFinite].sort((a, b) => a - b), attempts };
};

/** The smallest and largest finite value in the drawn columns, or null when there is none. */
export const extentOf = (plot: LinePlot): readonly [number, number] | null => {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const column of plot.data.slice(1)) {
    for (const value of column) {
      if (value === null || value === undefined) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low > high ? null : [low, high];
};
