/**
 * The layout of a spool folder: segments named by the sequence number of their first record, a cursor, and the payload
 * files. A record's sequence number is its segment's plus its place in it, so it never has to be stored.
 */
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const suffix = '.seg';

export const segmentPath = (folder: string, first: number): string =>
  join(folder, `${String(first).padStart(12, '0')}${suffix}`);

export const payloadFolder = (folder: string): string => join(folder, 'files');

export const cursorPath = (folder: string): string => join(folder, 'cursor.json');

/** First sequence numbers of the segments that stand there, ascending. */
export const listSegments = (folder: string): number[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(suffix))
    .map((name) => Number(name.slice(0, -suffix.length)))
    .sort((a, b) => a - b);

export const createFolders = (folder: string): void =>
  void mkdirSync(payloadFolder(folder), { recursive: true });

const cursor = z.object({ next: z.int().nonnegative() });

/** Sequence number of the first record that is not acknowledged; 0 when nothing was. */
export const readCursor = (folder: string): number => {
  let text: string;
  try {
    text = readFileSync(cursorPath(folder), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
  return cursor.parse(JSON.parse(text)).next;
};

/** Bytes on disk now, segments and payloads. Files that vanish meanwhile count as nothing. */
export const folderBytes = (folder: string): number => {
  let total = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) {
      total += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
    }
  }
  return total;
};
