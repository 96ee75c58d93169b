/**
 * The better runs of several losses (Ozaki et al., Multiobjective Tree-structured Parzen Estimator, JAIR 73, 2022,
 * section 4.2): front after front, each of those that none of the rest dominates; of the last front, which is too
 * large, greedily those that add most to the hypervolume.
 */
import { hypervolume, type Point, paretoFront } from '../../insight/pareto.ts';
import type { Observation } from '../../sampler.ts';

const pointOf = (run: Observation): Point => run.losses ?? [];

/** A little beyond the worst value of each loss. */
const referenceOf = (points: readonly Point[]): number[] =>
  (points[0] ?? []).map((_, d) => {
    const worst = Math.max(...points.map((point) => point[d] as number));
    return Math.max(1.1 * worst, 0.9 * worst) || 1e-12;
  });

const mostVolume = (front: readonly Observation[], count: number): Observation[] => {
  const reference = referenceOf(front.map(pointOf));
  const left = new Set(front);
  const chosen: Observation[] = [];
  while (chosen.length < count) {
    let best: Observation | null = null;
    let most = Number.NEGATIVE_INFINITY;
    for (const run of left) {
      const volume = hypervolume([...chosen, run].map(pointOf), reference);
      if (volume > most) [best, most] = [run, volume];
    }
    if (best === null) break;
    left.delete(best);
    chosen.push(best);
  }
  return chosen;
};

export const bestOfMany = (runs: readonly Observation[], count: number): readonly Observation[] => {
  if (count >= runs.length) return runs;
  const best: Observation[] = [];
  let rest = runs;
  while (best.length < count) {
    const front = new Set(paretoFront(rest.map(pointOf)));
    const runsOfFront = rest.filter((_, i) => front.has(i));
    const room = count - best.length;
    best.push(...(runsOfFront.length <= room ? runsOfFront : mostVolume(runsOfFront, room)));
    rest = rest.filter((_, i) => !front.has(i));
  }
  return best;
};
