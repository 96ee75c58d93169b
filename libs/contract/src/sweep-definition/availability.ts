/**
 * What of the grammar this version can run. The grammar knows every method and rule from the start, so that a file
 * written for a later version is understood, and refused with a sentence that says what to use until then.
 */
import { type StoppingRuleType, stoppingRuleTypes } from './early-terminate.schema.ts';
import type { Report } from './problem.ts';
import type { SweepDefinition, SweepMethod, Trainer } from './sweep-definition.type.ts';

export const availableMethods = [
  'grid',
  'random',
  'sobol',
  'gp',
  'cmaes',
  'pbt',
  'nsga2',
] as const satisfies readonly SweepMethod[];
export type AvailableMethod = (typeof availableMethods)[number];

/** Every rule of the grammar. */
export const availableStoppingRules: readonly StoppingRuleType[] = stoppingRuleTypes;

export const availableTrainers = ['gan-cls', 'command'] as const satisfies readonly Trainer[];

/** Methods that can take in the results of other sweeps; a population copies weights, which another sweep's have no place for. */
const startsWarm = ['tpe', 'gp', 'cmaes', 'nsga2'] as const satisfies readonly SweepMethod[];

const isOneOf = (names: readonly string[], name: string): boolean => names.includes(name);

/** Reports each part of a well-formed definition that cannot run yet. */
export const checkAvailability = (
  definition: Pick<SweepDefinition, 'trainer' | 'warmStart'> & { method: string | null },
  report: Report,
): void => {
  const { method, trainer, warmStart } = definition;
  const refuse = (key: string[], what: string, name: string, instead: string): void =>
    report.problem(key, `${what} '${name}' is not available yet; use ${instead}`, instead, name);
  if (method !== null && !isOneOf(availableMethods, method)) {
    refuse(['method'], 'method', method, availableMethods.join(' or '));
  }
  if (!isOneOf(availableTrainers, trainer)) {
    refuse(['trainer'], 'trainer', trainer, availableTrainers.join(' or '));
  }
  if (warmStart.length > 0 && method !== null && !isOneOf(startsWarm, method)) {
    const message = `method ${method} learns nothing from other sweeps: warm_start has no effect`;
    report.warn(['warm_start'], message, startsWarm.join(', '), warmStart);
  }
};
