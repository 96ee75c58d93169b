/**
 * What is wrong with a definition, for people: where, what, and what to write instead. Everything is collected
 * before anything is reported, so that a user mends a file once.
 */
import type { z } from 'zod';
import { expectedName } from './did-you-mean.ts';

export interface DefinitionProblem {
  /** Where, such as `parameters.learning_rate.min` or `parameters.lr.values[2]`; '' is the whole definition. */
  readonly path: string;
  /** What is wrong, with the value. */
  readonly message: string;
  /** What would be right, in words. */
  readonly expected: string;
  /** The value found there; null when there is none. */
  readonly value: unknown;
  /** Line of the source text, from 1; null when the definition did not come as text. */
  readonly line: number | null;
}

export type Path = readonly (string | number)[];

/** `['parameters', 'lr', 'values', 2]` is `parameters.lr.values[2]`. */
export const pathText = (path: Path): string =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i ? '.' : ''}${part}`)).join('');

/** A value in a sentence: as JSON, cut at 60 characters. */
export const shown = (value: unknown): string => {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing');
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

/** What stands at `path`; undefined when nothing does. */
export const valueAt = (root: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (at, key) =>
      at !== null && typeof at === 'object' && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined,
    root,
  );

/** Collects problems and warnings of one parse. */
export class Report {
  readonly problems: DefinitionProblem[] = [];
  readonly warnings: DefinitionProblem[] = [];
  private readonly root: unknown;
  private readonly locate: (path: Path) => number | null;

  constructor(root: unknown, locate: (path: Path) => number | null) {
    this.root = root;
    this.locate = locate;
  }

  /** @param value what is wrong; what stands at `path` when not given */
  problem(path: Path, message: string, expected: string, value?: unknown): void {
    this.problems.push(this.entry(path, message, expected, value));
  }

  warn(path: Path, message: string, expected: string, value?: unknown): void {
    this.warnings.push(this.entry(path, message, expected, value));
  }

  private entry(path: Path, message: string, expected: string, value: unknown): DefinitionProblem {
    const found = value === undefined ? valueAt(this.root, path) : value;
    return { path: pathText(path), message, expected, value: found ?? null, line: this.locate(path) };
  }
}

const typeNames: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
};

const bound = (origin: string, word: string, limit: unknown): string =>
  origin === 'string'
    ? `a text of ${word} ${limit} characters`
    : origin === 'array'
      ? `a list of ${word} ${limit} entries`
      : `${word} ${limit}`;

/** What a zod issue asks for, in words. */
export const expectation = (issue: z.core.$ZodIssue, value: unknown): string => {
  switch (issue.code) {
    case 'invalid_type': {
      if (typeof value === 'number' && !Number.isFinite(value)) return 'a finite number';
      const name = typeNames[issue.expected] ?? issue.expected;
      const quoted = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
      return quoted && (issue.expected === 'number' || issue.expected === 'int')
        ? `${name}; remove the quotes`
        : name;
    }
    case 'too_small':
      return bound(issue.origin, issue.inclusive ? 'at least' : 'more than', issue.minimum);
    case 'too_big':
      return bound(issue.origin, issue.inclusive ? 'at most' : 'less than', issue.maximum);
    case 'invalid_value':
      return typeof value === 'string'
        ? expectedName(value, issue.values.map(String))
        : `one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_key':
      return 'a name of letters, digits, _ - and . that begins with a letter or _';
    default:
      return issue.message;
  }
};

/** Adds what zod found in `root` at `base`, one problem for each wrong or unknown key. */
export const reportZodIssues = (
  report: Report,
  issues: readonly z.core.$ZodIssue[],
  root: unknown,
  knownKeysAt: (path: Path) => readonly string[],
): void => {
  for (const issue of issues) {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
    const value = valueAt(root, path);
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        const at = [...path, key];
        report.problem(
          at,
          `unknown key ${key}`,
          expectedName(key, knownKeysAt(path)),
          valueAt(root, at) ?? null,
        );
      }
    } else if (value === undefined) {
      report.problem(path, 'is missing', expectation(issue, value));
    } else if (issue.code === 'invalid_key') {
      report.problem(
        path,
        `${shown(path.at(-1))} cannot be the name of a parameter`,
        expectation(issue, value),
        value,
      );
    } else {
      report.problem(path, `cannot be ${shown(value)}`, expectation(issue, value), value);
    }
  }
};
