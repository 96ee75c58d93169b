/**
 * Parameter importance by PED-ANOVA (Watanabe, Bansal & Hutter, "PED-ANOVA: Efficiently Quantifying Hyperparameter
 * Importance in Arbitrary Subspaces", IJCAI 2023): how far the best tenth of the runs lies from all of them along
 * each parameter, as the Pearson divergence of two kernel density estimates. A parameter that is inactive in some
 * runs counts by the runs that have it, weighed by the squared share of the best over the share of all that do
 * ("Conditional PED-ANOVA", arXiv:2601.20800, theorem 4.2). Cheap, and what Optuna 5 shows by default; its
 * settings are Optuna's: top 10 %, a grid of 50 places, kernels by Scott's rule, and one run's worth of prior.
 */
import type { ParameterDefinition } from '@plumage/contract';
import { normalCdf } from '../space/normal-distribution.ts';
import { type Column, isPresent, varies } from './column.ts';
import { hopeless, type Importance, type InsightRun, nothing, ranked, sheetOf } from './importance.ts';

const TOP = 0.1;
const STEPS = 50;
const PRIOR_WEIGHT = 1;
/** Fewer runs than this with a parameter say nothing of it. */
const LEAST_RUNS = 2;
/** 90 % of the narrowest kernel lie within its own cell. */
const LEAST_SIGMA = 0.5 / 1.64;
const TINY = 1e-12;

export interface PedAnovaInput {
  readonly parameters: readonly ParameterDefinition[];
  readonly runs: readonly InsightRun[];
  readonly goal: 'minimize' | 'maximize';
}

/** How many runs of `rows` fall into each cell: a category's own, or the nearest of evenly spaced places. */
const countsOf = (column: Column, rows: readonly number[]): number[] => {
  if (column.kind === 'categorical') {
    const counts = column.values.map(() => 0);
    for (const row of rows) counts[column.codes[row] ?? 0] = (counts[column.codes[row] ?? 0] ?? 0) + 1;
    return counts;
  }
  const steps = Math.max(1, Math.min(column.levels, STEPS));
  const counts = Array.from({ length: steps }, () => 0);
  for (const row of rows) {
    const place = column.places[row] ?? 0;
    // Of a discrete parameter a place is the middle of its level's cell.
    const share = Number.isFinite(column.levels)
      ? (place * column.levels - 0.5) / Math.max(1, column.levels - 1)
      : place;
    const cell = Math.min(Math.max(Math.ceil(share * (steps - 1) - 0.5), 0), steps - 1);
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  return counts;
};

/** Each observation votes for its own category, and a little for all. */
const categoricalDensity = (counts: readonly number[]): number[] => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const found = counts.filter((count) => count > 0).length;
  const kernels = found + 1;
  const base = PRIOR_WEIGHT / kernels;
  const whole = 1 + base * counts.length;
  return counts.map(
    (count) =>
      (count / whole + (total * base) / whole + PRIOR_WEIGHT / counts.length) / (total + PRIOR_WEIGHT),
  );
};

/** Scott's rule on cell numbers, by the smaller of the standard deviation and the interquartile range. */
const bandwidth = (counts: readonly number[]): number => {
  const cells = counts.flatMap((count, cell) => (count > 0 ? [{ cell, count }] : []));
  const total = cells.reduce((sum, { count }) => sum + count, 0);
  const mean = cells.reduce((sum, { cell, count }) => sum + cell * count, 0) / total;
  const squares = cells.reduce((sum, { cell, count }) => sum + count * (cell - mean) ** 2, 0);
  const sigma = Math.sqrt(squares / Math.max(1, total - 1));
  /** The first cell at which the running count reaches (or, for the upper quartile, passes) `wanted`. */
  const quartile = (wanted: number, strictly: boolean): number => {
    let running = 0;
    for (const { cell, count } of cells) {
      running += count;
      if (strictly ? running > wanted : running >= wanted) return cell;
    }
    return cells.at(-1)?.cell ?? 0;
  };
  const range = quartile(Math.floor((total * 3) / 4), true) - quartile(Math.floor(total / 4), false);
  return Math.max(1.059 * Math.min(range / 1.34, sigma) * total ** -0.2, LEAST_SIGMA);
};

/** Normal kernels, cut off at the ends and gathered into the cells. */
const numericDensity = (counts: readonly number[]): number[] => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const size = counts.length;
  const density = counts.map(() => 0);
  const add = (mean: number, sigma: number, weight: number): void => {
    const below = (cell: number): number => normalCdf((cell - 0.5 - mean) / sigma);
    const whole = below(size) - below(0);
    for (let cell = 0; cell < size; cell++) {
      density[cell] = (density[cell] ?? 0) + (weight * (below(cell + 1) - below(cell))) / whole;
    }
  };
  const sigma = bandwidth(counts);
  for (const [cell, count] of counts.entries())
    if (count > 0) add(cell, sigma, count / (total + PRIOR_WEIGHT));
  add((size - 1) / 2, size, PRIOR_WEIGHT / (total + PRIOR_WEIGHT));
  return density;
};

const divergence = (column: Column, top: readonly number[], all: readonly number[]): number => {
  const densityOf = column.kind === 'numeric' ? numericDensity : categoricalDensity;
  const here = densityOf(countsOf(column, all)).map((share) => share + TINY);
  return densityOf(countsOf(column, top))
    .map((share) => share + TINY)
    .reduce((sum, share, cell) => sum + (here[cell] ?? 0) * (share / (here[cell] ?? 1) - 1) ** 2, 0);
};

/** The best tenth, rounded up, and whoever is as good as the last of them. */
const bestRows = (values: Float64Array, goal: PedAnovaInput['goal']): Set<number> => {
  const losses = goal === 'minimize' ? values : values.map((value) => -value);
  const cutoff = losses.toSorted()[Math.ceil(TOP * losses.length) - 1] ?? 0;
  return new Set([...losses.keys()].filter((row) => (losses[row] ?? 0) <= cutoff));
};

export const pedAnova = ({ parameters, runs, goal }: PedAnovaInput): Importance => {
  const sheet = sheetOf(parameters, runs);
  const reason = hopeless(sheet);
  if (reason !== null) return nothing(sheet.values.length, reason);
  const best = bestRows(sheet.values, goal);
  const rows = [...sheet.values.keys()];
  const measured = sheet.columns.map((column) => {
    const having = rows.filter((row) => isPresent(column, row));
    const top = having.filter((row) => best.has(row));
    if (having.length < LEAST_RUNS || top.length === 0 || !varies(column)) return { column, measure: 0 };
    const weight = (top.length / best.size) ** 2 / (having.length / rows.length);
    return { column, measure: weight * divergence(column, top, having) };
  });
  const sum = measured.reduce((all, { measure }) => all + measure, 0);
  if (!(sum > 0)) return nothing(rows.length, 'The best runs lie no different from the others.');
  const importances = measured.map(({ column, measure }) => ({
    path: column.path,
    importance: measure / sum,
    variance: null,
  }));
  return { runs: rows.length, parameters: ranked(importances), pairs: [], reason: null };
};
