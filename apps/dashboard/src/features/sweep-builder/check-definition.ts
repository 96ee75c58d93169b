/**
 * The check that runs with every keystroke, in the browser: the same parser as the server's, with the trainer's own
 * hyperparameters, so that a wrong value is refused beside its field before anything is sent.
 */
import { hyperparameterFields, parseSweepDefinition, type ParseResult } from '@plumage/contract';

/** A problem as the builder shows it; `line` (from 1) is known for those that were found here. */
export interface BuilderProblem {
  readonly path: string;
  readonly message: string;
  readonly expected: string;
  readonly line: number | null;
}

const shape = hyperparameterFields.shape;
type Name = keyof typeof shape;

/** The names that the trainer knows, in the order of its own list. */
export const knownParameters: readonly string[] = Object.keys(shape);

const isKnown = (name: string): name is Name => Object.hasOwn(shape, name);

/** What a hyperparameter is, in one sentence; null for an unknown name. */
export const describeParameter = (name: string): string | null =>
  isKnown(name) ? (shape[name].description ?? null) : null;

export const checkDefinition = (text: string): ParseResult => parseSweepDefinition(text);

/** The first problem at a path, or at one of the places below it. */
export const problemAt = (problems: readonly BuilderProblem[], path: string): BuilderProblem | undefined =>
  problems.find((problem) => problem.path === path) ??
  problems.find((problem) => problem.path.startsWith(`${path}.`) || problem.path.startsWith(`${path}[`));

/** One sentence: what is wrong, then what would be right. */
export const sayProblem = (problem: Pick<BuilderProblem, 'message' | 'expected'>): string =>
  problem.expected === '' ? problem.message : `${problem.message}; expected ${problem.expected}`;
