/** Whether a page that was open the whole time has been told of each change exactly once. */
import type { ChangeFacts } from './facts.sql.ts';

export interface LiveFigures {
  readonly missed: number;
  readonly doubled: number;
}

/** A cursor names the row (transaction and number) that it stands at. */
const rowOf = (cursor: string): string => {
  const [xid, id] = Buffer.from(cursor, 'base64url').toString().split('.');
  return `${xid}.${id}`;
};

/**
 * @param changes all that were announced and are still kept, in order
 * @param cursors what the page was told, in order
 */
export const checkLive = (changes: readonly ChangeFacts[], cursors: readonly string[]): LiveFigures => {
  const told = cursors.map(rowOf);
  const kept = changes.map(({ xid, id }) => `${xid}.${id}`);
  // What came before the page was opened, or is no longer kept, is not asked for.
  const from = kept.findIndex((row) => row === told[0]);
  const since = told[0] === undefined ? [] : kept.slice(Math.max(0, from));
  const seen = new Set(told);
  return { missed: since.filter((row) => !seen.has(row)).length, doubled: told.length - seen.size };
};
