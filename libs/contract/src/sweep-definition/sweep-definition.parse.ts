/**
 * From what a user wrote to a definition that needs no further questions, or to every problem at once. Compiled
 * once, frozen, and from there on the only form that samplers, services and pages see.
 */
import { type DefinitionProblem, Report, shown } from './problem.ts';
import { readSource } from './source-text.ts';
import { compileSweep } from './sweep-definition.compile.ts';
import type { SweepDefinition } from './sweep-definition.type.ts';

export interface ParseOptions {
  /**
   * 'runnable' (default): what this version can train, with the built-in trainer's names and value ranges.
   * 'grammar': any well-formed definition, whatever its method and the names of its parameters.
   */
  readonly accept?: 'runnable' | 'grammar';
}

export type ParseResult =
  | {
      readonly ok: true;
      readonly definition: SweepDefinition;
      readonly warnings: readonly DefinitionProblem[];
    }
  | {
      readonly ok: false;
      readonly problems: readonly DefinitionProblem[];
      readonly warnings: readonly DefinitionProblem[];
    };

const deepFreeze = <T>(value: T): T => {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
};

const MOST_REPORTED = 100;

/** Top to bottom; without lines (they are null then) the order of the checks stays. The rest is counted. */
const inReadingOrder = (found: readonly DefinitionProblem[]): DefinitionProblem[] => {
  const ordered = [...found].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  if (ordered.length <= MOST_REPORTED) return ordered;
  const message = `has ${ordered.length - MOST_REPORTED} more of these`;
  const rest = { path: '', message, expected: 'the others mended first', value: null, line: null };
  return [...ordered.slice(0, MOST_REPORTED), rest];
};

/**
 * Reads a sweep's definition: YAML or JSON text, or a value that was parsed elsewhere. Never throws; on failure it
 * holds every problem that can be told at once, top to bottom where lines are known.
 */
export const parseSweepDefinition = (source: unknown, options: ParseOptions = {}): ParseResult => {
  const read = readSource(source);
  if (!read.ok) return { ok: false, problems: read.problems, warnings: [] };
  const { value } = read.source;
  const report = new Report(value, read.source.locate);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    const empty = value === null || value === undefined;
    report.problem(
      [],
      empty ? 'the definition is empty' : `the definition cannot be ${shown(value)}`,
      'a mapping with at least method and parameters',
    );
    return { ok: false, problems: report.problems, warnings: [] };
  }
  const definition = compileSweep(value, read.source, options.accept ?? 'runnable', report);
  const problems = inReadingOrder(report.problems);
  const warnings = inReadingOrder(report.warnings);
  if (definition === null) return { ok: false, problems, warnings };
  return { ok: true, definition: deepFreeze(definition), warnings };
};
