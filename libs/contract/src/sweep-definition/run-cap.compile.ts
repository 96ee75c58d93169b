/**
 * The most runs that a sweep will have. W&B's searches go on until someone ends them; here a search that would never
 * end, and that nothing else limits, gets a cap and is told so.
 */
import { finiteKinds } from './method.check.ts';
import type { PlacedParameter } from './parameter.compile.ts';
import type { Report } from './problem.ts';
import type { PbtOptions, SweepMethod } from './sweep-definition.type.ts';

const DEFAULT_RUN_CAP = 100;

/** Runs that a method draws before it has learnt anything, as libs/search has them. */
const drawnAtFirst: Readonly<Partial<Record<SweepMethod, number>>> = { tpe: 10, gp: 10, nsga2: 20 };

/** Why the search never ends by itself; null when it does. */
const whyEndless = (method: SweepMethod, parameters: readonly PlacedParameter[]): string | null => {
  if (method === 'grid' || method === 'pbt' || parameters.length === 0) return null;
  if (method !== 'random') return `method ${method} never ends by itself`;
  const endless = parameters.find(({ definition }) => !finiteKinds.includes(definition.distribution.kind));
  return endless === undefined ? null : `${endless.definition.path} has endlessly many values`;
};

const capOfPbt = (written: number | null, pbt: PbtOptions, report: Report): number => {
  const all = pbt.population * pbt.generations;
  if (written === null) return all;
  if (written < pbt.population) {
    const message = `${written} runs are fewer than the population of ${pbt.population}`;
    report.problem(['run_cap'], message, `at least ${pbt.population}, or a smaller pbt.population`);
  } else if (written > all) {
    const why = `${pbt.population} members of ${pbt.generations} generations are ${all} runs`;
    report.warn(['run_cap'], `${why}, so ${written} are never reached`, `at most ${all}`);
  }
  return Math.min(written, all);
};

/**
 * The cap in effect; null is no limit.
 *
 * @param written the user's; null without one
 * @param isLimited whether the user has set any limit
 */
export const compileRunCap = (
  method: SweepMethod | null,
  written: number | null,
  isLimited: boolean,
  pbt: PbtOptions | null,
  parameters: readonly PlacedParameter[],
  report: Report,
): number | null => {
  if (pbt !== null) return capOfPbt(written, pbt, report);
  const drawn = method === null ? undefined : drawnAtFirst[method];
  if (written !== null && drawn !== undefined && written <= drawn) {
    const message = `the first ${drawn} runs of method ${method} are drawn, so ${written} learn nothing`;
    report.warn(['run_cap'], message, `more than ${drawn}, or method: sobol`);
  }
  if (method === null || written !== null || isLimited) return written;
  const why = whyEndless(method, parameters);
  if (why === null) return null;
  report.warn(['run_cap'], `is missing, and ${why}: ${DEFAULT_RUN_CAP} is taken`, 'run_cap, or a budget');
  return DEFAULT_RUN_CAP;
};
