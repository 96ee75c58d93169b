/**
 * The way back: a definition as the YAML that a user would write, which parses to the same definition. Keys that
 * are null are left out; every distribution but the plainest is named, so that nothing hangs on how a number is
 * written.
 */
import { stringify } from 'yaml';
import { rawBudget } from './budget.schema.ts';
import { rawExclusion } from './exclusion.compile.ts';
import { rawRequires } from './requires.schema.ts';
import type { ParameterDefinition, SweepDefinition } from './sweep-definition.type.ts';

const withoutNulls = (mapping: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(mapping).filter(([, value]) => value !== null && value !== undefined));

const rawParameter = ({ distribution, when }: ParameterDefinition): Record<string, unknown> => {
  const { kind, ...numbers } = distribution;
  const conditions = when.map(({ parameter, values }) => [
    parameter,
    values.length === 1 ? values[0] : values,
  ]);
  return withoutNulls({
    distribution: kind === 'constant' || kind === 'categorical' ? null : kind,
    ...numbers,
    when: when.length > 0 ? Object.fromEntries(conditions) : null,
  });
};

/** The definition as YAML text; `parseSweepDefinition` of it gives an equal definition. */
export const printSweepDefinition = (definition: SweepDefinition): string => {
  const { parameters, metrics, exclude, warmStart, earlyTerminate, ...rest } = definition;
  const [metric, ...others] = metrics.map((objective) => withoutNulls({ ...objective }));
  const raw = withoutNulls({
    name: rest.name,
    description: rest.description,
    method: rest.method,
    ...(others.length > 0 ? { metrics: [metric, ...others] } : { metric }),
    trainer: rest.trainer,
    command: rest.command,
    dataset: rest.dataset,
    requires: rawRequires(rest.requires),
    parameters: Object.fromEntries(parameters.map((parameter) => [parameter.path, rawParameter(parameter)])),
    early_terminate: earlyTerminate,
    run_cap: rest.runCap,
    budget: rawBudget(rest.budget),
    exclude: exclude.length > 0 ? exclude.map(rawExclusion) : null,
    pbt: rest.pbt,
    concurrency: rest.concurrency,
    max_failures: rest.maxFailures,
    seed: rest.seed,
    warm_start: warmStart.length > 0 ? warmStart : null,
    objective_at: rest.objectiveAt,
    priority: rest.priority,
  });
  return stringify(raw, { aliasDuplicateObjects: false, lineWidth: 100 });
};
