/**
 * Regression trees (Breiman, Friedman, Olshen & Stone 1984) on bootstrap samples, as a random forest has them
 * (Breiman 2001), grown to the end and kept as what functional ANOVA asks of them: the boxes into which their leaves
 * cut the space, with a value each.
 *
 * Where a parameter is inactive the response does not depend on it: a node that holds runs with and without it is
 * never cut by it. When that would be the best cut all the same, the node is cut by what the parameter's condition
 * names, and by the parameter itself further down.
 */
import type { Rng } from '@plumage/contract';
import { type Column, isPresent } from './column.ts';
import { bestCut, type Cut, type Range, type Sample, type Sums } from './cut.ts';

export interface TreeOptions {
  readonly maxDepth: number;
  /** Runs drawn, with repetition, for one tree: as many as there are, or this. */
  readonly maxDraws: number;
}

/** Entry `leaf * columns + column` of lows, highs and sets bounds a leaf along a column. */
export interface Leaves {
  readonly values: number[];
  readonly lows: number[];
  readonly highs: number[];
  /** For categorical columns: 1 for each code inside; null is all of them. */
  readonly sets: (Uint8Array | null)[];
}

interface Node extends Range {
  readonly depth: number;
  readonly lows: readonly number[];
  readonly highs: readonly number[];
  readonly sets: readonly (Uint8Array | null)[];
}

/** Of targets with a variance of 1. */
const NO_VARIANCE = 1e-12;

/** All rows in the order of each column, those without a value last: sorted once for all trees. */
export const ordersOf = (columns: readonly Column[], rows: number): Int32Array[] =>
  columns.map((column) => {
    const keys =
      column.kind === 'numeric'
        ? column.places.map((place) => (Number.isNaN(place) ? 2 : place))
        : Float64Array.from(column.codes, (code) => (code < 0 ? 1 : 0));
    return Int32Array.from({ length: rows }, (_, row) => row).sort(
      (a, b) => (keys[a] as number) - (keys[b] as number),
    );
  });

interface NodeSums extends Sums {
  readonly squares: number;
}

const sumsOf = ({ orders, weights, targets }: Sample, { from, to }: Range): NodeSums => {
  const rows = orders[0] as Int32Array;
  let weight = 0;
  let sum = 0;
  let squares = 0;
  for (let i = from; i < to; i++) {
    const row = rows[i] as number;
    const w = weights[row] as number;
    const y = targets[row] as number;
    weight += w;
    sum += w * y;
    squares += w * y * y;
  }
  return { weight, sum, squares };
};

/** The cut that best tells the runs in which `column` is active from the others, by what its condition names. */
const cutByCondition = (sample: Sample, range: Range, column: number): Cut | null => {
  const child = sample.columns[column] as Column;
  const activity = new Float64Array(sample.targets.length);
  for (const row of (sample.orders[0] as Int32Array).subarray(range.from, range.to)) {
    activity[row] = isPresent(child, row) ? 1 : 0;
  }
  const asked = { ...sample, targets: activity };
  const totals = sumsOf(asked, range);
  let best: Cut | null = null;
  for (const [i, { path }] of sample.columns.entries()) {
    if (!child.when.some(({ parameter }) => parameter === path)) continue;
    const cut = bestCut(asked, range, totals, i);
    if (cut !== null && (best === null || cut.gain > best.gain)) best = cut;
  }
  return best?.isMixed ? cutByCondition(sample, range, best.column) : best;
};

/** Columns in random order, so that of two that say the same neither is preferred. */
const chooseCut = (sample: Sample, range: Range, totals: NodeSums, rng: Rng): Cut | null => {
  // A cut after which nothing is left to explain cannot be beaten: always so with two runs.
  const perfect = (totals.squares - totals.sum ** 2 / totals.weight) * (1 - 1e-9);
  const left = sample.columns.map((_, i) => i);
  let [best, wished]: [Cut | null, Cut | null] = [null, null];
  while (left.length > 0) {
    const [column] = left.splice(rng.int(left.length), 1) as [number];
    const cut = bestCut(sample, range, totals, column);
    if (cut === null) continue;
    if (!cut.isMixed && cut.gain >= perfect) return cut;
    if (!cut.isMixed && (best === null || cut.gain > best.gain)) best = cut;
    if (cut.isMixed && (wished === null || cut.gain > wished.gain)) wished = cut;
  }
  if (wished === null || (best !== null && best.gain >= wished.gain)) return best;
  return cutByCondition(sample, range, wished.column) ?? best;
};

