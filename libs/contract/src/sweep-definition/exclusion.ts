/** Regions of a sweep's space in which no run starts: what a user rules out while the sweep goes on. */
import type { Assignment, ParameterValue, Scalar } from '../assignment.ts';

/** What an exclusion says of one parameter: one of `values`, or a number from `min` to `max`, both ends included. */
export type ExcludedRange =
  | { readonly parameter: string; readonly values: readonly Scalar[] }
  | { readonly parameter: string; readonly min: number | null; readonly max: number | null };

/** Holds for an assignment that all of these hold for; a parameter that is not active is in no range. */
export type Exclusion = readonly ExcludedRange[];

const isWithin = (range: ExcludedRange, value: ParameterValue | undefined): boolean => {
  if ('values' in range) return range.values.some((excluded) => excluded === value);
  return typeof value === 'number' && value >= (range.min ?? -Infinity) && value <= (range.max ?? Infinity);
};

/** Whether some exclusion holds for `assignment`. */
export const isExcluded = (exclude: readonly Exclusion[], assignment: Assignment): boolean =>
  exclude.some(
    (exclusion) =>
      exclusion.length > 0 && exclusion.every((range) => isWithin(range, assignment[range.parameter])),
  );
