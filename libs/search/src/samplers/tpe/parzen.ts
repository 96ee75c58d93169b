/**
 * The densities of TPE (Bergstra et al. 2011, in the form that Watanabe 2023, arXiv 2304.11127, sections 3.3 and 4,
 * describes): a mixture of one kernel for each run and a prior. A kernel is a product over the parameters of normal
 * distributions within [0, 1], in the mass of a cell where values are discrete, and of category weights.
 *
 * Where a run has no value, as its condition does not hold, its kernel knows nothing: it is even there.
 */
import type { Rng } from '@plumage/contract';
import type { SearchedAxis } from './places.ts';
import { shareBelow } from './normal-table.ts';

/** What a kernel holds of one parameter. NaN in `centers`: nothing. */
interface Column {
  readonly axis: SearchedAxis;
  readonly centers: Float64Array;
  /** Of numbers; else empty. */
  readonly widths: Float64Array;
  /** log(width * share within [0, 1]). */
  readonly logScales: Float64Array;
}

export interface Parzen {
  /** Of the kernels, the prior last; they sum to 1. */
  readonly weights: Float64Array;
  readonly logWeights: Float64Array;
  readonly columns: readonly Column[];
}

const LOG_ROOT_2PI = Math.log(2 * Math.PI) / 2;
const LEAST_MASS = 1e-300;

/** How many values of `sorted` are below x. */
const rankOf = (sorted: Float64Array, x: number): number => {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < x) low = middle + 1;
    else high = middle;
  }
  return low;
};

/**
 * The least width of n kernels. Optuna's is 1 / min(100, n + 2); this one lets many runs come nearer to an optimum.
 */
const leastWidth = (n: number): number => 1 / Math.min(200, (n + 2) ** 1.1);

/**
 * The width of each kernel: the distance to the farther of its neighbours, at the ends to the only one; not less than
 * `leastWidth`. NaN where there is no center.
 */
export const widthsOf = (centers: Float64Array): Float64Array => {
  const sorted = centers.filter((x) => !Number.isNaN(x)).sort();
  const n = sorted.length;
  const least = leastWidth(n);
  const equals = new Uint32Array(n);
  return centers.map((x) => {
    if (Number.isNaN(x)) return Number.NaN;
    if (n === 1) return Math.max(x, 1 - x, least);
    const first = rankOf(sorted, x);
    // Of equal ones each has a rank of its own.
    const rank = first + (equals[first] as number);
    equals[first] = (equals[first] as number) + 1;
    const below = rank === 0 ? 0 : x - (sorted[rank - 1] as number);
    const above = rank === n - 1 ? 0 : (sorted[rank + 1] as number) - x;
    return Math.min(Math.max(below, above, least), 1);
  });
};

const columnOf = (axis: SearchedAxis, i: number, rows: readonly Float64Array[]): Column => {
  const centers = Float64Array.from(rows, (row) => row[i] as number);
  if (axis.kind === 'categorical') {
    const none = new Float64Array(0);
    return { axis, centers: Float64Array.of(...centers, Number.NaN), widths: none, logScales: none };
  }
  const withPrior = new Float64Array(rows.length + 1);
  withPrior.set(centers);
  withPrior[rows.length] = 0.5;
  const widths = new Float64Array(rows.length + 1);
  widths.set(widthsOf(centers));
  widths[rows.length] = 1;
  const logScales = withPrior.map((x, k) => {
    const width = widths[k] as number;
    return Math.log(width * (shareBelow((1 - x) / width) - shareBelow(-x / width)));
  });
  return { axis, centers: withPrior, widths, logScales };
};

/** @param weights one for each of rows; the prior counts as a run of weight 1 */
export const parzenOf = (
  axes: readonly SearchedAxis[],
  rows: readonly Float64Array[],
  weights: Float64Array,
): Parzen => {
  const all = new Float64Array(rows.length + 1);
  all.set(weights);
  all[rows.length] = 1;
  const total = all.reduce((a, b) => a + b, 0);
  const shares = all.map((weight) => weight / total);
  return {
    weights: shares,
    logWeights: shares.map(Math.log),
    columns: axes.map((axis, i) => columnOf(axis, i, rows)),
  };
};

