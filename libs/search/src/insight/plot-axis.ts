/** A parameter as an axis of a chart: numbers as they are, everything else as positions in a list of names. */
import type { Assignment, ParameterDefinition, ParameterValue } from '@plumage/contract';

export interface PlotAxis {
  readonly path: string;
  /** Names, in the definition's order, then as they came; null for numbers. */
  readonly categories: readonly string[] | null;
  /** How the range is best drawn: logarithmic where the parameter's distribution is, and all values are above 0. */
  readonly scale: 'linear' | 'log';
  /** For each run its number, or its position in `categories`; null where the parameter is inactive. */
  readonly places: readonly (number | null)[];
}

const nameOf = (value: ParameterValue): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** @param definition null for a parameter that only older versions of the sweep have */
export const plotAxis = (
  path: string,
  definition: ParameterDefinition | null,
  assignments: readonly Assignment[],
): PlotAxis => {
  const values = assignments.map((assignment) => assignment[path]);
  const present = values.filter((value) => value !== undefined);
  const kind = definition?.distribution.kind ?? 'constant';
  if (present.every((value) => typeof value === 'number' && Number.isFinite(value))) {
    const isLog = kind.includes('log') && present.every((value) => Number(value) > 0);
    const places = values.map((value) => (value === undefined ? null : Number(value)));
    return { path, categories: null, scale: isLog ? 'log' : 'linear', places };
  }
  const known = definition?.distribution.kind === 'categorical' ? definition.distribution.values : [];
  const categories = [...new Set([...known, ...present].map(nameOf))];
  const codeOf = new Map(categories.map((name, code) => [name, code]));
  const places = values.map((value) => (value === undefined ? null : (codeOf.get(nameOf(value)) ?? null)));
  return { path, categories, scale: 'linear', places };
};
