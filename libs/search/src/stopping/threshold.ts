/**
 * Optuna's ThresholdPruner: a run ends when its newest value leaves the bounds or is NaN. It looks at no other run,
 * and at no goal: `lower` and `upper` mean the values themselves. Held against Optuna's own decisions by
 * threshold.golden.json.
 */
import type { StoppingDefinition } from '@plumage/contract';
import { explainer, finiteOrNull, shown } from './explain.ts';
import { dueSteps, pointsOf } from './points.ts';
import { type StoppingRule, withoutRungs } from './stopping-rule.ts';

export type ThresholdOptions = Omit<Extract<StoppingDefinition, { type: 'threshold' }>, 'type'>;

export const thresholdRule: StoppingRule<ThresholdOptions> = {
  type: 'threshold',
  ...withoutRungs,
  needs: () => ({ kind: 'none' }),
  decide(run, _others, options) {
    const points = pointsOf(run.curve);
    const newest = points.at(-1);
    const say = explainer('threshold', run, newest?.[0] ?? null);
    if (newest === undefined) return say.silent();
    const [step, value] = newest;
    const known = { value: finiteOrNull(value) };
    if (step < options.n_warmup_steps) {
      return say.waits(`Step ${step} is before the rule's first step, ${options.n_warmup_steps}.`, known);
    }
    if (dueSteps(points, [step], options).length === 0) {
      return say.waits(
        `The run was already judged in this interval of ${options.interval_steps} steps.`,
        known,
      );
    }
    const { lower = Number.NEGATIVE_INFINITY, upper = Number.POSITIVE_INFINITY } = options;
    if (Number.isNaN(value)) return say.stops('its value is NaN.');
    if (value < lower) {
      return say.stops(`its value, ${shown(value)}, is below ${shown(lower)}.`, { ...known, cutoff: lower });
    }
    if (value > upper) {
      return say.stops(`its value, ${shown(value)}, is above ${shown(upper)}.`, { ...known, cutoff: upper });
    }
    return say.waits(`Goes on at step ${step}: its value, ${shown(value)}, lies within the bounds.`, known);
  },
};
