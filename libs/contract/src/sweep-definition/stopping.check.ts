/** Whether a stopping rule has what it needs, and whether its numbers leave it anything to do. */
import type { StoppingDefinition } from './early-terminate.schema.ts';
import type { Path, Report } from './problem.ts';
import type { SweepMethod, SweepMetric } from './sweep-definition.type.ts';

const checkOrder = (
  at: Path,
  low: readonly [key: string, value: number | undefined],
  high: readonly [key: string, value: number | undefined],
  report: Report,
): void => {
  if (low[1] === undefined || high[1] === undefined || low[1] < high[1]) return;
  const message = `${low[0]} ${low[1]} is not below ${high[0]} ${high[1]}`;
  report.problem([...at, low[0]], message, `a ${low[0]} below ${high[0]}`);
};

const checkHyperband = (
  rule: Extract<StoppingDefinition, { type: 'hyperband' }>,
  at: Path,
  report: Report,
): void => {
  const bands = rule.min_iter !== undefined || rule.max_iter !== undefined;
  const rungs = rule.min_resource !== undefined || rule.reduction_factor !== undefined;
  if (rule.max_resource === undefined) {
    if (rungs) report.problem(at, 'hyperband lacks max_resource', "max_resource: a run's last step");
    else if (rule.min_iter === undefined && (rule.max_iter === undefined || rule.s === undefined)) {
      report.problem(at, 'hyperband lacks its bands', 'min_iter, or max_iter with s, or max_resource');
    }
  } else if (bands) {
    const message = "hyperband has W&B's bands and Optuna's max_resource, which are two ways to say it";
    report.problem(at, message, 'min_iter, or max_iter with s, or max_resource');
  }
  if (rule.max_iter !== undefined && rule.max_iter < rule.eta) {
    report.problem([...at, 'max_iter'], `max_iter ${rule.max_iter} leaves no band`, `at least ${rule.eta}`);
  }
  checkOrder(at, ['min_iter', rule.min_iter], ['max_iter', rule.max_iter], report);
  checkOrder(at, ['min_resource', rule.min_resource], ['max_resource', rule.max_resource], report);
};

const checkRule = (rule: StoppingDefinition, at: Path, report: Report): void => {
  switch (rule.type) {
    case 'hyperband':
      checkHyperband(rule, at, report);
      break;
    case 'asha':
      checkOrder(at, ['grace_period', rule.grace_period], ['max_t', rule.max_t], report);
      break;
    case 'threshold':
      if (rule.lower === undefined && rule.upper === undefined) {
        report.problem(at, 'threshold has no bound', 'lower, upper or both');
      }
      checkOrder(at, ['lower', rule.lower], ['upper', rule.upper], report);
      break;
    case 'patient':
      if (rule.wrapped !== undefined) checkRule(rule.wrapped, [...at, 'wrapped'], report);
      break;
    case 'median':
    case 'percentile':
    case 'wilcoxon':
      break;
  }
};

/** Reports a stopping rule that lacks what it needs. */
export const checkStopping = (
  rule: StoppingDefinition | null,
  method: SweepMethod | null,
  written: { readonly metrics: readonly SweepMetric[]; readonly hasMetric: boolean },
  report: Report,
): void => {
  if (rule === null) return;
  const at = ['early_terminate'];
  const [metric, ...others] = written.metrics;
  checkRule(rule, at, report);
  if (method === 'pbt') {
    const message = 'has no meaning with method pbt, which replaces the worst runs itself';
    report.problem(at, message, 'no early_terminate, or another method');
  } else if (!written.hasMetric) {
    report.problem(['metric'], 'is missing: early_terminate compares runs by it', 'metric: {name, goal}');
  } else if (metric !== undefined && others.length > 0) {
    const message = `compares runs by ${metric.name} alone, and may stop those that are good at ${others[0]?.name}`;
    report.warn(at, message, 'no early_terminate with several metrics');
  }
};
