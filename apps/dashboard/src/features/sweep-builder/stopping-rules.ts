/**
 * The stopping rules as a form shows them: what each does in one sentence, and its options as the grammar has them,
 * read from the JSON Schema that editors use, so that a rule's options have one home.
 */
import { type StoppingRuleType, stoppingRuleTypes, sweepJsonSchema } from '@plumage/contract';

export interface RuleOption {
  readonly key: string;
  /** What it means, in the grammar's own words. */
  readonly about: string;
  /** Its value when left out; '' without one. */
  readonly usual: string;
  readonly kind: 'number' | 'boolean';
}

const abouts: Readonly<Record<StoppingRuleType, string>> = {
  median: 'Ends a run that is worse than the median of the others at the same step.',
  percentile: 'Ends a run that is not among the best percentile of the others at the same step.',
  asha: 'Successive halving: at each rung the best of so many go on, without waiting for the others.',
  hyperband: 'Bands of steps at which only the best share goes on; several ladders hedge when to begin.',
  patient: 'Ends a run that has not improved for a while.',
  threshold: 'Ends a run whose value leaves the bounds.',
  wilcoxon: 'Ends a run that is worse than the best one, step by step, beyond doubt of a signed-rank test.',
};

/** What a rule that has just been chosen begins with; the rest is left to its defaults. */
export const ruleStarters: Readonly<Record<StoppingRuleType, Readonly<Record<string, number>>>> = {
  median: { n_startup_trials: 5, n_warmup_steps: 500 },
  percentile: { percentile: 25, n_warmup_steps: 500 },
  asha: { max_t: 2000, grace_period: 100, reduction_factor: 3 },
  hyperband: { min_iter: 100, eta: 3 },
  patient: { patience: 20 },
  threshold: { upper: 10, n_warmup_steps: 500 },
  wilcoxon: { p_threshold: 0.1 },
};

interface OptionSchema {
  readonly type?: unknown;
  readonly const?: unknown;
  readonly default?: unknown;
  readonly description?: unknown;
}
interface RuleSchema {
  readonly properties: Readonly<Record<string, OptionSchema>>;
}

const schemas = (): readonly RuleSchema[] => {
  const whole = sweepJsonSchema() as { properties?: { early_terminate?: { oneOf?: RuleSchema[] } } };
  return whole.properties?.early_terminate?.oneOf ?? [];
};

const optionsIn = ({ properties }: RuleSchema): readonly RuleOption[] =>
  Object.entries(properties).flatMap(([key, option]) => {
    const isNumber = option.type === 'integer' || option.type === 'number';
    if (!isNumber && option.type !== 'boolean') return [];
    const usual = option.default === undefined ? '' : String(option.default);
    const about = typeof option.description === 'string' ? option.description : '';
    return [{ key, about, usual, kind: isNumber ? 'number' : 'boolean' } as const];
  });

const options = new Map(schemas().map((rule) => [rule.properties.type?.const, optionsIn(rule)]));

export const stoppingRules: readonly { readonly type: StoppingRuleType; readonly about: string }[] =
  stoppingRuleTypes.map((type) => ({ type, about: abouts[type] }));

export const isRule = (type: string): type is StoppingRuleType => Object.hasOwn(abouts, type);

/** What the rule does; '' for a name that is none. */
export const aboutRule = (type: string): string => (isRule(type) ? abouts[type] : '');

/** The options that a form has a field for: numbers, and yes or no. */
export const ruleOptions = (type: string): readonly RuleOption[] => options.get(type) ?? [];

/** The rule as the graph takes it, from what was typed; what is left empty is left to its default. */
export const ruleOf = (
  type: string,
  typed: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> => {
  const written = ruleOptions(type).flatMap(({ key, kind }): (readonly [string, unknown])[] => {
    const text = (typed[key] ?? '').trim();
    if (text === '') return [];
    if (kind === 'boolean') return [[key, text === 'true']];
    const number = Number(text);
    return [[key, Number.isFinite(number) ? number : text]];
  });
  return { type, ...Object.fromEntries(written) };
};
