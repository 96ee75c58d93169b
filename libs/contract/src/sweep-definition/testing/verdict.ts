/** What the parser says of a definition, for tests. Grammar alone: their parameters are not the built-in trainer's. */
import { parseSweepDefinition, type ParseOptions, type ParseResult } from '../sweep-definition.parse.ts';

type Accepted = Extract<ParseResult, { ok: true }>;

/** @throws Error with the problems when `source` is refused */
export const accepted = (source: unknown, accept: ParseOptions['accept'] = 'grammar'): Accepted => {
  const result = parseSweepDefinition(source, { accept });
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.problems, null, 1)}`);
  return result;
};

/** Problems as `path: message (expected)`. @throws Error when `source` is accepted */
export const refused = (source: unknown, accept: ParseOptions['accept'] = 'grammar'): string[] => {
  const result = parseSweepDefinition(source, { accept });
  if (result.ok) throw new Error('accepted');
  return result.problems.map((p) => `${p.path}: ${p.message} (${p.expected})`);
};

/** Warnings of an accepted definition, likewise. */
export const warned = (source: unknown): string[] =>
  accepted(source).warnings.map((p) => `${p.path}: ${p.message} (${p.expected})`);
