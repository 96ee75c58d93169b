/**
 * A position in the outbox: (xid, id) of a row, or (0, 0), which stands before every row.
 * It carries its time, so that one from before the purge is refused instead of silently skipping what is gone.
 */
import { BadInputError } from '../errors/api.error.ts';

export interface Position {
  readonly xid: bigint;
  readonly id: bigint;
  /** Milliseconds since 1970 by the database's clock. */
  readonly atMs: number;
}

export function isAfter(a: Position, b: Position): boolean {
  return a.xid > b.xid || (a.xid === b.xid && a.id > b.id);
}

export function encodeCursor(position: Position): string {
  return Buffer.from(`${position.xid}.${position.id}.${position.atMs}`).toString('base64url');
}

/** @throws BadInputError for anything that encodeCursor did not make. */
export function decodeCursor(cursor: string): Position {
  const match = /^(\d{1,19})\.(\d{1,19})\.(\d{1,16})$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (!match) throw new BadInputError('after', cursor, 'a cursor of this server');
  return { xid: BigInt(match[1] ?? 0), id: BigInt(match[2] ?? 0), atMs: Number(match[3]) };
}
