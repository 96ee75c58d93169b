/**
 * The reading end: gives records in order, from the first that was not acknowledged, and forgets what was. The cursor
 * is on the disk before anything is deleted, so a crash between the two sends nothing twice that the API has not seen
 * under the same number, and loses nothing. What a failing disk has taken is told, never passed over in silence.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { diskFiles, type Files, readFrom } from './files.ts';
import { damaged, decodeFrames } from './frame.codec.ts';
import {
  createFolders,
  listSegments,
  payloadFolder,
  readCursor,
  segmentPath,
  writeCursor,
} from './segment.folder.ts';
import { isDiskFull } from './spool.error.ts';
import { filesOf, type SpoolRecord, spoolRecord } from './spool.record.ts';

export interface SpooledRecord {
  readonly sequence: number;
  readonly record: SpoolRecord;
}

/** Records that can no longer be read: numbers `from` to `before`, at most. */
export interface LostRecords {
  readonly from: number;
  readonly before: number;
  readonly why: 'the disk has changed them' | 'they have a form that this version does not know';
}

export interface SpoolReader {
  /** The first record that is not acknowledged, or undefined when there is none yet. */
  next(): SpooledRecord | undefined;
  /** The record has arrived (or was given up on): never shown again, its files and whole segments deleted. */
  acknowledge(entry: SpooledRecord): void;
  /** Path of a payload that a record names. It is absent when it was given up to make room. */
  payloadPath(file: string): string;
  /** Bytes behind the last whole record: a record that is being written, or was when its writer died. */
  unreadBytes(): number;
}

export interface ReaderOptions {
  readonly onLost?: (lost: LostRecords) => void;
  readonly files?: Files;
}

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** @throws the file system's error when the folder cannot be read */
export const openSpoolReader = (folder: string, options: ReaderOptions = {}): SpoolReader => {
  const { files = diskFiles } = options;
  createFolders(folder);
  let cursor = readCursor(folder);
  let segment: number | undefined;
  /** Bytes and records of `segment` that were read. */
  let readBytes = 0;
  let readRecords = 0;
  const queue: SpooledRecord[] = [];

  const lose = (from: number, before: number, why: LostRecords['why']): void => {
    if (before > Math.max(from, cursor)) options.onLost?.({ from: Math.max(from, cursor), before, why });
  };

  const enter = (first: number): void => {
    // Its forerunner is complete: what was not read of it never will be.
    if (segment !== undefined) lose(segment + readRecords, first, 'the disk has changed them');
    segment = first;
    readBytes = 0;
    readRecords = 0;
  };

  const take = (sequence: number, value: unknown): void => {
    if (sequence < cursor) return;
    if (value === damaged) return lose(sequence, sequence + 1, 'the disk has changed them');
    const { data: record } = spoolRecord.safeParse(value);
    if (record !== undefined) queue.push({ sequence, record });
    else lose(sequence, sequence + 1, 'they have a form that this version does not know');
  };

  const readOn = (first: number): void => {
    let bytes: Buffer;
    try {
      bytes = readFrom(files, segmentPath(folder, first), readBytes);
    } catch (error) {
      if (isAbsent(error)) return;
      throw error;
    }
    const { values, wholeBytes } = decodeFrames(bytes);
    for (const value of values) {
      take(first + readRecords, value);
      readRecords += 1;
    }
    readBytes += wholeBytes;
  };

  /** Reads what has come since; a later segment exists only once its forerunner is complete. */
  const fill = (): void => {
    const segments = listSegments(folder);
    if (segment === undefined) {
      const start = segments.filter((first) => first <= cursor).at(-1) ?? segments[0];
      if (start === undefined) return;
      enter(start);
    }
    for (const first of segments.filter((number) => segment !== undefined && number >= segment)) {
      if (first !== segment) enter(first);
      readOn(first);
      if (queue.length > 0) return;
    }
  };

  const deleteSegmentsBefore = (sequence: number): void => {
    const segments = listSegments(folder);
    segments.forEach((first, index) => {
      const following = segments[index + 1];
      if (following !== undefined && following <= sequence && first !== segment) {
        files.rmSync(segmentPath(folder, first), { force: true });
      }
    });
  };

  const keepCursor = (): void => {
    try {
      writeCursor(folder, cursor, files);
    } catch (error) {
      // Deleting what was acknowledged makes room; without the cursor a crash sends it again, under the same numbers.
      if (!isDiskFull(error)) throw error;
    }
  };

  return {
    next() {
      if (queue.length === 0) fill();
      return queue[0];
    },
    acknowledge({ sequence, record }) {
      cursor = sequence + 1;
      while (queue[0] !== undefined && queue[0].sequence < cursor) queue.shift();
      keepCursor();
      for (const { file } of filesOf(record))
        files.rmSync(join(payloadFolder(folder), file), { force: true });
      deleteSegmentsBefore(cursor);
    },
    payloadPath: (file) => join(payloadFolder(folder), file),
    unreadBytes() {
      if (segment === undefined) return 0;
      const size = statSync(segmentPath(folder, segment), { throwIfNoEntry: false })?.size ?? 0;
      return Math.max(0, size - readBytes);
    },
  };
};
