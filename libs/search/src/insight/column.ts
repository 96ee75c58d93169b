/**
 * A sweep's runs as columns, one for each parameter that was searched: numbers as places in the unit interval by the
 * parameter's own distribution (so a logarithmic range is even), everything else as one of a list. A run in which the
 * parameter was inactive has no value in its column.
 *
 * Runs of an older version of the sweep may have values that the newest definition does not know. Such a column is
 * made of what the runs have had: a number's place is its mean rank among them, other values are equally likely.
 */
import type { Assignment, Condition, ParameterDefinition, ParameterValue } from '@plumage/contract';
import { type Axis, axisOf } from '../space/axis.ts';

interface ColumnBase {
  readonly path: string;
  readonly when: readonly Condition[];
}

export interface NumericColumn extends ColumnBase {
  readonly kind: 'numeric';
  /** From 0 to 1, one for each run; NaN where inactive. */
  readonly places: Float64Array;
  /** How many different places there can be; Infinity when continuous. */
  readonly levels: number;
}

export interface CategoricalColumn extends ColumnBase {
  readonly kind: 'categorical';
  /** Position in `values`, one for each run; -1 where inactive. */
  readonly codes: Int32Array;
  readonly values: readonly ParameterValue[];
  /** How likely each value is; they sum to 1. */
  readonly shares: readonly number[];
}

export type Column = NumericColumn | CategoricalColumn;

type Values = readonly (ParameterValue | undefined)[];

export const isPresent = (column: Column, row: number): boolean =>
  column.kind === 'numeric' ? !Number.isNaN(column.places[row]) : (column.codes[row] ?? -1) >= 0;

/** Two runs at least differ in it. */
export const varies = (column: Column): boolean => {
  const cells = column.kind === 'numeric' ? column.places : column.codes;
  const first = cells.findIndex((_, row) => isPresent(column, row));
  return cells.some((cell, row) => isPresent(column, row) && cell !== cells[first]);
};

const byAxis = (axis: Axis, values: Values): Column | null => {
  const { path, when } = axis;
  if (axis.kind === 'constant') return null;
  if (axis.kind === 'numeric') {
    const places = Float64Array.from(values, (value) =>
      value === undefined ? Number.NaN : (axis.toUnit(value) ?? -1),
    );
    return places.includes(-1) ? null : { kind: 'numeric', path, when, places, levels: axis.levels };
  }
  const known = new Map(axis.values.map((value, code) => [JSON.stringify(value), code]));
  const codes = Int32Array.from(values, (value) =>
    value === undefined ? -1 : (known.get(JSON.stringify(value)) ?? -2),
  );
  if (codes.includes(-2)) return null;
  return { kind: 'categorical', path, when, codes, values: axis.values, shares: axis.probabilities };
};

const byRank = (base: ColumnBase, values: Values): NumericColumn => {
  const counts = new Map<number, number>();
  for (const value of values) if (typeof value === 'number') counts.set(value, (counts.get(value) ?? 0) + 1);
  const total = values.filter((value) => value !== undefined).length;
  const placeOf = new Map<number, number>();
  let below = 0;
  for (const [value, count] of [...counts].sort(([a], [b]) => a - b)) {
    placeOf.set(value, (below + count / 2) / total);
    below += count;
  }
  const places = Float64Array.from(values, (value) => placeOf.get(Number(value)) ?? Number.NaN);
  return { ...base, kind: 'numeric', places, levels: counts.size };
};

const byValue = (base: ColumnBase, values: Values): CategoricalColumn => {
  const found = new Map<string, { readonly code: number; readonly value: ParameterValue }>();
  const codes = Int32Array.from(values, (value) => {
    if (value === undefined) return -1;
    const text = JSON.stringify(value);
    const code = found.get(text)?.code ?? found.size;
    found.set(text, { code, value });
    return code;
  });
  const known = [...found.values()].map(({ value }) => value);
  return { ...base, kind: 'categorical', codes, values: known, shares: known.map(() => 1 / known.length) };
};

const observed = (base: ColumnBase, values: Values): Column => {
  const isNumeric = values.every((value) => value === undefined || typeof value === 'number');
  return isNumeric ? byRank(base, values) : byValue(base, values);
};

/**
 * A column for each parameter of the definition, in its order, and for each that only older runs have. Constants, and
 * parameters that no run has a value of, have none.
 */
export const columnsOf = (
  parameters: readonly ParameterDefinition[],
  assignments: readonly Assignment[],
): Column[] => {
  const valuesOf = (path: string): Values => assignments.map((assignment) => assignment[path]);
  const isUnused = (values: Values): boolean => values.every((value) => value === undefined);
  const defined = parameters.flatMap((parameter) => {
    const values = valuesOf(parameter.path);
    if (isUnused(values)) return [];
    const { path, when } = parameter;
    const known = byAxis(axisOf(parameter), values);
    if (known !== null) return [known];
    const column = observed({ path, when }, values);
    return parameter.distribution.kind === 'constant' && !varies(column) ? [] : [column];
  });
  const paths = new Set(parameters.map(({ path }) => path));
  const older = new Set(assignments.flatMap((assignment) => Object.keys(assignment)));
  const removed = [...older].filter((path) => !paths.has(path)).sort();
  return [...defined, ...removed.map((path) => observed({ path, when: [] }, valuesOf(path)))];
};
