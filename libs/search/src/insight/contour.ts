/**
 * A metric over two parameters: the runs as they lie, and a grid between them by inverse distance weighting (Shepard,
 * "A two-dimensional interpolation function for irregularly-spaced data", 1968): each cell is the mean of its 8
 * nearest runs, weighed by the inverse square of their distance. Distances are measured with each range of numbers
 * brought to 0..1, on a logarithmic scale where the axis has one; runs of another category are no neighbours. Where
 * the nearest run is farther away than a quarter of the range nothing is known, and the cell is empty.
 */
import type { ParameterDefinition } from '@plumage/contract';
import { plotAxis, type PlotAxis } from './plot-axis.ts';
import { type PlottedRun, qualityRanks, usableRuns } from './slice.ts';

const NEIGHBOURS = 8;
const REACH = 0.25;
/** Cells along an axis of numbers. */
const CELLS = 40;

export interface Contour<Run extends PlottedRun> {
  /** Those with a finite value in which both parameters are active, in the order given. */
  readonly runs: readonly Run[];
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly values: readonly number[];
  /** 1 is the best. */
  readonly ranks: readonly number[];
  /** Where the grid's columns and rows stand: numbers, or positions of categories. */
  readonly gridX: readonly number[];
  readonly gridY: readonly number[];
  /** Row by row: cell (i, j) at j * gridX.length + i. Null where nothing is known. */
  readonly grid: readonly (number | null)[];
}

/** A plotted axis brought to the unit interval. */
interface Ruler {
  readonly isCategorical: boolean;
  readonly stops: readonly number[];
  toUnit(place: number): number;
}

const rulerOf = (axis: PlotAxis, places: readonly number[]): Ruler => {
  if (axis.categories !== null) {
    return { isCategorical: true, stops: [...axis.categories.keys()], toUnit: (place) => place };
  }
  const isLog = axis.scale === 'log';
  const scaled = places.map((place) => (isLog ? Math.log(place) : place));
  const low = scaled.reduce((least, place) => Math.min(least, place), Number.POSITIVE_INFINITY);
  const high = scaled.reduce((most, place) => Math.max(most, place), Number.NEGATIVE_INFINITY);
  // Halves first: the distance of two huge numbers of opposite sign would be infinite.
  const width = high / 2 - low / 2;
  const toUnit = (place: number): number =>
    width > 0 ? ((isLog ? Math.log(place) : place) / 2 - low / 2) / width : 0.5;
  if (!(width > 0)) return { isCategorical: false, stops: places.slice(0, 1), toUnit };
  const stops = Array.from({ length: CELLS }, (_, i) => {
    const u = i / (CELLS - 1);
    const place = low * (1 - u) + high * u;
    return isLog ? Math.exp(place) : place;
  });
  return { isCategorical: false, stops, toUnit };
};

/** Squared distance; infinite between categories. */
const gap = (ruler: Ruler, a: number, b: number): number => {
  if (ruler.isCategorical) return a === b ? 0 : Number.POSITIVE_INFINITY;
  return (a - b) ** 2;
};

interface Site {
  readonly u: number;
  readonly v: number;
  readonly value: number;
}

const interpolate = (sites: readonly Site[], x: Ruler, y: Ruler, u: number, v: number): number | null => {
  const nearest: { distance: number; value: number }[] = [];
  let farthest = REACH ** 2;
  for (const site of sites) {
    const distance = gap(x, site.u, u) + gap(y, site.v, v);
    if (distance > farthest) continue;
    let at = nearest.length;
    while (at > 0 && (nearest[at - 1]?.distance ?? 0) > distance) at--;
    nearest.splice(at, 0, { distance, value: site.value });
    if (nearest.length > NEIGHBOURS) nearest.pop();
    if (nearest.length === NEIGHBOURS) farthest = nearest.at(-1)?.distance ?? farthest;
  }
  const [first] = nearest;
  if (first === undefined) return null;
  const isHit = first.distance === 0;
  const near = isHit ? nearest.filter(({ distance }) => distance === 0) : nearest;
  // Weighed against the nearest, so that the inverse of a tiny distance stays finite.
  const weights = near.map(({ distance }) => (isHit ? 1 : first.distance / distance));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  return near.reduce((sum, { value }, i) => sum + value * ((weights[i] ?? 0) / whole), 0);
};

export const contour = <Run extends PlottedRun>(
  all: readonly Run[],
  [pathX, pathY]: readonly [string, string],
  definitionOf: (path: string) => ParameterDefinition | null,
  goal: 'minimize' | 'maximize',
): Contour<Run> => {
  const runs = usableRuns(all).filter(
    ({ assignment }) => assignment[pathX] !== undefined && assignment[pathY] !== undefined,
  );
  const assignments = runs.map(({ assignment }) => assignment);
  const [x, y] = [pathX, pathY].map((path) => plotAxis(path, definitionOf(path), assignments)) as [
    PlotAxis,
    PlotAxis,
  ];
  const [xs, ys] = [x, y].map(({ places }) => places.map((place) => place ?? Number.NaN)) as [
    number[],
    number[],
  ];
  const values = runs.map(({ value }) => value ?? Number.NaN);
  const [across, down] = [rulerOf(x, xs), rulerOf(y, ys)];
  const sites = values.map((value, i) => ({
    u: across.toUnit(xs[i] ?? 0),
    v: down.toUnit(ys[i] ?? 0),
    value,
  }));
  const [gridX, gridY] = runs.length === 0 ? [[], []] : [across.stops, down.stops];
  const grid = gridY.flatMap((v) =>
    gridX.map((u) => interpolate(sites, across, down, across.toUnit(u), down.toUnit(v))),
  );
  return { runs, x, y, xs, ys, values, ranks: qualityRanks(values, goal), gridX, gridY, grid };
};
