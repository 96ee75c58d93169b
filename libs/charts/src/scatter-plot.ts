/** Runs as points between two axes, with an optional staircase through the best and a grid of cells below. Pure. */
import { type AxisScale, axisScale, type ChartAxis } from './axis-scale.ts';

export interface ScatterPoint {
  readonly runId: string;
  readonly label: string;
  readonly x: number;
  readonly y: number;
  /** 0 worst to 1 best: how strongly it is drawn. */
  readonly weight: number;
  readonly isMarked: boolean;
}

/** Values of a third quantity at the crossings of `x` and `y`, row after row; null where nothing is known. */
export interface ScatterGrid {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly values: readonly (number | null)[];
  /** Whether small values are the good ones. */
  readonly isLowGood: boolean;
}

export interface PlacedPoint extends ScatterPoint {
  /** From 0 to 1, left to right and bottom to top. */
  readonly left: number;
  readonly up: number;
}

export interface PlacedCell {
  readonly left: number;
  readonly up: number;
  readonly width: number;
  readonly height: number;
  /** 0 worst to 1 best. */
  readonly goodness: number;
}

export interface ScatterPlot {
  readonly xScale: AxisScale;
  readonly yScale: AxisScale;
  readonly points: readonly PlacedPoint[];
  readonly cells: readonly PlacedCell[];
}

/** Where the cell around each of `places` begins and ends: half-way to its neighbours. */
const bounds = (places: readonly number[]): [number, number][] =>
  places.map((place, i) => {
    const before = places[i - 1];
    const after = places[i + 1];
    return [before === undefined ? 0 : (before + place) / 2, after === undefined ? 1 : (place + after) / 2];
  });

const placeCells = (grid: ScatterGrid, xScale: AxisScale, yScale: AxisScale): PlacedCell[] => {
  const known = grid.values.filter((value): value is number => value !== null);
  if (known.length === 0) return [];
  const low = known.reduce((a, b) => Math.min(a, b));
  const high = known.reduce((a, b) => Math.max(a, b));
  const columns = bounds(grid.x.map((x) => xScale.place(x) ?? 0));
  const rows = bounds(grid.y.map((y) => yScale.place(y) ?? 0));
  return grid.values.flatMap((value, n) => {
    const [left, right] = columns[n % grid.x.length] ?? [0, 0];
    const [down, up] = rows[Math.floor(n / grid.x.length)] ?? [0, 0];
    if (value === null || right <= left || up <= down) return [];
    const share = high > low ? (value - low) / (high - low) : 0.5;
    const goodness = grid.isLowGood ? 1 - share : share;
    return [{ left, up: down, width: right - left, height: up - down, goodness }];
  });
};

export const plotScatter = (
  points: readonly ScatterPoint[],
  axes: { readonly x: ChartAxis; readonly y: ChartAxis },
  grid: ScatterGrid | null,
): ScatterPlot => {
  const xScale = axisScale(axes.x, [...points.map(({ x }) => x), ...(grid?.x ?? [])]);
  const yScale = axisScale(axes.y, [...points.map(({ y }) => y), ...(grid?.y ?? [])]);
  const placed = points.flatMap((point) => {
    const left = xScale.place(point.x);
    const up = yScale.place(point.y);
    return left === null || up === null ? [] : [{ ...point, left, up }];
  });
  return { xScale, yScale, points: placed, cells: grid === null ? [] : placeCells(grid, xScale, yScale) };
};
