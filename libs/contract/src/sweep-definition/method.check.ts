/** Whether method, stopping rule and parameters go together: what a grid can hold, what ends, what can be compared. */
import type { StoppingDefinition } from './early-terminate.schema.ts';
import type { PlacedParameter } from './parameter.compile.ts';
import type { Report } from './problem.ts';
import type { DistributionKind, SweepMethod } from './sweep-definition.type.ts';

/** Distributions with finitely many values, of which a random search can try every one and end. */
const finiteKinds: readonly DistributionKind[] = [
  'constant',
  'categorical',
  'int_uniform',
  'q_uniform',
  'q_log_uniform',
  'q_log_uniform_values',
];
const gridKinds: readonly DistributionKind[] = ['constant', 'categorical', 'int_uniform', 'q_uniform'];

/** Reports what the method cannot search, and searches that would never end. */
export const checkMethod = (
  method: SweepMethod,
  runCap: number | null,
  parameters: readonly PlacedParameter[],
  report: Report,
): void => {
  if (method === 'grid') {
    for (const { definition, at } of parameters) {
      const { distribution } = definition;
      if (!gridKinds.includes(distribution.kind)) {
        report.problem(
          [...at, 'distribution'],
          `a grid cannot hold ${distribution.kind}`,
          'values, int_uniform or q_uniform, or method: random',
          distribution.kind,
        );
      } else if (distribution.kind === 'categorical' && distribution.probabilities !== null) {
        report.problem(
          [...at, 'probabilities'],
          'have no meaning in a grid',
          'values alone, or method: random',
        );
      } else if (distribution.kind === 'q_uniform') {
        report.warn(
          at,
          `a grid over q_uniform leaves out max ${distribution.max}, as W&B's does`,
          'values, to name every point',
          distribution.max,
        );
      }
    }
  } else if (runCap === null) {
    const endless = parameters.find(
      ({ definition }) => method !== 'random' || !finiteKinds.includes(definition.distribution.kind),
    );
    if (endless !== undefined) {
      const why =
        method === 'random'
          ? `${endless.definition.path} has endlessly many values`
          : `method ${method} never ends by itself`;
      report.problem(['run_cap'], `is missing: ${why}`, 'run_cap: the number of runs to try');
    }
  }
};

/** Reports a stopping rule that lacks what it needs. */
export const checkStopping = (rule: StoppingDefinition | null, hasMetric: boolean, report: Report): void => {
  if (rule === null) return;
  const at = 'early_terminate';
  if (!hasMetric) report.problem(['metric'], `is missing: ${at} compares runs by it`, 'metric: {name, goal}');
  if (
    rule.type === 'hyperband' &&
    rule.min_iter === undefined &&
    (rule.max_iter === undefined || rule.s === undefined)
  ) {
    report.problem([at], 'hyperband lacks its bands', 'min_iter, or max_iter with s', rule);
  }
  if (rule.type === 'threshold' && rule.lower === undefined && rule.upper === undefined) {
    report.problem([at], 'threshold has no bound', 'lower, upper or both', rule);
  }
};
