/**
 * The median rule of Optuna's MedianPruner (Golovin et al., "Google Vizier", KDD 2017, section 3.2.3), which is its
 * percentile rule at 50: a run ends when its best value so far is worse than the median of the values that finished
 * runs had at the same step. Held against Optuna's own decisions by median.golden.json.
 */
import type { StoppingDefinition } from '@plumage/contract';
import { decideByPercentile, percentileNeeds } from './percentile.ts';
import { type StoppingRule, withoutRungs } from './stopping-rule.ts';

export type MedianOptions = Omit<Extract<StoppingDefinition, { type: 'median' }>, 'type'>;

const HALF = { percentile: 50 };

export const medianRule: StoppingRule<MedianOptions> = {
  type: 'median',
  ...withoutRungs,
  needs: (run, steps, options) => percentileNeeds(run, steps, { ...options, ...HALF }),
  decide: (run, peers, options, goal) =>
    decideByPercentile('median', 'the median', run, peers, { ...options, ...HALF }, goal),
};
