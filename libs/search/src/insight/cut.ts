/**
 * The best cut of a tree's node along one column, by least squares. A number is cut halfway between two neighbours.
 * Categories are ordered by their mean in the node and cut as numbers are, which finds the best of all subsets
 * (Breiman, Friedman, Olshen & Stone, "Classification and Regression Trees", 1984, theorem 4.5).
 */
import { type CategoricalColumn, type Column, isPresent } from './column.ts';

/** What a tree is grown on: in-bag rows, how often each was drawn, and what is to be explained. */
export interface Sample {
  readonly columns: readonly Column[];
  /** For each column all in-bag rows in its order, those without a value last; a node is a range of each. */
  readonly orders: readonly Int32Array[];
  readonly weights: Uint16Array;
  readonly targets: Float64Array;
}

/** The node's rows stand from `from` to below `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Sums {
  readonly weight: number;
  readonly sum: number;
}

/** Rows that lie at or below the threshold, or whose code is in the set, go left. */
export interface Cut {
  readonly column: number;
  /** By how much the sum of squared errors falls. */
  readonly gain: number;
  readonly threshold: number;
  readonly left: Uint8Array | null;
  /** Some of the node's runs have no value there: the cut can be wished for, and not be made. */
  readonly isMixed: boolean;
}

const share = (sum: number, weight: number): number => (weight > 0 ? (sum * sum) / weight : 0);

/** Null when the node's runs do not differ in the column. With several equal cuts, the first. */
export const bestCut = (sample: Sample, { from, to }: Range, totals: Sums, index: number): Cut | null => {
  const column = sample.columns[index] as Column;
  const order = sample.orders[index] as Int32Array;
  let present = to;
  let { weight, sum } = totals;
  while (present > from && !isPresent(column, order[present - 1] as number)) {
    const row = order[--present] as number;
    weight -= sample.weights[row] as number;
    sum -= (sample.weights[row] as number) * (sample.targets[row] as number);
  }
  if (present - from < 2) return null;
  const isMixed = present < to;
  // The rows without a value are a part of their own, wherever the others are cut.
  const rest = isMixed ? share(totals.sum - sum, totals.weight - weight) : 0;
  const base = rest - share(totals.sum, totals.weight);
  const part: Part = { order, from, to: present, weight, sum };
  return column.kind === 'numeric'
    ? bestThreshold(sample, part, column.places, { index, base, isMixed })
    : bestSubset(sample, part, column, { index, base, isMixed });
};

/** The rows of a node that have a value in the column. */
interface Part extends Range, Sums {
  readonly order: Int32Array;
}

interface About {
  readonly index: number;
  /** What the gain has beside the score of the two sides. */
  readonly base: number;
  readonly isMixed: boolean;
}

const bestThreshold = (
  { weights, targets }: Sample,
  { order, from, to, weight: whole, sum: all }: Part,
  places: Float64Array,
  { index, base, isMixed }: About,
): Cut | null => {
  let weight = 0;
  let sum = 0;
  let score = -1;
  let threshold = -1;
  let place = places[order[from] as number] as number;
  for (let i = from; i < to - 1; i++) {
    const row = order[i] as number;
    const w = weights[row] as number;
    weight += w;
    sum += w * (targets[row] as number);
    const next = places[order[i + 1] as number] as number;
    if (next === place) continue;
    const here = (sum * sum) / weight + ((all - sum) * (all - sum)) / (whole - weight);
    const middle = (place + next) / 2;
    if (here > score && middle > place && middle < next) {
      score = here;
      threshold = middle;
    }
    place = next;
  }
  return score < 0 ? null : { column: index, gain: score + base, threshold, left: null, isMixed };
};

const bestSubset = (
  sample: Sample,
  { order, from, to, weight: whole, sum: all }: Part,
  { codes, values }: CategoricalColumn,
  { index, base, isMixed }: About,
): Cut | null => {
  const weights = new Float64Array(values.length);
  const sums = new Float64Array(values.length);
  const seen: number[] = [];
  for (let i = from; i < to; i++) {
    const row = order[i] as number;
    const code = codes[row] as number;
    const w = sample.weights[row] as number;
    if (weights[code] === 0) seen.push(code);
    weights[code] = (weights[code] as number) + w;
    sums[code] = (sums[code] as number) + w * (sample.targets[row] as number);
  }
  if (seen.length < 2) return null;
  const mean = (code: number): number => (sums[code] as number) / (weights[code] as number);
  seen.sort((a, b) => mean(a) - mean(b) || a - b);
  let [weight, sum, score, length, lefts] = [0, 0, -1, 0, 0];
  for (let i = 0; i < seen.length - 1; i++) {
    weight += weights[seen[i] as number] as number;
    sum += sums[seen[i] as number] as number;
    const here = share(sum, weight) + share(all - sum, whole - weight);
    if (here > score) [score, length, lefts] = [here, i + 1, weight];
  }
  // A category that no run of the node has goes with the heavier side.
  const left = new Uint8Array(values.length).fill(lefts * 2 > whole ? 1 : 0);
  for (let i = 0; i < seen.length; i++) left[seen[i] as number] = i < length ? 1 : 0;
  return { column: index, gain: score + base, threshold: Number.NaN, left, isMixed };
};
