/**
 * The percentile rule of Optuna's PercentilePruner; at 50 it is the median rule of Golovin et al., "Google Vizier: A
 * Service for Black-Box Optimization", KDD 2017, section 3.2.3. A run ends when its best value so far is worse than
 * the given percentile of the values that finished runs had at the same step. Only finished runs are peers, and only
 * those with a value at exactly that step; ties go on; a run that has only NaN ends. Held against Optuna's own
 * decisions by percentile.golden.json and median.golden.json.
 */
import type { StoppingDefinition } from '@plumage/contract';
import { counted, explainer, finiteOrNull, isWorse, rankAmong, shown } from './explain.ts';
import { bestOf, dueSteps, percentileOf, pointsOf, valueAt } from './points.ts';
import {
  type Goal,
  type ObservedRun,
  type PeerNeeds,
  type StopDecision,
  type StoppingRule,
  withoutRungs,
} from './stopping-rule.ts';

export type PercentileOptions = Omit<Extract<StoppingDefinition, { type: 'percentile' }>, 'type'>;

/** The best values by this percentage go on; by goal counted from below or from above. */
const cutoffOf = (values: readonly number[], percentile: number, goal: Goal): number =>
  percentileOf(values, goal === 'maximize' ? 100 - percentile : percentile);

/** The points of finished runs at the steps that are due. */
export const percentileNeeds = (
  run: ObservedRun,
  steps: readonly number[],
  options: PercentileOptions,
): PeerNeeds => {
  const due = dueSteps(pointsOf(run.curve), steps, options);
  return due.length > 0 ? { kind: 'points-at', steps: due } : { kind: 'none' };
};

/** The rule under either of its names; `cutoffName` is "the median" or "the 25th best percentile". */
export const decideByPercentile = (
  type: 'median' | 'percentile',
  cutoffName: string,
  run: ObservedRun,
  others: readonly ObservedRun[],
  options: PercentileOptions,
  goal: Goal,
): StopDecision => {
  const points = pointsOf(run.curve);
  const step = points.at(-1)?.[0] ?? null;
  const say = explainer(type, run, step);
  if (step === null) return say.silent();
  const best = bestOf(points, goal);
  const value = finiteOrNull(best);
  if (step < options.n_warmup_steps) {
    return say.waits(`Step ${step} is before the rule's first step, ${options.n_warmup_steps}.`, { value });
  }
  if (dueSteps(points, [step], options).length === 0) {
    const sentence = `The run was already judged in this interval of ${options.interval_steps} steps.`;
    return say.waits(sentence, { value });
  }
  const finished = others.filter(({ state }) => state === 'FINISHED');
  const least = Math.max(1, options.n_startup_trials);
  if (finished.length < least) {
    const have = finished.length === 1 ? 'has' : 'have';
    return say.waits(`${counted(finished.length, 'run')} ${have} finished; the rule begins at ${least}.`, {
      value,
    });
  }
  if (Number.isNaN(best)) return say.stops('every value that it has reported is NaN.');

  const reported = finished.flatMap((peer) => {
    const at = valueAt(pointsOf(peer.curve), step);
    return at === undefined ? [] : [{ run: peer.number, value: at }];
  });
  if (reported.length < options.n_min_trials) {
    const sentence = `At step ${step} ${reported.length} of the finished runs have a value; the rule wants ${options.n_min_trials}.`;
    return say.waits(sentence, { value });
  }
  const cutoff = cutoffOf(
    reported.map((peer) => peer.value),
    options.percentile,
    goal,
  );
  if (Number.isNaN(cutoff)) return say.waits(`No finished run has a number at step ${step}.`, { value });

  const place = rankAmong(best, reported, goal);
  const known = { value, cutoff: finiteOrNull(cutoff), ...place };
  const than = `worse than ${shown(cutoff)}, ${cutoffName} of ${counted(place.peerCount, 'finished run')} at that step (rank ${place.rank} of ${place.peerCount + 1}).`;
  return isWorse(goal, best, cutoff)
    ? say.stops(`its best value so far, ${shown(best)}, is ${than}`, known)
    : say.goesOn(`its best value so far, ${shown(best)}, is not ${than}`, known);
};

const ordinal = (n: number): string => {
  const tens = n % 100;
  const ending = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${ending}`;
};

export const percentileRule: StoppingRule<PercentileOptions> = {
  type: 'percentile',
  ...withoutRungs,
  needs: percentileNeeds,
  decide(run, peers, options, goal) {
    const name = `the ${ordinal(options.percentile)} best percentile`;
    return decideByPercentile('percentile', name, run, peers, options, goal);
  },
};
