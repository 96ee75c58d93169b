/** A run's points as rules read them, and the percentile that two of the rules cut at. */
import type { Curve, Goal } from './stopping-rule.ts';

/** How far a curve is known to ascend, so that a curve which only grows is looked through once. */
const ascending = new WeakMap<Curve, number>();

/** One point a step, ascending; of two points at one step the later counts. */
export const pointsOf = (curve: Curve): Curve => {
  let i = Math.max(1, ascending.get(curve) ?? 1);
  while (i < curve.length && (curve[i]?.[0] ?? 0) > (curve[i - 1]?.[0] ?? 0)) i++;
  if (i < curve.length) return [...new Map(curve)].sort(([a], [b]) => a - b);
  ascending.set(curve, i);
  return curve;
};

/** The first value at or after `step` that is not NaN. `points` as by `pointsOf`. */
export const firstNumberFrom = (points: Curve, step: number): number | undefined => {
  for (let i = firstIndexFrom(points, step); i < points.length; i++) {
    const value = points[i]?.[1];
    if (value !== undefined && !Number.isNaN(value)) return value;
  }
  return undefined;
};

/** The step of the last value before index `end` that is not NaN; -1 without. */
export const lastNumberBefore = (points: Curve, end: number): number => {
  for (let i = end - 1; i >= 0; i--) {
    const point = points[i];
    if (point !== undefined && !Number.isNaN(point[1])) return point[0];
  }
  return -1;
};

/** The best number of the curve, NaN left out; NaN when there is none. */
export const bestOf = (points: Curve, goal: Goal): number => {
  let best = Number.NaN;
  for (const [, value] of points) {
    if (Number.isNaN(best) || (goal === 'maximize' ? value > best : value < best)) best = value;
  }
  return best;
};

/** The point at exactly `step`, if there is one. `points` as by `pointsOf`. */
export const valueAt = (points: Curve, step: number): number | undefined => {
  const at = firstIndexFrom(points, step);
  return points[at]?.[0] === step ? points[at][1] : undefined;
};

/** Index of the first point at or after `step`; the number of points when there is none. */
export const firstIndexFrom = (points: Curve, step: number): number => {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.[0] ?? 0) < step) low = middle + 1;
    else high = middle;
  }
  return low;
};

export interface Interval {
  readonly n_warmup_steps: number;
  readonly interval_steps: number;
}

/** True when no earlier report (`before`, -1 without) lies in the interval of `step`, counted from the warm-up's end. */
export const isDue = (step: number, before: number, { n_warmup_steps, interval_steps }: Interval): boolean =>
  step >= n_warmup_steps &&
  before < Math.floor((step - n_warmup_steps) / interval_steps) * interval_steps + n_warmup_steps;

/** Those of `steps` at which a report of the run is due to be judged. */
export const dueSteps = (points: Curve, steps: readonly number[], interval: Interval): number[] =>
  steps.filter((step) => isDue(step, points[firstIndexFrom(points, step) - 1]?.[0] ?? -1, interval));

/**
 * As numpy.nanpercentile, to the bit, for finite values; NaN when nothing is left. Beside an infinite value numpy's
 * interpolation gives NaN (0 * inf), which would switch a rule off as soon as one run has diverged; here the value
 * at the nearer rank counts then, and of equally near ones the finite.
 */
export const percentileOf = (values: readonly number[], percent: number): number => {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const position = (sorted.length - 1) * (percent / 100);
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[below + 1] ?? low;
  const part = position - below;
  const gap = high - low;
  if (low === high || part === 0) return low;
  if (!Number.isFinite(gap)) return part > 0.5 || (part === 0.5 && Number.isFinite(high)) ? high : low;
  return part >= 0.5 ? high - gap * (1 - part) : low + gap * part;
};
