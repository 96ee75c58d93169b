/**
 * From text to a plain value, with the two things that plain values have lost: the line of each key, and whether a
 * number was written as a float. W&B reads `{min: 0.0, max: 1.0}` as a float range, and so do we, although both are
 * whole numbers to JavaScript. JSON is read as the YAML that it is.
 */
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { DefinitionProblem, Path } from './problem.ts';

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

/** What stands under `key` of a mapping or list: its own entry, or that of a mapping merged in with `<<`. */
const childOf = (document: Document, parent: unknown, key: string | number): unknown => {
  const node = isAlias(parent) ? parent.resolve(document) : parent;
  if (isSeq(node)) return node.items[Number(key)];
  if (!isMap(node)) return undefined;
  const entry = (name: string) => node.items.find(({ key: k }) => isScalar(k) && String(k.value) === name);
  const own = entry(String(key));
  if (own !== undefined) return own.value;
  const merged: unknown = entry('<<')?.value;
  const sources = isSeq(merged) ? merged.items : merged === undefined ? [] : [merged];
  return sources.map((source) => childOf(document, source, key)).find((child) => child !== undefined);
};

/** The node at `path`, aliases followed; undefined when nothing stands there. */
const nodeAt = (document: Document, path: Path): unknown => {
  const node = path.reduce<unknown>((at, key) => childOf(document, at, key), document.contents);
  return isAlias(node) ? node.resolve(document) : node;
};

const readText = (text: string): SourceResult => {
  if (text.length > LONGEST_TEXT) {
    return { ok: false, problems: [refuse(`is ${text.length} characters long`, `at most ${LONGEST_TEXT}`)] };
  }
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false });
    if (document.errors.length > 0) {
      const problems = document.errors.slice(0, MOST_PROBLEMS).map((error) => {
        const { line, col } = lines.linePos(error.pos[0]);
        return refuse(`line ${line}, column ${col}: ${error.message}`, 'YAML or JSON', line);
      });
      return { ok: false, problems };
    }
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    if (isDeeperThan(value, DEEPEST))
      return { ok: false, problems: [refuse('is nested too deeply', `at most ${DEEPEST} levels`)] };
    const locate = (path: Path): number | null => {
      for (let depth = path.length; depth > 0; depth--) {
        const node = nodeAt(document, path.slice(0, depth));
        if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
      }
      return 1;
    };
    const isWrittenAsFloat = (path: Path): boolean => {
      const node = nodeAt(document, path);
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
