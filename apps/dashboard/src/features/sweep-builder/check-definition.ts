/**
 * The check that runs with every keystroke, in the browser: the same parser as the server's, with the trainer's own
 * hyperparameters, so that a wrong value is refused beside its field before anything is sent.
 */
import {
  isBuiltIn,
  parseSweepDefinition,
  type ParseResult,
  type TrainerHyperparameters,
  trainerHyperparameters,
} from '@plumage/contract';

/** A problem as the builder shows it; `line` (from 1) is known for those that were found here. */
export interface BuilderProblem {
  readonly path: string;
  readonly message: string;
  readonly expected: string;
  readonly line: number | null;
}

const noFields: TrainerHyperparameters['fields'] = {};

const fieldsOf = (trainer: string): TrainerHyperparameters['fields'] =>
  isBuiltIn(trainer) ? trainerHyperparameters[trainer].fields : noFields;

/** The names that the trainer knows, in the order of its own list; a program's are its own affair. */
export const knownParameters = (trainer: string): readonly string[] => Object.keys(fieldsOf(trainer));

/** What a hyperparameter of the trainer is, in one sentence; null for an unknown name. */
export const describeParameter = (trainer: string, name: string): string | null => {
  const fields = fieldsOf(trainer);
  return Object.hasOwn(fields, name) ? (fields[name]?.description ?? null) : null;
};

export const checkDefinition = (text: string): ParseResult => parseSweepDefinition(text);

/** The first problem at a path, or at one of the places below it. */
export const problemAt = (problems: readonly BuilderProblem[], path: string): BuilderProblem | undefined =>
  problems.find((problem) => problem.path === path) ??
  problems.find((problem) => problem.path.startsWith(`${path}.`) || problem.path.startsWith(`${path}[`));

/** One sentence: what is wrong, then what would be right. */
export const sayProblem = (problem: Pick<BuilderProblem, 'message' | 'expected'>): string =>
  problem.expected === '' ? problem.message : `${problem.message}; expected ${problem.expected}`;
