/**
 * A space's assignments as rows of numbers for the kernel: a place in the unit interval for a number, an index for a
 * category. Axes with one value are left out. A parameter whose conditions do not hold stands in the middle of its
 * interval, or at a category of its own, -1; the parameter that switches it off differs too, so runs of different
 * branches are told apart by that, and what the branches share is learnt from both.
 */
import type { Assignment, Rng } from '@plumage/contract';
import type { CategoricalAxis, NumericAxis } from '../../space/axis.ts';
import type { Space } from '../../space/space.ts';

const INACTIVE_PLACE = 0.5;

type SearchedAxis = NumericAxis | CategoricalAxis;

export interface PointSpace {
  readonly space: Space;
  readonly axes: readonly SearchedAxis[];
  readonly categories: readonly boolean[];
  readonly continuous: readonly boolean[];
  /** Of numbers with few values the place of each; null for other axes. */
  readonly places: readonly (readonly number[] | null)[];
  /** No axis is continuous, so that two runs may be at the same point. */
  readonly isFinite: boolean;
  /** The same text for the same point. */
  keyOf(x: Float64Array): string;
  /** A value that the axis does not know, of an older version of the sweep, counts as inactive. */
  encode(assignment: Assignment): Float64Array;
  /** An active axis without a value gets its middle or its first category. */
  decode(x: Float64Array): Assignment;
  /** x with whole numbers in the middle of their cells, and what is inactive where it belongs. */
  settle(x: Float64Array): Float64Array;
  draw(rng: Rng): Float64Array;
  /** Which axes' conditions hold at x. */
  activeAt(x: Float64Array): boolean[];
}

const isSearched = (axis: Space['axes'][number]): axis is SearchedAxis =>
  axis.kind === 'numeric' ? axis.levels > 1 : axis.kind === 'categorical' && axis.values.length > 1;

/** Numbers of up to so many values are tried one by one. */
const FEW_LEVELS = 16;

const placesOf = (axis: NumericAxis): number[] => {
  const places: number[] = [];
  for (let u = 0; u <= 1 && places.length < axis.levels; ) {
    const cell = axis.cellOf(axis.fromUnit(u));
    if (cell === null) break;
    places.push((cell[0] + cell[1]) / 2);
    u = cell[1] + 1e-9;
  }
  return places;
};

const compile = (space: Space): PointSpace => {
  const axes = space.axes.filter(isSearched);
  const place = new Map(axes.map((axis, i) => [axis.path, i]));
  const known = new WeakMap<Assignment, Float64Array>();
  const keys = new WeakMap<Float64Array, string>();

  const encodeOne = (assignment: Assignment): Float64Array =>
    Float64Array.from(axes, (axis) => {
      const value = assignment[axis.path];
      return axis.kind === 'numeric' ? (axis.toUnit(value) ?? INACTIVE_PLACE) : axis.indexOf(value);
    });

  const decode = (x: Float64Array, visit?: (i: number) => void): Assignment =>
    space.assemble((axis) => {
      const i = place.get(axis.path);
      if (i !== undefined) visit?.(i);
      const at = i === undefined ? 0 : (x[i] as number);
      if (axis.kind === 'constant') return axis.value;
      if (axis.kind === 'numeric') return axis.fromUnit(at);
      const value = axis.values[Math.max(at, 0)];
      if (value === undefined) throw new RangeError(`category ${at} of ${axis.values.length}`);
      return value;
    });

  return {
    space,
    axes,
    categories: axes.map((axis) => axis.kind === 'categorical'),
    continuous: axes.map((axis) => axis.kind === 'numeric' && axis.levels === Number.POSITIVE_INFINITY),
    places: axes.map((axis) =>
      axis.kind === 'numeric' && axis.levels <= FEW_LEVELS ? placesOf(axis) : null,
    ),
    isFinite: space.size < Number.POSITIVE_INFINITY,
    keyOf(x) {
      const before = keys.get(x);
      if (before !== undefined) return before;
      const key = x.join();
      keys.set(x, key);
      return key;
    },
    encode(assignment) {
      const before = known.get(assignment);
      if (before !== undefined) return before;
      const x = encodeOne(assignment);
      known.set(assignment, x);
      return x;
    },
    decode: (x) => decode(x),
    settle: (x) => encodeOne(decode(x)),
    draw: (rng) => encodeOne(space.draw(rng)),
    activeAt(x) {
      const active = axes.map(() => false);
      decode(x, (i) => {
        active[i] = true;
      });
      return active;
    },
  };
};

const compiled = new WeakMap<Space, PointSpace>();

export const pointSpaceOf = (space: Space): PointSpace => {
  const before = compiled.get(space);
  if (before !== undefined) return before;
  const points = compile(space);
  compiled.set(space, points);
  return points;
};
