/**
 * The reading end: gives records in order, from the first that was not acknowledged, and forgets what was. The cursor
 * is on the disk before anything is deleted, so a crash between the two sends nothing twice that the API has not seen
 * under the same number, and loses nothing.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from './atomic.file.ts';
import { decodeFrames } from './frame.codec.ts';
import {
  cursorPath,
  createFolders,
  listSegments,
  payloadFolder,
  readCursor,
  segmentPath,
} from './segment.folder.ts';
import { filesOf, type SpoolRecord, spoolRecord } from './spool.record.ts';

export interface SpooledRecord {
  readonly sequence: number;
  readonly record: SpoolRecord;
}

export interface SpoolReader {
  /** The first record that is not acknowledged, or undefined when there is none yet. */
  next(): SpooledRecord | undefined;
  /** The record has arrived (or was given up on): never shown again, its files and whole segments deleted. */
  acknowledge(entry: SpooledRecord): void;
  /** Path of a payload that a record names. */
  payloadPath(file: string): string;
}

/** @throws the file system's error when the folder cannot be read; ZodError when a record is of no known form */
export const openSpoolReader = (folder: string): SpoolReader => {
  createFolders(folder);
  let cursor = readCursor(folder);
  let segment: number | undefined;
  /** Bytes and records of `segment` that were read. */
  let readBytes = 0;
  let readRecords = 0;
  const queue: SpooledRecord[] = [];

  const enter = (first: number): void => {
    segment = first;
    readBytes = 0;
    readRecords = 0;
  };

  const readOn = (first: number): void => {
    const { values, wholeBytes } = decodeFrames(readFileSync(segmentPath(folder, first)).subarray(readBytes));
    for (const value of values) {
      const sequence = first + readRecords;
      readRecords += 1;
      if (sequence >= cursor) queue.push({ sequence, record: spoolRecord.parse(value) });
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
        rmSync(segmentPath(folder, first), { force: true });
      }
    });
  };

  return {
    next() {
      if (queue.length === 0) fill();
      return queue[0];
    },
    acknowledge({ sequence, record }) {
      cursor = sequence + 1;
      while (queue[0] !== undefined && queue[0].sequence < cursor) queue.shift();
      writeFileAtomic(cursorPath(folder), Buffer.from(JSON.stringify({ next: cursor })));
      for (const { file } of filesOf(record)) rmSync(join(payloadFolder(folder), file), { force: true });
      deleteSegmentsBefore(cursor);
    },
    payloadPath: (file) => join(payloadFolder(folder), file),
  };
};
