/**
 * Whether the built-in trainer can train a population with these parameters: a copied member goes on with the copy's
 * networks and data, so that only what may change while training can be searched; and members are compared by a
 * metric that must come in every interval.
 */
import { type BuiltInTrainer, trainerHyperparameters } from '../hyperparameters/trainers.ts';
import { presetNames } from '../hyperparameters/field.ts';
import type { PlacedParameter } from './parameter.compile.ts';
import type { Report } from './problem.ts';
import type { PbtOptions, SweepMetric } from './sweep-definition.type.ts';

/** The value of a parameter that has one; null when it has several; undefined when it is not written. */
const writtenValue = (parameters: readonly PlacedParameter[], path: string): unknown => {
  const distribution = parameters.find(({ definition }) => definition.path === path)?.definition.distribution;
  if (distribution === undefined) return undefined;
  return distribution.kind === 'constant' ? distribution.value : null;
};

/** Steps between evaluations; null when that is part of the search, or no number. */
const evalEveryOf = (trainer: BuiltInTrainer, parameters: readonly PlacedParameter[]): number | null => {
  const written = writtenValue(parameters, 'eval_every');
  if (typeof written === 'number') return written;
  if (written !== undefined) return null;
  const { fields, presets } = trainerHyperparameters[trainer];
  const preset = writtenValue(parameters, 'preset');
  const chosen = presetNames.find((name) => name === (preset === undefined ? 'cpu-small' : preset));
  if (chosen === undefined) return null;
  const every = presets[chosen]['eval_every'] ?? fields['eval_every']?.safeParse(undefined).data;
  return typeof every === 'number' ? every : null;
};

/** Evaluations are as far apart as `eval_every` says; other metrics come more often than anybody's interval. */
const checkInterval = (
  trainer: BuiltInTrainer,
  pbt: PbtOptions,
  metric: SweepMetric | null,
  parameters: readonly PlacedParameter[],
  report: Report,
): void => {
  const every = evalEveryOf(trainer, parameters);
  if (!metric?.name.startsWith('eval/') || every === null) return;
  if (every > 0 && every <= pbt.interval) return;
  const comes = every === 0 ? 'is never reported, since eval_every is 0' : `comes every ${every} steps only`;
  report.warn(
    ['pbt', 'interval'],
    `${metric.name} ${comes}: members are not compared at the end of each interval of ${pbt.interval}`,
    every === 0
      ? `eval_every of 1 to ${pbt.interval}`
      : `an interval of at least ${every}, or eval_every of at most ${pbt.interval}`,
    pbt.interval,
  );
};

/** Reports what a population of the built-in trainer cannot search. */
export const checkPopulation = (
  trainer: BuiltInTrainer,
  pbt: PbtOptions | null,
  metric: SweepMetric | null,
  parameters: readonly PlacedParameter[],
  report: Report,
): void => {
  const { fields, changeableWhileTraining: changeable } = trainerHyperparameters[trainer];
  for (const { definition, at } of parameters) {
    const { path, distribution } = definition;
    // `steps` has a sentence of its own (pbt.compile.ts), and so has a name that nobody knows.
    if (distribution.kind === 'constant' || path === 'steps' || !Object.hasOwn(fields, path)) continue;
    if (changeable.includes(path)) continue;
    report.problem(
      at,
      `${path} cannot be searched by pbt: it cannot change while a member trains`,
      `${path}: {value: ...}, or a search over ${changeable.join(', ')}`,
    );
  }
  if (pbt !== null) checkInterval(trainer, pbt, metric, parameters, report);
};
