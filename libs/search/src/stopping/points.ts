/** A run's points as rules read them, and the percentile that two of the rules cut at. */
import type { Curve } from './stopping-rule.ts';

/** One point a step, ascending; of two points at one step the later counts. */
export const pointsOf = (curve: Curve): Curve => {
  const isPlain = curve.every(([step], i) => i === 0 || step > (curve[i - 1]?.[0] ?? 0));
  return isPlain ? curve : [...new Map(curve)].sort(([a], [b]) => a - b);
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

/** Numbers of the curve, NaN left out. */
export const numbersOf = (points: Curve): number[] =>
  points.flatMap(([, value]) => (Number.isNaN(value) ? [] : [value]));

/** `Math.max` takes its numbers as arguments, of which there may be too many. */
export const smallest = (values: readonly number[]): number =>
  values.reduce((a, b) => (b < a ? b : a), Number.POSITIVE_INFINITY);
export const largest = (values: readonly number[]): number =>
  values.reduce((a, b) => (b > a ? b : a), Number.NEGATIVE_INFINITY);

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
