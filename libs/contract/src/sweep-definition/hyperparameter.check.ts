/**
 * Whether the built-in trainer knows the sweep's parameters and would take the values that they can have. A value
 * that it would refuse is found here, before the first run, and not once in every run.
 */
import type { z } from 'zod';
import type { ParameterValue } from '../assignment.ts';
import { type BuiltInTrainer, trainerHyperparameters } from '../hyperparameters/trainers.ts';
import { expectedName } from './did-you-mean.ts';
import type { CompiledParameters } from './parameter.compile.ts';
import { expectation, type Path, type Report, shown } from './problem.ts';
import type { Distribution } from './sweep-definition.type.ts';

/** What the field expects instead of `value`; null when it takes the value, or when there is no such field. */
const refusal = (field: z.ZodType | undefined, value: unknown): string | null => {
  const issue = field?.safeParse(value).error?.issues[0];
  return issue === undefined ? null : expectation(issue, value);
};

/** A point inside a range that is no round number, so that a trainer which wants whole numbers refuses it. */
const INSIDE = 0.5707963;

/** Values by which a distribution is judged, with the key that each comes from. Bells have no bounds: a typical value. */
const probes = (d: Distribution): readonly (readonly [Path, ParameterValue])[] => {
  const range = (min: number, max: number) =>
    [
      [['min'], min],
      [['max'], max],
      [['distribution'], min + (max - min) * INSIDE],
    ] as const;
  switch (d.kind) {
    case 'constant':
      return [[['value'], d.value]];
    case 'categorical':
      return d.values.map((value, i) => [['values', i], value] as const);
    case 'int_uniform':
      return range(d.min, d.max).slice(0, 2);
    case 'uniform':
    case 'log_uniform_values':
    case 'inv_log_uniform_values':
      return range(d.min, d.max);
    case 'log_uniform':
      return range(Math.exp(d.min), Math.exp(d.max));
    case 'inv_log_uniform':
      return [
        [['max'], Math.exp(-d.max)],
        [['min'], Math.exp(-d.min)],
      ];
    case 'q_uniform':
    case 'q_log_uniform_values':
      return [d.min, d.max].map((bound, i) => [[i ? 'max' : 'min'], Math.round(bound / d.q) * d.q] as const);
    case 'q_log_uniform':
      return [d.min, d.max].map(
        (bound, i) => [[i ? 'max' : 'min'], Math.round(Math.exp(bound) / d.q) * d.q] as const,
      );
    case 'normal':
      return [[['mu'], d.mu + d.sigma * INSIDE]];
    case 'log_normal':
      return [[['mu'], Math.exp(d.mu + d.sigma * INSIDE)]];
    case 'q_normal':
      return [[['mu'], Math.round(d.mu / d.q) * d.q]];
    case 'q_log_normal':
      return [[['mu'], Math.round(Math.exp(d.mu) / d.q) * d.q]];
  }
};

/** Reports parameters without which no run can be, when they are not written or not always active. */
const checkRequired = (
  trainer: BuiltInTrainer,
  { parameters, declared }: CompiledParameters,
  report: Report,
): void => {
  const { fields, required } = trainerHyperparameters[trainer];
  for (const path of required) {
    const what = `${path}: {value: ...}. ${fields[path]?.description ?? ''}`;
    if (!declared.has(path)) {
      report.problem(['parameters'], `is missing ${path}, which trainer ${trainer} needs`, what);
    }
    const placed = parameters.find(({ definition }) => definition.path === path);
    if (placed === undefined || placed.definition.when.length === 0) continue;
    report.problem([...placed.at, 'when'], `${path} cannot be left out: trainer ${trainer} needs it`, what);
  }
};

const checkDataset = (trainer: BuiltInTrainer, dataset: string, report: Report): void => {
  const field = trainerHyperparameters[trainer].fields['dataset'];
  if (field === undefined) {
    report.problem(['dataset'], `has no meaning for trainer ${trainer}`, 'nothing, or requires: {dataset}');
    return;
  }
  const expected = refusal(field, dataset);
  if (expected !== null) report.problem(['dataset'], `cannot be ${shown(dataset)}`, expected, dataset);
};

/** Reports parameters that the trainer does not know, and values that it would refuse; one problem a parameter's key. */
export const checkHyperparameters = (
  trainer: BuiltInTrainer,
  compiled: CompiledParameters,
  dataset: string | null,
  report: Report,
): void => {
  const { parameters, declared } = compiled;
  const fields = new Map(Object.entries(trainerHyperparameters[trainer].fields));
  for (const [path, at] of declared) {
    if (fields.has(path)) continue;
    const known = expectedName(path, [...fields.keys()]);
    report.problem(at, `${path} is not a hyperparameter of trainer ${trainer}`, known);
  }
  checkRequired(trainer, compiled, report);
  for (const { definition, at } of parameters) {
    const { path, distribution } = definition;
    for (const [key, value] of probes(distribution)) {
      const expected = refusal(fields.get(path), value);
      if (expected === null) continue;
      const message = `${path} cannot be ${shown(value)}`;
      report.problem([...at, ...key], message, `for ${path}: ${expected}`, value);
    }
  }
  if (dataset !== null) checkDataset(trainer, dataset, report);
};
