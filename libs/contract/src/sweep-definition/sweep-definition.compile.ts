/**
 * The definition's sections, each by its own compiler or check, put together. A section that the schema refuses
 * counts as absent for the others, which are judged all the same: a user mends a file once.
 */
import { isBuiltIn } from '../hyperparameters/trainers.ts';
import { compileBudget } from './budget.schema.ts';
import { checkDataset, compileCommand } from './command.check.ts';
import { compileExclusions } from './exclusion.compile.ts';
import { checkHyperparameters } from './hyperparameter.check.ts';
import { checkMethod } from './method.check.ts';
import { compileMetrics } from './metric.compile.ts';
import { checkConditions, compileParameters } from './parameter.compile.ts';
import { checkPopulation } from './pbt.check.ts';
import { compilePbt } from './pbt.compile.ts';
import { type Report, valueAt } from './problem.ts';
import { compileRequires } from './requires.schema.ts';
import { compileRunCap } from './run-cap.compile.ts';
import { checkShape, warnOfIgnored } from './shape.check.ts';
import type { SourceValue } from './source-text.ts';
import { checkStopping } from './stopping.check.ts';
import type { SweepDefinition } from './sweep-definition.type.ts';

/**
 * The full definition; null when `report` has got problems.
 *
 * @param accept see ParseOptions
 */
export const compileSweep = (
  raw: object,
  source: SourceValue,
  accept: 'runnable' | 'grammar',
  report: Report,
): SweepDefinition | null => {
  const has = (key: string): boolean => valueAt(raw, [key]) !== undefined;
  const sound = checkShape(raw, report);
  warnOfIgnored(raw, report);
  const compiled = compileParameters(valueAt(raw, ['parameters']), source, report);
  checkConditions(compiled, report);
  const { parameters } = compiled;
  const method = sound.method === 'bayes' ? 'gp' : (sound.method ?? null);
  const written = {
    called: sound.method ?? '',
    metrics: compileMetrics(sound.metric ?? null, sound.metrics ?? null, report),
    hasMetric: has('metric') || has('metrics'),
    hasPbt: has('pbt'),
    hasWarmStart: has('warm_start'),
  };
  const pbt = method === 'pbt' ? compilePbt(sound.pbt ?? null, written.hasPbt, parameters, report) : null;
  const earlyTerminate = sound.early_terminate ?? null;
  // W&B's files have no trainer, and those that name a program mean it.
  const trainer = sound.trainer ?? (has('program') || has('command') ? 'command' : 'gan-cls');
  const { warm_start: warmStart = [], dataset = null } = sound;
  // A command that the schema has refused is empty here, so that it is not called missing as well.
  const command = sound.command ?? (has('command') ? [] : null);
  const isLimited = has('run_cap') || has('budget');
  const definition = {
    name: sound.name ?? null,
    description: sound.description ?? null,
    metric: written.metrics[0] ?? null,
    metrics: written.metrics,
    parameters: parameters.map((placed) => placed.definition),
    earlyTerminate,
    runCap: compileRunCap(method, sound.run_cap ?? null, isLimited, pbt, parameters, report),
    budget: compileBudget(sound.budget ?? null),
    exclude: compileExclusions(sound.exclude ?? null, compiled, report),
    pbt,
    concurrency: sound.concurrency ?? null,
    maxFailures: sound.max_failures ?? 0,
    seed: sound.seed ?? 0,
    warmStart: [...new Set([warmStart].flat())],
    trainer,
    command: compileCommand(trainer, { program: sound.program ?? null, command }, report),
    dataset,
    requires: compileRequires(sound.requires ?? null, trainer === 'command'),
    objectiveAt: sound.objective_at ?? 'last',
    priority: sound.priority ?? 0,
  } as const;

  checkDataset(trainer, has('trainer'), dataset, report);
  checkStopping(earlyTerminate, method, written, report);
  if (method !== null) checkMethod(method, written, parameters, report);
  if (accept === 'runnable' && isBuiltIn(trainer)) {
    checkHyperparameters(trainer, compiled, dataset, report);
    if (method === 'pbt') checkPopulation(trainer, pbt, definition.metric, parameters, report);
  }
  return method === null || report.problems.length > 0 ? null : { ...definition, method };
};
