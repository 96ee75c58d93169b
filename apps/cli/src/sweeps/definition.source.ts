/** The text of a sweep's definition, from a file or from stdin, and what is wrong with it, line by line. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseSweepDefinition } from '@plumage/contract';
import { CommandError } from '../command/command.error.ts';
import type { Context, World } from '../command/command.type.ts';
import type { Tone, Paint } from '../terminal/paint.ts';

export interface ProblemLine {
  readonly path: string;
  readonly message: string;
  readonly expected: string;
  readonly line?: number | null;
}

export interface DefinitionSource {
  readonly text: string;
  /** How messages call it: the file as it was given, or "stdin". */
  readonly name: string;
}

/** @throws CommandError NOTHING_TO_READ */
export const readDefinition = async (world: World, file: string): Promise<DefinitionSource> => {
  if (file === '-') return { text: await world.readStdin(), name: 'stdin' };
  try {
    return { text: await readFile(resolve(world.cwd, file), 'utf8'), name: file };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const why =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EISDIR'
          ? 'it is a folder'
          : error instanceof Error
            ? error.message
            : String(error);
    throw new CommandError('NOTHING_TO_READ', `${file} cannot be read: ${why}.`);
  }
};

/** `file.yaml:7: error: parameters.lr.min: cannot be "x"; expected a number`, as editors and CI logs understand it. */
export const problemText = (
  source: string,
  kind: 'error' | 'warning',
  problem: ProblemLine,
  paint: Paint,
): string => {
  const place = problem.line == null ? source : `${source}:${problem.line}`;
  const tone: Tone = kind === 'error' ? 'bad' : 'busy';
  const what = problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`;
  // "did you mean x?" is a question of its own.
  const expected = /^did you mean/.test(problem.expected) ? problem.expected : `expected ${problem.expected}`;
  return `${place}: ${paint(tone, kind)}: ${what}; ${expected}`;
};

/** All of them on stderr, each with its place. */
export const sayProblems = (
  { terminal }: Pick<Context, 'terminal'>,
  source: string,
  kind: 'error' | 'warning',
  problems: readonly ProblemLine[],
): void => {
  for (const problem of problems) terminal.err(problemText(source, kind, problem, terminal.paintErr));
};

/** The server decides what is wrong; it does not know the file's lines, which the same parser here does. */
export const withLines = (problems: readonly ProblemLine[], text: string): ProblemLine[] => {
  const parsed = parseSweepDefinition(text);
  const local = parsed.ok ? parsed.warnings : [...parsed.problems, ...parsed.warnings];
  const lines = new Map(local.map(({ path, line }) => [path, line]));
  return problems.map((problem) => ({ ...problem, line: lines.get(problem.path) ?? null }));
};
