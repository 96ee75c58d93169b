/**
 * A merge patch (RFC 7396) on the text that a person wrote: what it does not name stays as it stands, comments and
 * order included, so that a slider on a page and an editor's text can change the same sweep in turn.
 */
import { type Document, isAlias, isMap, parseDocument } from 'yaml';
import { BadInputError } from '../../errors/api.error.ts';

const DEEPEST = 32;

/**
 * @param patch a mapping; null takes a key away
 * @returns the new text. What it says is not judged here.
 * @throws BadInputError for a patch that is no mapping, is nested without end, or takes away what an alias stands for
 */
export function patchSource(source: string, patch: unknown): string {
  if (!isMapping(patch)) throw new BadInputError('input.patch', patch, 'a mapping of keys to values');
  const document = parseDocument(source, { merge: true });
  merge(document, [], patch);
  try {
    return document.toString({ lineWidth: 0 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new BadInputError('input.patch', patch, `the whole text instead: ${why}`);
  }
}

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

function merge(document: Document, path: readonly string[], patch: Readonly<Record<string, unknown>>): void {
  if (path.length > DEEPEST) throw new BadInputError('input.patch', '…', `at most ${DEEPEST} levels`);
  for (const [key, value] of Object.entries(patch)) {
    const at = [...path, key];
    if (value === null) {
      if (document.hasIn(at)) document.deleteIn(at);
    } else if (!isMapping(value)) {
      document.setIn(at, Array.isArray(value) ? document.createNode(value) : value);
    } else {
      openAlias(document, at);
      if (!isMap(document.getIn(at, true))) document.setIn(at, document.createNode({}));
      merge(document, at, value);
    }
  }
}

/** What stands at an alias is changed there alone, so it gets a copy of its own. */
function openAlias(document: Document, at: readonly string[]): void {
  const node = document.getIn(at, true);
  if (!isAlias(node)) return;
  const copy = node.resolve(document)?.clone();
  if (copy && 'anchor' in copy) delete copy.anchor;
  document.setIn(at, copy);
}
