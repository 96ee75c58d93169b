/**
 * What each of a rule's needs means, in code: from all runs of a sweep to those runs and points that were asked for.
 * A caller that holds whole curves uses it as it is; one that reads from a database writes the same as a query, and
 * holds itself against this.
 */
import { bestFirst } from './explain.ts';
import { firstIndexFrom, pointsOf, valueAt } from './points.ts';
import type { Curve, Goal, ObservedRun, PeerNeeds, StopDecision, Stopping } from './stopping-rule.ts';

/** The finished run with the best finite objective; of equals the one with the lowest number. */
export const bestFinished = (runs: readonly ObservedRun[], goal: Goal): ObservedRun | null => {
  const finished = runs.flatMap(({ number, state, objective }) =>
    state === 'FINISHED' && objective !== null && Number.isFinite(objective)
      ? [{ run: number, value: objective }]
      : [],
  );
  const best = bestFirst(finished, goal)[0];
  return runs.find(({ number }) => number === best?.run) ?? null;
};

/** The first `count` points that are not NaN at or after each of `steps`, each point once. */
const firstPointsFrom = (curve: Curve, steps: readonly number[], count: number): Curve => {
  const points = pointsOf(curve);
  const wanted = new Set<number>();
  for (const step of steps) {
    let left = count;
    for (let i = firstIndexFrom(points, step); i < points.length && left > 0; i++) {
      if (Number.isNaN(points[i]?.[1])) continue;
      wanted.add(i);
      left--;
    }
  }
  return [...wanted].sort((a, b) => a - b).flatMap((i) => points.slice(i, i + 1));
};

/** The peers of run `number` as `needs` asks for them, out of all `runs` of the sweep with their whole curves. */
export const peersFor = (
  number: number,
  needs: PeerNeeds,
  runs: readonly ObservedRun[],
  goal: Goal,
): ObservedRun[] => {
  const others = runs.filter((run) => run.number !== number);
  switch (needs.kind) {
    case 'none':
      return [];
    case 'points-at':
      return others
        .filter(({ state }) => state === 'FINISHED')
        .map((run) => {
          const points = pointsOf(run.curve);
          const curve = [...needs.steps]
            .sort((a, b) => a - b)
            .flatMap((step) => {
              const value = valueAt(points, step);
              return value === undefined ? [] : [[step, value] as const];
            });
          return { ...run, curve };
        });
    case 'first-points-from':
      return others.map((run) => ({ ...run, curve: firstPointsFrom(run.curve, needs.steps, needs.count) }));
    case 'best-curve': {
      const best = bestFinished(others, goal);
      return best === null ? [] : [best];
    }
    case 'whole-curves':
      return others;
  }
};

/** Decides as a caller does: asks what is needed, gets that much of `all`, and judges the newest point of `run`. */
export const judge = (stopping: Stopping, run: ObservedRun, all: readonly ObservedRun[]): StopDecision => {
  const newest = run.curve.slice(-1).map(([step]) => step);
  return stopping.decide(run, peersFor(run.number, stopping.needs(run, newest), all, stopping.goal));
};
