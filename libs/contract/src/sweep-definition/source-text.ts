/**
 * From text to a plain value, with the two things that plain values have lost: the line of each key, and whether a
 * number was written as a float. W&B reads `{min: 0.0, max: 1.0}` as a float range, and so do we, although both are
 * whole numbers to JavaScript. JSON is read as the YAML that it is.
 */
import { isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { type DefinitionProblem, type Path, shown } from './problem.ts';
import { nodeFinder, repeatedKeys } from './yaml-tree.ts';

const LONGEST_TEXT = 1 << 20;
const DEEPEST = 64;
/** One slip can break every line after it; a person reads the first few. */
const MOST_PROBLEMS = 20;

export interface SourceValue {
  readonly value: unknown;
  /** The line of what stands at `path`, or of the nearest thing above it. */
  locate(path: Path): number | null;
  /** True when the number at `path` was written with a point or an exponent. */
  isWrittenAsFloat(path: Path): boolean;
}

export type SourceResult =
  | { readonly ok: true; readonly source: SourceValue }
  | { readonly ok: false; readonly problems: readonly DefinitionProblem[] };

const refuse = (message: string, expected: string, line: number | null = null): DefinitionProblem => ({
  path: '',
  message,
  expected,
  value: null,
  line,
});

const isDeeperThan = (value: unknown, limit: number): boolean =>
  value !== null &&
  typeof value === 'object' &&
  (limit === 0 || Object.values(value).some((child) => isDeeperThan(child, limit - 1)));

const readText = (text: string): SourceResult => {
  if (text.length > LONGEST_TEXT) {
    return { ok: false, problems: [refuse(`is ${text.length} characters long`, `at most ${LONGEST_TEXT}`)] };
  }
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      merge: true,
      prettyErrors: false,
      logLevel: 'error',
      uniqueKeys: false,
    });
    const errors = document.errors.map(({ pos, message }) => ({ offset: pos[0], message }));
    for (const { key, offset } of errors.length > 0 ? [] : repeatedKeys(document)) {
      errors.push({ offset, message: `${shown(key)} stands here twice; keys must be unique` });
    }
    if (errors.length > 0) {
      const problems = errors.slice(0, MOST_PROBLEMS).map(({ offset, message }) => {
        const { line, col } = lines.linePos(offset);
        return refuse(`line ${line}, column ${col}: ${message}`, 'YAML or JSON', line);
      });
      return { ok: false, problems };
    }
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    if (isDeeperThan(value, DEEPEST))
      return { ok: false, problems: [refuse('is nested too deeply', `at most ${DEEPEST} levels`)] };
    const nodeAt = nodeFinder(document);
    const locate = (path: Path): number | null => {
      for (let depth = path.length; depth > 0; depth--) {
        const node = nodeAt(path.slice(0, depth));
        if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
      }
      return 1;
    };
    const isWrittenAsFloat = (path: Path): boolean => {
      const node = nodeAt(path);
      return isScalar(node) && typeof node.value === 'number' && /[.eE]/.test(node.source ?? '');
    };
    return { ok: true, source: { value, locate, isWrittenAsFloat } };
  } catch (error) {
    // The parser throws (rather than reports) on alias bombs and on nesting that exhausts the stack.
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, problems: [refuse(`cannot be read: ${reason}`, 'YAML or JSON of moderate size')] };
  }
};

/** Reads YAML or JSON text, or takes a value that was parsed elsewhere. Never throws. */
export const readSource = (source: unknown): SourceResult => {
  if (typeof source === 'string') return readText(source);
  if (isDeeperThan(source, DEEPEST))
    return { ok: false, problems: [refuse('is nested too deeply', `at most ${DEEPEST} levels`)] };
  return { ok: true, source: { value: source, locate: () => null, isWrittenAsFloat: () => false } };
};
