/**
 * From a point to a better one near it: along the gradient of the acquisition in the active continuous numbers, and
 * value by value through categories and whole numbers.
 */
import { minimize } from '../../linalg/minimize.ts';
import type { Acquisition } from './acquisition.ts';
import type { PointSpace } from './points.ts';

export interface Scored {
  readonly x: Float64Array;
  readonly score: number;
}

/** What a proposal is looked for in. */
export interface Region {
  readonly space: PointSpace;
  readonly acquisition: Acquisition;
  /** Length scales of the axes. */
  readonly scales: Float64Array;
  /** False where another run is already, or where the sweep excludes it. */
  isOpen(x: Float64Array): boolean;
}

/** Of numbers with many values the neighbours at 1, 2, 4 ... steps are tried. */
const FARTHEST_STEP = 6;
/** Turns between values and gradient; most end after two. */
const ROUNDS = 4;

/** Other values that axis number `i` may take from x. */
const movesOf = (space: PointSpace, x: Float64Array, i: number): number[] => {
  const axis = space.axes[i];
  const at = x[i] as number;
  if (axis === undefined) return [];
  if (axis.kind === 'categorical') return [...axis.values.keys()].filter((other) => other !== at);
  const places = space.places[i];
  if (places) return places.filter((place) => Math.abs(place - at) > 1e-9);
  const cell = axis.cellOf(axis.fromUnit(at));
  if (cell === null) return [];
  const width = Math.max(cell[1] - cell[0], 1e-6);
  const steps = Array.from({ length: FARTHEST_STEP }, (_, k) => width * 2 ** k);
  return steps
    .flatMap((step) => [at + step, at - step])
    .filter((u) => u > 0 && u < 1)
    .map((u) => axis.toUnit(axis.fromUnit(u)) ?? at);
};

const withValue = (x: Float64Array, axis: number, value: number): Float64Array => {
  const changed = x.slice();
  changed[axis] = value;
  return changed;
};

/** Along the gradient, in at most `steps` evaluations. */
export const climb = (
  { space, acquisition, scales, isOpen }: Region,
  from: Scored,
  steps: number,
): Scored => {
  const active = space.activeAt(from.x);
  const free = space.continuous.map((isContinuous, i) => isContinuous && active[i] === true);
  if (!free.includes(true)) return from;
  // In units of the length scales the acquisition is equally steep on all axes.
  const unit = scales.map((scale) => Math.min(scale, 1));
  const scaled = (x: Float64Array): Float64Array => x.map((at, i) => at / (unit[i] as number));
  const unscaled = (s: Float64Array): Float64Array =>
    from.x.map((at, i) => (free[i] ? Math.min(Math.max((s[i] as number) * (unit[i] as number), 0), 1) : at));
  const { x, value } = minimize(
    {
      evaluate(at, gradient) {
        const logImprovement = acquisition.evaluate(unscaled(at), gradient);
        for (let i = 0; i < gradient.length; i++) {
          gradient[i] = free[i] ? -(gradient[i] as number) * (unit[i] as number) : 0;
        }
        return -logImprovement;
      },
      low: scaled(from.x.map((at, i) => (free[i] ? 0 : at))),
      high: scaled(from.x.map((at, i) => (free[i] ? 1 : at))),
    },
    scaled(from.x),
    { maxEvaluations: steps, gradientTolerance: 1e-4, gainTolerance: 1e-7, firstStep: 0.1 },
  );
  const to = unscaled(x);
  return -value > from.score && isOpen(to) ? { x: to, score: -value } : from;
};

/** The best change of one axis after the other. */
const changeValues = ({ space, acquisition, isOpen }: Region, from: Scored): Scored => {
  let at = from;
  for (const i of space.axes.keys()) {
    if (space.continuous[i] || !space.activeAt(at.x)[i]) continue;
    for (const move of movesOf(space, at.x, i)) {
      const x = space.settle(withValue(at.x, i, move));
      const score = acquisition.evaluate(x);
      if (score > at.score && isOpen(x)) at = { x, score };
    }
  }
  return at;
};

/** Values and gradient in turns, until neither gains. */
export const search = (region: Region, from: Scored, steps: number): Scored => {
  let at = from;
  for (let round = 0; round < ROUNDS; round++) {
    const changed = changeValues(region, at);
    if (changed.score <= at.score) break;
    at = climb(region, changed, steps);
  }
  return at;
};
