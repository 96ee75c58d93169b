/**
 * A space's assignments as rows of numbers for the densities: a place in the unit interval for a number, an index for
 * a category, NaN for a parameter whose condition does not hold or whose value is of an older version of the sweep.
 * Axes with one value are left out.
 */
import type { Assignment, ParameterValue } from '@plumage/contract';
import { type Axis, type CategoricalAxis, type NumericAxis, valueAt } from '../../space/axis.ts';
import type { Space } from '../../space/space.ts';

export type SearchedAxis = NumericAxis | CategoricalAxis;

/** A row of `places`, and for the densities of whole numbers how far each one's cell reaches. */
export interface Candidate {
  readonly assignment: Assignment;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

export interface Places {
  readonly axes: readonly SearchedAxis[];
  /** Remembered for as long as the assignment is. */
  rowOf(assignment: Assignment): Float64Array;
  /** The point of what `choose` gives, a place or an index, for each of `axes` whose conditions hold. */
  assemble(choose: (axis: number) => number): Candidate;
}

const isSearched = (axis: Axis): axis is SearchedAxis =>
  axis.kind === 'numeric' ? axis.levels > 1 : axis.kind === 'categorical' && axis.values.length > 1;

const placeOf = (axis: SearchedAxis, value: ParameterValue | undefined): number => {
  if (axis.kind === 'numeric') return axis.toUnit(value) ?? Number.NaN;
  const index = axis.indexOf(value);
  return index < 0 ? Number.NaN : index;
};

const valueOf = (axis: SearchedAxis, place: number): ParameterValue => {
  if (axis.kind === 'numeric') return axis.fromUnit(place);
  const value = axis.values[place];
  if (value === undefined) throw new RangeError(`${axis.path} has no category ${place}`);
  return value;
};

const compile = (space: Space): Places => {
  const axes = space.axes.filter(isSearched);
  const indexOf = new Map<Axis, number>(axes.map((axis, i) => [axis, i]));
  const known = new WeakMap<Assignment, Float64Array>();
  return {
    axes,
    rowOf(assignment) {
      const before = known.get(assignment);
      if (before !== undefined) return before;
      const row = Float64Array.from(axes, (axis) => placeOf(axis, assignment[axis.path]));
      known.set(assignment, row);
      return row;
    },
    assemble(choose) {
      const low = new Float64Array(axes.length).fill(Number.NaN);
      const high = low.slice();
      const assignment = space.assemble((axis) => {
        const i = indexOf.get(axis);
        if (i === undefined) return valueAt(axis, 0.5);
        const place = choose(i);
        const value = valueOf(axes[i] as SearchedAxis, place);
        [low[i], high[i]] = (axis.kind === 'numeric' ? axis.cellOf(value) : null) ?? [place, place];
        return value;
      });
      return { assignment, low, high };
    },
  };
};

const compiled = new WeakMap<Space, Places>();

export const placesOf = (space: Space): Places => {
  const before = compiled.get(space);
  if (before !== undefined) return before;
  const places = compile(space);
  compiled.set(space, places);
  return places;
};
