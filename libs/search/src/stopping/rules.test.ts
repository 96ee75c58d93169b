import type { StoppingDefinition } from '@plumage/contract';
import { describeStoppingRule, type RuleUnderTest } from './stopping.conformance.ts';
import type { Goal } from './stopping-rule.ts';

const interval = { n_warmup_steps: 0, interval_steps: 1 };
const startup = { n_startup_trials: 5, n_min_trials: 1, ...interval };
const median = { type: 'median', ...startup } as const;
const bands = { type: 'hyperband', min_iter: 2, eta: 2, strict: true } as const;
const halving = {
  type: 'hyperband',
  min_resource: 4,
  max_resource: 8,
  reduction_factor: 4,
  eta: 3,
  strict: true,
} as const;
const asha = { type: 'asha', max_t: 40, grace_period: 2, reduction_factor: 4, brackets: 1 } as const;
const threshold = (goal: Goal) =>
  ({ type: 'threshold', ...(goal === 'minimize' ? { upper: 50 } : { lower: -50 }), ...interval }) as const;

const plain = (name: string, rule: StoppingDefinition, onlyNan: RuleUnderTest['onlyNan'] = 'stopped') =>
  describeStoppingRule({ name, definition: () => rule, onlyNan });

plain('median', median);
plain('median with warm-up', { ...median, n_warmup_steps: 4, interval_steps: 3, n_min_trials: 2 });
plain('percentile', { type: 'percentile', percentile: 25, ...startup });
plain('asha', asha);
plain('asha with brackets', { ...asha, grace_period: 1, reduction_factor: 2, brackets: 2 });
plain("hyperband with W&B's keys", bands);
plain('hyperband with max_iter, not strict', {
  type: 'hyperband',
  max_iter: 27,
  s: 2,
  eta: 3,
  strict: false,
});
plain("hyperband with Optuna's keys", halving);
plain('wilcoxon', { type: 'wilcoxon', p_threshold: 0.1, n_startup_steps: 2 }, 'goes on');
plain('patient', { type: 'patient', patience: 3, min_delta: 0 }, 'goes on');
plain('patient around median', { type: 'patient', patience: 3, min_delta: 0.5, wrapped: median }, 'goes on');
plain('patient around asha', { type: 'patient', patience: 1, min_delta: 0, wrapped: asha }, 'goes on');
plain(
  'patient around hyperband',
  { type: 'patient', patience: 1, min_delta: 0, wrapped: halving },
  'goes on',
);
plain('patient around bands', { type: 'patient', patience: 1, min_delta: 0, wrapped: bands }, 'goes on');
describeStoppingRule({ name: 'threshold', definition: threshold, onlyNan: 'stopped' });
