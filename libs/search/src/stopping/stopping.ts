/** One sweep's stopping rule, ready to be asked. */
import type { StoppingDefinition, SweepDefinition } from '@plumage/contract';
import { ashaRule } from './asha.ts';
import { bandsRule } from './bands.ts';
import { halvingRule } from './halving.ts';
import { medianRule } from './median.ts';
import { patientRule } from './patient.ts';
import { percentileRule } from './percentile.ts';
import type { Goal, Stopping, StoppingRule } from './stopping-rule.ts';
import { thresholdRule } from './threshold.ts';
import { wilcoxonRule } from './wilcoxon.ts';

const bind = <Options>(rule: StoppingRule<Options>, options: Options, goal: Goal): Stopping => ({
  type: rule.type,
  goal,
  recordsWhenAsked: rule.recordsWhenAsked,
  needs: (run, steps) => rule.needs(run, steps, options),
  decide: (run, peers) => rule.decide(run, peers, options, goal),
  brackets: (upTo) => rule.brackets(options, upTo),
  standings: (runs) => rule.standings(runs, options, goal),
});

/** The rule of a definition, or another that its runs are to be replayed under. */
export const createStoppingRule = (rule: StoppingDefinition, goal: Goal): Stopping => {
  switch (rule.type) {
    case 'median':
      return bind(medianRule, rule, goal);
    case 'percentile':
      return bind(percentileRule, rule, goal);
    case 'asha':
      return bind(ashaRule, rule, goal);
    case 'hyperband': {
      // Its keys say whose hyperband is meant.
      const { max_resource } = rule;
      return max_resource === undefined
        ? bind(bandsRule, rule, goal)
        : bind(halvingRule, { ...rule, max_resource }, goal);
    }
    case 'patient': {
      const { wrapped } = rule;
      const inner = wrapped === undefined ? null : createStoppingRule(wrapped, goal);
      return bind(patientRule(inner, goal), rule, goal);
    }
    case 'threshold':
      return bind(thresholdRule, rule, goal);
    case 'wilcoxon':
      return bind(wilcoxonRule, rule, goal);
  }
};

/** The sweep's rule, or null when it has none. */
export const createStopping = ({
  earlyTerminate,
  metric,
}: Pick<SweepDefinition, 'earlyTerminate' | 'metric'>): Stopping | null =>
  earlyTerminate === null || metric === null ? null : createStoppingRule(earlyTerminate, metric.goal);
