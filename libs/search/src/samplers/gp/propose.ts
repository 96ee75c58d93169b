/**
 * Finds the most promising point: the acquisition is looked at on points drawn from the space and around the best
 * runs, and climbed from the best of them, in turns along the gradient of the active numbers and value by value
 * through categories and whole numbers.
 */
import type { Rng } from '@plumage/contract';
import { minimize } from '../../linalg/minimize.ts';
import type { NumericAxis } from '../../space/axis.ts';
import type { Acquisition } from './acquisition.ts';
import type { PointSpace } from './points.ts';

export interface Effort {
  readonly drawn: number;
  /** Around each of the best runs. */
  readonly nearby: number;
  readonly climbs: number;
  /** Evaluations of one climb along the gradient. */
  readonly steps: number;
}

interface Scored {
  readonly x: Float64Array;
  readonly score: number;
}

/** Whole numbers of up to so many values are tried one by one; of others the neighbours at 1, 2, 4 ... steps. */
const FEW_LEVELS = 16;
const FARTHEST_STEP = 6;
const ROUNDS = 4;

const withValue = (x: Float64Array, axis: number, value: number): Float64Array => {
  const changed = x.slice();
  changed[axis] = value;
  return changed;
};

/** Places of an axis of few values, one in each cell. */
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

/** Other values that axis number `i` may take from x. */
const movesOf = (points: PointSpace, x: Float64Array, i: number): number[] => {
  const axis = points.axes[i];
  const at = x[i] as number;
  if (axis === undefined) return [];
  if (axis.kind === 'categorical') return [...axis.values.keys()].filter((other) => other !== at);
  if (axis.levels <= FEW_LEVELS) return placesOf(axis).filter((place) => Math.abs(place - at) > 1e-9);
  const cell = axis.cellOf(axis.fromUnit(at));
  if (cell === null) return [];
  const width = Math.max(cell[1] - cell[0], 1e-6);
  const steps = Array.from({ length: FARTHEST_STEP }, (_, k) => width * 2 ** k);
  return steps
    .flatMap((step) => [at + step, at - step])
    .filter((u) => u > 0 && u < 1)
    .map((u) => axis.toUnit(axis.fromUnit(u)) ?? at);
};

/** A copy with whole numbers in the middle of their cells, and what is inactive where it belongs. */
const settle = (points: PointSpace, x: Float64Array): Float64Array => points.encode(points.decode(x));

export const propose = (
  points: PointSpace,
  acquisition: Acquisition,
  /** Best first. */
  best: readonly Float64Array[],
  scales: Float64Array,
  isTaken: (x: Float64Array) => boolean,
  effort: Effort,
  rng: Rng,
): Float64Array | null => {
  const isAllowed = (x: Float64Array): boolean =>
    !points.space.hasExclusions || points.space.allows(points.decode(x));
  const isContinuous = points.axes.map(
    (axis) => axis.kind === 'numeric' && axis.levels === Number.POSITIVE_INFINITY,
  );
  const score = (x: Float64Array): Scored => ({ x, score: acquisition.evaluate(x) });

  const climb = (from: Scored): Scored => {
    const active = points.activeAt(from.x);
    const free = isContinuous.map((continuous, i) => continuous && active[i] === true);
    if (!free.includes(true)) return from;
    // In units of the length scales the acquisition is equally steep on all axes.
    const unit = scales.map((scale) => Math.min(scale, 1));
    const x = from.x.slice();
    const { x: found, value } = minimize(
      {
        evaluate(scaled, gradient) {
          scaled.forEach((s, i) => {
            if (free[i]) x[i] = s * (unit[i] as number);
          });
          const logImprovement = acquisition.evaluate(x, gradient);
          gradient.forEach((g, i) => {
            gradient[i] = free[i] ? -g * (unit[i] as number) : 0;
          });
          return -logImprovement;
        },
        low: from.x.map((at, i) => (free[i] ? 0 : at / (unit[i] as number))),
        high: from.x.map((at, i) => (free[i] ? 1 : at) / (unit[i] as number)),
      },
      from.x.map((at, i) => at / (unit[i] as number)),
      { maxEvaluations: effort.steps, gradientTolerance: 1e-4, gainTolerance: 1e-7, firstStep: 0.1 },
    );
    if (!(-value > from.score)) return from;
    const to = from.x.map((at, i) =>
      free[i] ? Math.min(Math.max((found[i] as number) * (unit[i] as number), 0), 1) : at,
    );
    return isAllowed(to) ? { x: to, score: -value } : from;
  };

  /** The best change of one axis after the other. */
  const step = (from: Scored): Scored => {
    let at = from;
    for (const i of points.axes.keys()) {
      if (isContinuous[i] || !points.activeAt(at.x)[i]) continue;
      for (const move of movesOf(points, at.x, i)) {
        const other = score(settle(points, withValue(at.x, i, move)));
        if (other.score > at.score && isAllowed(other.x) && !isTaken(other.x)) at = other;
      }
    }
    return at;
  };

  const search = (from: Scored): Scored => {
    let at = climb(from);
    if (!isContinuous.includes(false)) return at;
    for (let round = 0; round < ROUNDS; round++) {
      const stepped = step(at);
      if (stepped.score <= at.score) break;
      at = climb(stepped);
    }
    return at;
  };

  const around = (center: Float64Array): Float64Array => {
    const spread = 10 ** (-3 * rng.next());
    const moved = center.map((at, i) => {
      const axis = points.axes[i];
      if (axis === undefined || at < 0) return at;
      if (axis.kind === 'categorical') return rng.next() < 0.1 ? rng.int(axis.values.length) : at;
      return Math.min(Math.max(at + spread * Math.min(scales[i] as number, 0.5) * rng.normal(), 0), 1);
    });
    return settle(points, moved);
  };

  const candidates = [
    ...Array.from({ length: effort.drawn }, () => points.draw(rng)),
    ...best.flatMap((center) => [center, ...Array.from({ length: effort.nearby }, () => around(center))]),
  ];
  const ranked = candidates
    .filter((x) => isAllowed(x) && !isTaken(x))
    .map(score)
    .sort((a, b) => b.score - a.score);

  const starts: Scored[] = [];
  for (const candidate of ranked) {
    if (starts.length === effort.climbs) break;
    const isFar = starts.every(({ x }) =>
      x.some((at, i) => Math.abs(at - (candidate.x[i] as number)) > 0.1 * Math.min(scales[i] as number, 1)),
    );
    if (isFar) starts.push(candidate);
  }
  const [first, ...rest] = starts.map(search);
  if (first === undefined) return null;
  return rest.reduce((a, b) => (b.score > a.score ? b : a), first).x;
};
