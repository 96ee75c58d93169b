/**
 * What of the grammar this version can run. The grammar knows every method and rule from the start, so that a file
 * written for a later version is understood, and refused with a sentence that says what to use until then.
 */
import { type StoppingRuleType, stoppingRuleTypes } from './early-terminate.schema.ts';
import type { Report } from './problem.ts';
import type { SweepMethod } from './sweep-definition.type.ts';

export const availableMethods = [
  'grid',
  'random',
  'sobol',
  'tpe',
  'gp',
  'cmaes',
  'pbt',
  'nsga2',
] as const satisfies readonly SweepMethod[];
export type AvailableMethod = (typeof availableMethods)[number];

/** Every rule of the grammar. */
export const availableStoppingRules: readonly StoppingRuleType[] = stoppingRuleTypes;

/** Reports a method of a well-formed definition that cannot run yet. */
export const checkAvailability = (method: SweepMethod, report: Report): void => {
  const known: readonly SweepMethod[] = availableMethods;
  if (known.includes(method)) return;
  const instead = availableMethods.join(' or ');
  report.problem(['method'], `method '${method}' is not available yet; use ${instead}`, instead);
};
