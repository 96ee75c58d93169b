/**
 * Exact marginals of a regression tree (Hutter, Hoos & Leyton-Brown 2014, section 3.1). Along a column the tree's
 * cuts leave cells; a leaf covers a run of them (several, for a subset of categories) and adds its value there,
 * weighed by how much of the other columns it covers. Adding at a run's first cell and taking away after its last,
 * then summing up, costs a constant for each leaf, and not one for each cell that it covers.
 */
import type { Column } from './column.ts';
import type { Leaves } from './regression-tree.ts';

export interface Marginals {
  /** Of the whole tree. */
  readonly variance: number;
  /** Variance of the mean prediction along one column. */
  main(column: number): number;
  /** Variance of the mean prediction over two columns beyond the sum of theirs; at least 0. */
  interaction(a: number, b: number): number;
}

/** The cells along one column, and what each leaf covers of them. */
interface Grid {
  readonly sizes: ArrayLike<number>;
  /** For each leaf, runs of cells: from, to (exclusive), from, to. */
  readonly spans: readonly (readonly number[])[];
  /** How much of the column each leaf covers. */
  readonly covered: readonly number[];
}

const numericGrid = (lows: readonly number[], highs: readonly number[]): Grid => {
  const ends = Float64Array.from([0, 1, ...lows, ...highs]).sort();
  const edges = ends.filter((edge, i) => edge !== ends[i - 1]);
  const cellAt = new Map<number, number>();
  for (let i = 0; i < edges.length; i++) cellAt.set(edges[i] as number, i);
  return {
    sizes: edges.subarray(1).map((edge, i) => edge - (edges[i] as number)),
    spans: lows.map((low, leaf) => [cellAt.get(low) as number, cellAt.get(highs[leaf] as number) as number]),
    covered: lows.map((low, leaf) => (highs[leaf] as number) - low),
  };
};

const spansOf = (set: Uint8Array): number[] => {
  const spans: number[] = [];
  for (const [code, is] of set.entries()) {
    if (is !== (code === 0 ? 0 : (set[code - 1] as number))) spans.push(code);
  }
  if (set.at(-1) === 1) spans.push(set.length);
  return spans;
};

const categoricalGrid = (shares: readonly number[], sets: readonly (Uint8Array | null)[]): Grid => {
  const known = new Map<Uint8Array | null, { spans: number[]; covered: number }>();
  const measure = (set: Uint8Array | null) => {
    const codes = set ?? new Uint8Array(shares.length).fill(1);
    const covered = shares.reduce((sum, share, code) => sum + (codes[code] === 1 ? share : 0), 0);
    return { spans: spansOf(codes), covered };
  };
  for (const set of sets) if (!known.has(set)) known.set(set, measure(set));
  return {
    sizes: shares,
    spans: sets.map((set) => known.get(set)?.spans ?? []),
    covered: sets.map((set) => known.get(set)?.covered ?? 0),
  };
};

const gridOf = (column: Column, index: number, width: number, leaves: Leaves): Grid => {
  const along = <T>(entries: readonly T[]): T[] =>
    leaves.values.map((_, leaf) => entries[leaf * width + index] as T);
  return column.kind === 'numeric'
    ? numericGrid(along(leaves.lows), along(leaves.highs))
    : categoricalGrid(column.shares, along(leaves.sets));
};

/** Adds `part` at each run's first cell and takes it away after its last. */
const addRun = (means: Float64Array, span: readonly number[], offset: number, part: number): void => {
  for (let i = 0; i < span.length; i++) {
    const at = offset + (span[i] as number);
    means[at] = (means[at] as number) + (i % 2 === 0 ? part : -part);
  }
};

/** Of the first values, as many as there are weights. */
const varianceOf = (values: ArrayLike<number>, weights: ArrayLike<number>): number => {
  let weight = 0;
  let mean = 0;
  for (let i = 0; i < weights.length; i++) {
    weight += weights[i] as number;
    mean += (weights[i] as number) * (values[i] as number);
  }
  if (!(weight > 0)) return 0;
  mean /= weight;
  let variance = 0;
  for (let i = 0; i < weights.length; i++) {
    variance += (weights[i] as number) * ((values[i] as number) - mean) ** 2;
  }
  return variance / weight;
};

export const marginalsOf = (columns: readonly Column[], leaves: Leaves): Marginals => {
  const grids = columns.map((column, i) => gridOf(column, i, columns.length, leaves));
  const weights = leaves.values.map((_, leaf) =>
    grids.reduce((product, { covered }) => product * (covered[leaf] as number), 1),
  );

  const main = (index: number): number => {
    const { sizes, spans, covered } = grids[index] as Grid;
    const means = new Float64Array(sizes.length + 1);
    for (let leaf = 0; leaf < weights.length; leaf++) {
      const part = (leaves.values[leaf] as number) * ((weights[leaf] as number) / (covered[leaf] as number));
      addRun(means, spans[leaf] as number[], 0, part);
    }
    for (let cell = 1; cell < means.length; cell++) {
      means[cell] = (means[cell] as number) + (means[cell - 1] as number);
    }
    return varianceOf(means, sizes);
  };

  const joint = (a: number, b: number): number => {
    const [one, other] = [grids[a] as Grid, grids[b] as Grid];
    const width = other.sizes.length + 1;
    const means = new Float64Array((one.sizes.length + 1) * width);
    for (let leaf = 0; leaf < weights.length; leaf++) {
      const share = (one.covered[leaf] as number) * (other.covered[leaf] as number);
      const part = (leaves.values[leaf] as number) * ((weights[leaf] as number) / share);
      const rows = one.spans[leaf] as number[];
      for (let i = 0; i < rows.length; i++) {
        const sign = i % 2 === 0 ? part : -part;
        addRun(means, other.spans[leaf] as number[], (rows[i] as number) * width, sign);
      }
    }
    const sizes = new Float64Array(means.length);
    for (let row = 0, at = 0; row < one.sizes.length; row++) {
      let across = 0;
      for (let cell = 0; cell < width; cell++, at++) {
        across += means[at] as number;
        means[at] = across + (row === 0 ? 0 : (means[at - width] as number));
        sizes[at] = cell === width - 1 ? 0 : (one.sizes[row] as number) * (other.sizes[cell] as number);
      }
    }
    return varianceOf(means, sizes);
  };

  return {
    variance: varianceOf(leaves.values, weights),
    main,
    interaction: (a, b) => Math.max(0, joint(a, b) - main(a) - main(b)),
  };
};
