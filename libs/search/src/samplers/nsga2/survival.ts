/** Environmental selection of NSGA-II: the best fronts whole, of the last one the points that stand most alone. */
import { paretoFronts } from '../../pareto/pareto.ts';
import type { Observation } from '../../sampler.ts';

export interface Survivor {
  readonly observation: Observation;
  /** Number of the front, 0 is the best. */
  readonly rank: number;
  /** Half the rim of the box that the neighbours on the front span; Infinity at its ends. */
  readonly crowding: number;
}

type Scored = Observation & { readonly losses: readonly number[] };

const hasLosses = (observation: Observation): observation is Scored => observation.losses !== null;

/** The crowding distance of each point of a front (Deb et al. 2002, section III.B), each loss scaled by its range. */
export const crowdingOf = (front: readonly (readonly number[])[]): number[] => {
  const distance = front.map(() => 0);
  const dimensions = front[0]?.length ?? 0;
  for (let d = 0; d < dimensions; d++) {
    const order = [...front.keys()].sort((a, b) => (front[a]?.[d] ?? 0) - (front[b]?.[d] ?? 0) || a - b);
    const lossAt = (i: number): number => front[order[i] ?? 0]?.[d] ?? 0;
    const range = lossAt(order.length - 1) - lossAt(0);
    order.forEach((point, i) => {
      const isEnd = i === 0 || i === order.length - 1;
      const gap = isEnd ? Number.POSITIVE_INFINITY : range > 0 ? (lossAt(i + 1) - lossAt(i - 1)) / range : 0;
      distance[point] = (distance[point] ?? 0) + gap;
    });
  }
  return distance;
};

/** By rank, then the least crowded, then the earliest. */
const isBefore = (a: Survivor, b: Survivor): number =>
  a.rank - b.rank ||
  (a.crowding === b.crowding ? 0 : b.crowding - a.crowding) ||
  a.observation.number - b.observation.number;

const select = (candidates: readonly Scored[], size: number): Survivor[] => {
  const chosen: Survivor[] = [];
  const losses = candidates.map((candidate) => candidate.losses);
  paretoFronts(losses, size).forEach((positions, rank) => {
    const front = positions.map((i) => candidates[i] as Scored);
    const crowding = crowdingOf(front.map((point) => point.losses));
    const ranked = front.map((observation, i) => ({ observation, rank, crowding: crowding[i] ?? 0 }));
    chosen.push(...ranked.sort(isBefore).slice(0, size - chosen.length));
  });
  return chosen;
};

/** Runs that are taken in at a time; sorting all of 10,000 at once would cost a hundred times as much. */
const BLOCK = 500;

/** The `size` best of all runs with a result, taken in by their numbers, a block after the other. Best first. */
export const survivorsOf = (history: readonly Observation[], size: number): Survivor[] => {
  const scored = history.filter(({ status }) => status === 'done').filter(hasLosses);
  let survivors: Survivor[] = [];
  for (let from = 0; from < scored.length; from += BLOCK) {
    const before = survivors.map(({ observation }) => observation).filter(hasLosses);
    survivors = select([...before, ...scored.slice(from, from + BLOCK)], size);
  }
  return survivors;
};