/**
 * Weight of all categories by their probabilities, beside a run's own of 1. Optuna's is a third of it, with which a
 * search settles on a category too early.
 */
const spreadOf = (categories: number, kernels: number): number => (3 * categories) / kernels;

/** One draw of each parameter from kernel `k`: a place, or the index of a category. */
export const drawFrom = ({ columns, weights }: Parzen, k: number, i: number, rng: Rng): number => {
  const { axis, centers, widths } = columns[i] as Column;
  const center = centers[k] as number;
  if (axis.kind === 'categorical') {
    const isKnown = !Number.isNaN(center);
    const stays = isKnown && rng.next() * (1 + spreadOf(axis.values.length, weights.length)) < 1;
    if (stays) return center;
    let left = rng.next();
    const found = axis.probabilities.findIndex((probability) => (left -= probability) < 0);
    return found < 0 ? axis.values.length - 1 : found;
  }
  if (Number.isNaN(center)) return rng.next();
  // A center within [0, 1] and a width of at most 1: no less than a third of the draws are inside.
  for (;;) {
    const place = center + (widths[k] as number) * rng.normal();
    if (place >= 0 && place <= 1) return place;
  }
};

export const drawKernel = ({ weights }: Parzen, rng: Rng): number => {
  let left = rng.next();
  const found = weights.findIndex((weight) => (left -= weight) < 0);
  return found < 0 ? weights.length - 1 : found;
};

const addCategory = ({ axis, centers }: Column, at: number, sums: Float64Array): void => {
  if (axis.kind !== 'categorical') return;
  const spread = spreadOf(axis.values.length, centers.length);
  const probability = axis.probabilities[at] as number;
  const other = Math.log((spread * probability) / (1 + spread));
  const own = Math.log((1 + spread * probability) / (1 + spread));
  const unknown = Math.log(probability);
  for (let k = 0; k < sums.length; k++) {
    const center = centers[k] as number;
    sums[k] = (sums[k] as number) + (center === at ? own : Number.isNaN(center) ? unknown : other);
  }
};

const addNumber = (column: Column, low: number, high: number, sums: Float64Array): void => {
  const { centers, widths, logScales } = column;
  for (let k = 0; k < sums.length; k++) {
    const center = centers[k] as number;
    if (Number.isNaN(center)) {
      if (high > low) sums[k] = (sums[k] as number) + Math.log(high - low);
      continue;
    }
    const width = widths[k] as number;
    if (high > low) {
      const mass = shareBelow((high - center) / width) - shareBelow((low - center) / width);
      sums[k] = (sums[k] as number) + Math.log(Math.max(mass, LEAST_MASS) * width) - (logScales[k] as number);
    } else {
      const off = (low - center) / width;
      sums[k] = (sums[k] as number) - (off * off) / 2 - LOG_ROOT_2PI - (logScales[k] as number);
    }
  }
};

/** The logarithm of the density at a point, given by its cells; parameters that are NaN there do not count. */
export const logDensity = (
  { logWeights, columns }: Parzen,
  { low, high }: { readonly low: Float64Array; readonly high: Float64Array },
): number => {
  const sums = logWeights.slice();
  for (const [i, column] of columns.entries()) {
    const at = low[i] as number;
    if (Number.isNaN(at)) continue;
    if (column.axis.kind === 'categorical') addCategory(column, at, sums);
    else addNumber(column, at, high[i] as number, sums);
  }
  let most = Number.NEGATIVE_INFINITY;
  for (const sum of sums) if (sum > most) most = sum;
  let total = 0;
  for (const sum of sums) total += Math.exp(sum - most);
  return most + Math.log(total);
};
