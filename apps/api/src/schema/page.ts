/**
 * Keyset pages: a cursor holds the sort key of its row, so a page costs the same however deep it is, and rows that
 * come or go elsewhere neither repeat nor hide any.
 */
import { BadInputError } from '../errors/api.error.ts';
import { isId } from '../id.ts';

export type CursorKey = readonly (string | number | null)[];

export function encodeKey(key: CursorKey): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/**
 * @param length how many parts a key of this list has.
 * @param argument what the cursor was given as.
 * @throws BadInputError for anything that encodeKey did not make.
 */
export function decodeKey(cursor: string, length: number, argument = 'after'): CursorKey {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const fits = (part: unknown) => part === null || typeof part === 'string' || typeof part === 'number';
    if (Array.isArray(key) && key.length === length && key.every(fits)) return key as CursorKey;
  } catch {
    // Falls through to the refusal: any text may come as a cursor.
  }
  throw new BadInputError(argument, cursor, 'a cursor of this list');
}

export interface Page<Row> {
  readonly rows: readonly { readonly row: Row; readonly cursor: string }[];
  readonly hasNextPage: boolean;
}

/** A list by id, newest first, has its ids as cursors. @returns the id to go on after. @throws BadInputError */
export function decodeIdKey(after: string | null): string | null {
  if (after === null) return null;
  const [id] = decodeKey(after, 1);
  if (typeof id !== 'string' || !isId(id)) throw new BadInputError('after', after, 'a cursor of this list');
  return id;
}

/** @param rows one more than `first` where there are more. */
export function pageById<Row extends { readonly id: string }>(
  rows: readonly Row[],
  first: number,
): Page<Row> {
  return {
    rows: rows.slice(0, first).map((row) => ({ row, cursor: encodeKey([row.id]) })),
    hasNextPage: rows.length > first,
  };
}

/** A page as Relay's connection; `where` is what a totalCount, if it is asked for, counts. */
export function toConnection<Row, Where>(page: Page<Row>, where: Where) {
  return {
    edges: page.rows.map(({ row, cursor }) => ({ node: row, cursor })),
    pageInfo: { endCursor: page.rows.at(-1)?.cursor ?? null, hasNextPage: page.hasNextPage },
    where,
  };
}

/** @returns `first`, when it is within 1 to `most`. @throws BadInputError */
export function pageSize(first: number, most: number): number {
  if (!Number.isInteger(first) || first < 1 || first > most)
    throw new BadInputError('first', first, `1 to ${most}`);
  return first;
}
