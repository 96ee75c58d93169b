/**
 * The layout of a spool folder: segments named by the sequence number of their first record, a cursor, and the payload
 * files. A record's sequence number is its segment's plus its place in it, so it never has to be stored.
 */
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from './atomic.file.ts';
import type { Files } from './files.ts';
import { decodeFrames, encodeFrame } from './frame.codec.ts';

const segmentName = /^(\d{12})\.seg$/;

export const segmentPath = (folder: string, first: number): string =>
  join(folder, `${String(first).padStart(12, '0')}.seg`);

export const payloadFolder = (folder: string): string => join(folder, 'files');

export const cursorPath = (folder: string): string => join(folder, 'cursor');

/** First sequence numbers of the segments that stand there, ascending. */
export const listSegments = (folder: string): number[] =>
  readdirSync(folder)
    .flatMap((name) => segmentName.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);

export const createFolders = (folder: string): void =>
  void mkdirSync(payloadFolder(folder), { recursive: true });

const cursor = z.object({ next: z.int().nonnegative() });

/** @throws the file system's error */
export const writeCursor = (folder: string, next: number, files: Files): void =>
  writeFileAtomic(cursorPath(folder), encodeFrame({ next }), files);

/**
 * Sequence number of the first record that is not acknowledged; 0 when nothing was. A damaged cursor counts as none:
 * what still stands is then sent again, under the same numbers.
 */
export const readCursor = (folder: string): number => {
  let bytes: Buffer;
  try {
    bytes = readFileSync(cursorPath(folder));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
  return cursor.safeParse(decodeFrames(bytes).values[0]).data?.next ?? 0;
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
