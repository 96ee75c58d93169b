/**
 * Whether an assignment that the search did not make lies in its space: one that a person asks for, or one of an
 * older version of the definition.
 */
import type { Assignment, ParameterValue } from '@plumage/contract';
import type { Axis } from './axis.ts';
import type { Space } from './space.ts';

/** What of an assignment does not fit; value is undefined when the parameter is missing. */
export interface Misfit {
  readonly parameter: string;
  readonly value: ParameterValue | undefined;
  readonly expected: string;
}

/**
 * The assignment with the parameters that it lacks: a constant's value, and else what `others` (a run's whole
 * configuration) says. Parameters whose condition does not hold stay absent.
 */
export const completeAssignment = (
  space: Space,
  assignment: Assignment,
  others: Readonly<Record<string, unknown>> = {},
): Assignment => {
  const completed: Record<string, ParameterValue> = { ...assignment };
  for (const axis of space.axes) {
    if (completed[axis.path] !== undefined || !isActive(axis, completed)) continue;
    const other = Object.hasOwn(others, axis.path) ? others[axis.path] : undefined;
    if (other !== undefined) completed[axis.path] = other as ParameterValue;
    else if (axis.kind === 'constant') completed[axis.path] = axis.value;
  }
  return completed;
};

/** Every parameter that is missing, has a value that it cannot have, or has no place here. Empty: it fits. */
export const misfitsOf = (space: Space, assignment: Assignment): Misfit[] => {
  const known = new Map(space.axes.map((axis) => [axis.path, axis]));
  const foreign = Object.entries(assignment).flatMap(([parameter, value]) => {
    const axis = known.get(parameter);
    if (axis === undefined) return [{ parameter, value, expected: `one of ${[...known.keys()].join(', ')}` }];
    return isActive(axis, assignment)
      ? []
      : [{ parameter, value, expected: `nothing, as ${conditionOf(axis)}` }];
  });
  const wrong = space.axes.flatMap((axis) => {
    const value = assignment[axis.path];
    if (!isActive(axis, assignment) || (value !== undefined && isValueOf(axis, value))) return [];
    return [{ parameter: axis.path, value, expected: valuesOf(axis) }];
  });
  return [...foreign, ...wrong];
};

const isActive = ({ when }: Axis, assignment: Assignment): boolean =>
  when.every(({ parameter, values }) => values.some((value) => value === assignment[parameter]));

const isValueOf = (axis: Axis, value: ParameterValue): boolean => {
  switch (axis.kind) {
    case 'constant':
      return JSON.stringify(axis.value) === JSON.stringify(value);
    case 'categorical':
      return axis.indexOf(value) >= 0;
    case 'numeric':
      return axis.cellOf(value) !== null;
  }
};

const conditionOf = ({ when }: Axis): string =>
  `it needs ${when.map(({ parameter, values }) => `${parameter} ${values.join(' or ')}`).join(' and ')}`;

const valuesOf = (axis: Axis): string => {
  switch (axis.kind) {
    case 'constant':
      return JSON.stringify(axis.value);
    case 'categorical':
      return `one of ${axis.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'numeric': {
      const count = Number.isFinite(axis.levels) ? `one of ${axis.levels} numbers` : 'a number';
      return `${count} from ${axis.fromUnit(0)} to ${axis.fromUnit(1)}`;
    }
  }
};
