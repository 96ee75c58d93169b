/** What an evaluator of parameter importance is given and gives: the same for functional ANOVA and PED-ANOVA. */
import type { Assignment, ParameterDefinition } from '@plumage/contract';
import { type Column, columnsOf, isPresent } from './column.ts';

export interface InsightRun {
  readonly assignment: Assignment;
  /** Runs without a finite value are left out. */
  readonly value: number | null;
}

export interface ParameterImportance {
  readonly path: string;
  /** At least 0; over all parameters they sum to 1. */
  readonly importance: number;
  /** Share of the whole variance that this parameter alone explains, and its standard deviation over the trees. */
  readonly variance: { readonly share: number; readonly deviation: number } | null;
}

export interface PairImportance {
  readonly a: string;
  readonly b: string;
  /** Share of the whole variance that the two explain together, beyond what each does alone. */
  readonly share: number;
}

export interface Importance {
  /** Runs that were looked at. */
  readonly runs: number;
  /** The most important first. Empty when nothing can be told. */
  readonly parameters: readonly ParameterImportance[];
  /** The strongest first; empty unless asked for. */
  readonly pairs: readonly PairImportance[];
  /** Why nothing can be told. */
  readonly reason: string | null;
}

/** Runs with a finite value, as columns and targets. */
export interface Sheet {
  readonly columns: readonly Column[];
  readonly values: Float64Array;
}

const take = (column: Column, rows: readonly number[]): Column =>
  column.kind === 'numeric'
    ? { ...column, places: Float64Array.from(rows, (row) => column.places[row] ?? Number.NaN) }
    : { ...column, codes: Int32Array.from(rows, (row) => column.codes[row] ?? -1) };

export const sheetOf = (parameters: readonly ParameterDefinition[], runs: readonly InsightRun[]): Sheet => {
  const usable = runs.filter((run) => run.value !== null && Number.isFinite(run.value));
  return {
    columns: columnsOf(
      parameters,
      usable.map((run) => run.assignment),
    ),
    values: Float64Array.from(usable, (run) => run.value ?? Number.NaN),
  };
};

/**
 * A parameter without a condition that half of the runs lack (it was appended late) is left out; runs that lack one
 * of the others are.
 */
export const completeRows = ({ columns, values }: Sheet): Sheet => {
  const rows = [...values.keys()];
  const kept = columns.filter(
    (column) =>
      column.when.length > 0 || rows.filter((row) => isPresent(column, row)).length * 2 > rows.length,
  );
  const always = kept.filter((column) => column.when.length === 0);
  const complete = rows.filter((row) => always.every((column) => isPresent(column, row)));
  if (complete.length === rows.length) return { columns: kept, values };
  return {
    columns: kept.map((column) => take(column, complete)),
    values: Float64Array.from(complete, (row) => values[row] ?? Number.NaN),
  };
};

/** Why no importance can be told of these runs; null when it can. */
export const hopeless = ({ columns, values }: Sheet): string | null => {
  if (values.length < 2)
    return `Importance needs two finished runs with a value; there are ${values.length}.`;
  if (columns.length === 0) return 'The runs differ in no parameter.';
  if (values.every((value) => value === values[0])) return 'All runs have the same value.';
  return null;
};

export const nothing = (runs: number, reason: string): Importance => ({
  runs,
  parameters: [],
  pairs: [],
  reason,
});

/** The most important first; equals in the order given. */
export const ranked = (parameters: readonly ParameterImportance[]): ParameterImportance[] =>
  [...parameters].sort((a, b) => b.importance - a.importance);
