/**
 * Where runs stand in the space of numbers that CMA-ES moves in: the unit cube, one coordinate for each numeric
 * parameter. A whole number stands anywhere in its cell, by chance: so the distribution never becomes narrower than
 * a cell and its neighbours stay in reach, which is what a margin is for (Hamano et al., CMA-ES with Margin, 2022).
 */
import { createRng } from '@plumage/contract';
import type { Observation } from '../../sampler.ts';
import type { CategoricalAxis, NumericAxis } from '../../space/axis.ts';
import type { Space } from '../../space/space.ts';

export interface Coordinates {
  readonly numbers: readonly NumericAxis[];
  readonly categories: readonly CategoricalAxis[];
  /** Of an axis's path, its index among numbers or categories. */
  readonly indexOf: ReadonlyMap<string, number>;
  /** NaN where the run has no value: its condition does not hold, or it is of an older version of the sweep. */
  placesOf(run: Observation, seed: number): Float64Array;
  /** -1 where it has none. */
  choicesOf(run: Observation): number[];
}

export const coordinatesOf = (space: Space): Coordinates => {
  const numbers = space.axes.filter((axis) => axis.kind === 'numeric' && axis.levels > 1) as NumericAxis[];
  const categories = space.axes.filter(
    (axis) => axis.kind === 'categorical' && axis.values.length > 1,
  ) as CategoricalAxis[];
  const hasCells = numbers.some(({ levels }) => levels < Number.POSITIVE_INFINITY);
  return {
    numbers,
    categories,
    indexOf: new Map([...numbers.entries(), ...categories.entries()].map(([i, { path }]) => [path, i])),
    placesOf(run, seed) {
      const rng = hasCells ? createRng(seed, `place ${run.number}`) : null;
      return Float64Array.from(numbers, (axis) => {
        const share = rng?.next() ?? 0.5;
        const cell = axis.cellOf(run.assignment[axis.path]);
        return cell === null ? Number.NaN : cell[0] + share * (cell[1] - cell[0]);
      });
    },
    choicesOf: (run) => categories.map((axis) => axis.indexOf(run.assignment[axis.path])),
  };
};
