/**
 * Finds the most promising point: the acquisition is looked at on points drawn from the space and around the best
 * runs; from the best of them that are not close to each other local searches start.
 */
import type { Rng } from '@plumage/contract';
import { climb, type Region, type Scored, search } from './local-search.ts';

export interface Effort {
  readonly drawn: number;
  /** Around each of the best runs. */
  readonly nearby: number;
  /** Local searches along the gradient. */
  readonly climbs: number;
  /** Evaluations of one of them. */
  readonly steps: number;
}

/** How many of the points that the gradient leads to are searched on value by value. */
const SEARCHED = 3;
/** Starts are this share of a length scale apart on some axis. */
const APART = 0.1;
/** How often a category changes in a point around a run. */
const MUTATION = 0.1;

/** A point around `center`, from a thousandth of the length scales away to one of them. */
const around = ({ space, scales }: Region, center: Float64Array, rng: Rng): Float64Array => {
  const spread = 10 ** (-3 * rng.next());
  const moved = center.map((at, i) => {
    const axis = space.axes[i];
    if (axis === undefined || at < 0) return at;
    if (axis.kind === 'categorical') return rng.next() < MUTATION ? rng.int(axis.values.length) : at;
    return Math.min(Math.max(at + spread * Math.min(scales[i] as number, 0.5) * rng.normal(), 0), 1);
  });
  return space.settle(moved);
};

/** The first ones that are not close to each other. */
const startsOf = (ranked: readonly Scored[], scales: Float64Array, count: number): Scored[] => {
  const starts: Scored[] = [];
  for (const candidate of ranked) {
    if (starts.length === count) break;
    const isFar = ({ x }: Scored): boolean =>
      x.some((at, i) => Math.abs(at - (candidate.x[i] as number)) > APART * Math.min(scales[i] as number, 1));
    if (starts.every(isFar)) starts.push(candidate);
  }
  return starts;
};

/** @param best the best runs' points. Null when no open point was found. */
export const propose = (
  region: Region,
  best: readonly Float64Array[],
  effort: Effort,
  rng: Rng,
): Float64Array | null => {
  const { space, acquisition, scales, isOpen } = region;
  const drawn = Array.from({ length: effort.drawn }, () => space.draw(rng));
  const nearby = best.flatMap((center) => [
    center,
    ...Array.from({ length: effort.nearby }, () => around(region, center, rng)),
  ]);
  const ranked = [...drawn, ...nearby]
    .filter(isOpen)
    .map((x): Scored => ({ x, score: acquisition.evaluate(x) }))
    .sort((a, b) => b.score - a.score);

  const climbed = startsOf(ranked, scales, effort.climbs)
    .map((start) => climb(region, start, effort.steps))
    .sort((a, b) => b.score - a.score);
  const searched = space.continuous.includes(false)
    ? climbed.slice(0, SEARCHED).map((from) => search(region, from, effort.steps))
    : climbed;
  const found = searched.reduce<Scored | null>((a, b) => (a !== null && a.score >= b.score ? a : b), null);
  return found?.x ?? null;
};