/** Room for `divide`, made once a tree. */
interface Scratch {
  readonly goesLeft: Uint8Array;
  readonly rights: Int32Array;
}

/** Divides the node's rows in every column's order, which stays as it is on both sides. Where the right one begins. */
const divide = ({ columns, orders }: Sample, { from, to }: Range, cut: Cut, scratch: Scratch): number => {
  const { goesLeft, rights } = scratch;
  const by = columns[cut.column] as Column;
  const rows = orders[cut.column] as Int32Array;
  for (let i = from; i < to; i++) {
    const row = rows[i] as number;
    const isLeft =
      by.kind === 'numeric'
        ? (by.places[row] as number) <= cut.threshold
        : cut.left?.[by.codes[row] as number] === 1;
    goesLeft[row] = isLeft ? 1 : 0;
  }
  let middle = from;
  for (const order of orders) {
    middle = from;
    let count = 0;
    for (let i = from; i < to; i++) {
      const row = order[i] as number;
      if (goesLeft[row] === 1) order[middle++] = row;
      else rights[count++] = row;
    }
    for (let i = 0; i < count; i++) order[middle + i] = rights[i] as number;
  }
  return middle;
};

/** The boxes on both sides of a cut. */
const sidesOf = (node: Node, { column, threshold, left }: Cut): [left: Node, right: Node] => {
  if (left === null) {
    return [
      { ...node, highs: node.highs.with(column, threshold) },
      { ...node, lows: node.lows.with(column, threshold) },
    ];
  }
  const before = node.sets[column];
  const inside = (side: number): Node => ({
    ...node,
    sets: node.sets.with(
      column,
      left.map((is, code) => (is === side && (before?.[code] ?? 1) === 1 ? 1 : 0)),
    ),
  });
  return [inside(1), inside(0)];
};

const growFrom = (sample: Sample, rng: Rng, maxDepth: number): Leaves => {
  const leaves: Leaves = { values: [], lows: [], highs: [], sets: [] };
  const rows = sample.targets.length;
  const scratch = { goesLeft: new Uint8Array(rows), rights: new Int32Array(rows) };
  const visit = (node: Node): void => {
    const totals = sumsOf(sample, node);
    const mean = totals.sum / totals.weight;
    const isEnd = node.depth >= maxDepth || totals.squares / totals.weight - mean ** 2 <= NO_VARIANCE;
    const cut = isEnd ? null : chooseCut(sample, node, totals, rng);
    if (cut === null) {
      leaves.values.push(mean);
      leaves.lows.push(...node.lows);
      leaves.highs.push(...node.highs);
      leaves.sets.push(...node.sets);
      return;
    }
    const middle = divide(sample, node, cut, scratch);
    const [left, right] = sidesOf({ ...node, depth: node.depth + 1 }, cut);
    visit({ ...left, to: middle });
    visit({ ...right, from: middle });
  };
  const box = { lows: sample.columns.map(() => 0), highs: sample.columns.map(() => 1) };
  const to = sample.orders[0]?.length ?? 0;
  visit({ ...box, sets: sample.columns.map(() => null), from: 0, to, depth: 0 });
  return leaves;
};

/** @param targets finite, with a variance of 1. @param orders those of `ordersOf`; they are not changed. */
export const growTree = (
  all: Omit<Sample, 'weights'>,
  rng: Rng,
  { maxDepth, maxDraws }: TreeOptions,
): Leaves => {
  const rows = all.targets.length;
  const weights = new Uint16Array(rows);
  for (let draw = Math.min(rows, maxDraws); draw > 0; draw--) {
    const row = rng.int(rows);
    weights[row] = (weights[row] as number) + 1;
  }
  const orders = all.orders.map((order) => order.filter((row) => weights[row] !== 0));
  return growFrom({ ...all, orders, weights }, rng, maxDepth);
};
