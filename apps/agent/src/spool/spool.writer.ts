/**
 * The writing end of a spool, used by one process. Each record is one write call; a record that names payload files is
 * appended only after those files are on the disk. The reading end deletes what was acknowledged, so the size is
 * measured anew before the spool is called full.
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { linkOrCopy, writeFileAtomic } from './atomic.file.ts';
import { decodeFrames, encodeFrame } from './frame.codec.ts';
import {
  createFolders,
  folderBytes,
  listSegments,
  payloadFolder,
  readCursor,
  segmentPath,
} from './segment.folder.ts';
import { isDiskFull, SpoolFull } from './spool.error.ts';
import type { SpoolRecord, StoredFile } from './spool.record.ts';

export interface SpoolLimits {
  /** A new segment is begun when the current one reaches this. */
  readonly segmentBytes: number;
  /** The spool takes nothing beyond this. */
  readonly totalBytes: number;
}

export const defaultSpoolLimits: SpoolLimits = { segmentBytes: 4 * 2 ** 20, totalBytes: 16 * 2 ** 30 };

export interface SpoolWriter {
  /** Appends and gives the record's sequence number. @throws SpoolFull */
  append(record: SpoolRecord): number;
  /** Stores a payload durably, to be named by a record that follows. @throws SpoolFull */
  putFile(bytes: Uint8Array): StoredFile;
  /** Takes over a file that stands elsewhere on this disk, whole and unchanging, without copying it. @throws SpoolFull */
  adoptFile(path: string, sha256: string, size: number): StoredFile;
  /** Waits until every record is on the disk itself. */
  sync(): void;
  close(): void;
}

/** The number after the last whole record; after a crash the torn tail is left behind in its old segment. */
const nextSequence = (folder: string): number => {
  const last = listSegments(folder).at(-1);
  if (last === undefined) return readCursor(folder);
  const { values } = decodeFrames(readFileSync(segmentPath(folder, last)));
  return Math.max(last + values.length, readCursor(folder));
};

/** @throws SpoolFull when there is no room for the folder itself; the file system's error when it cannot be written */
export const openSpoolWriter = (folder: string, limits: SpoolLimits = defaultSpoolLimits): SpoolWriter => {
  createFolders(folder);
  let sequence = nextSequence(folder);
  let payloads = 0;
  let handle: number | undefined;
  let segmentBytes = 0;
  let totalBytes = folderBytes(folder);

  /** The number keeps two records with equal content from sharing a file that the first would take away. */
  const nameFor = (sha256: string): string => {
    payloads += 1;
    return `${sha256}.${sequence}-${payloads}`;
  };
  const reserve = (bytes: number): void => {
    if (totalBytes + bytes > limits.totalBytes) totalBytes = folderBytes(folder);
    if (totalBytes + bytes > limits.totalBytes) {
      throw new SpoolFull(folder, `it holds ${totalBytes} bytes of at most ${limits.totalBytes}`);
    }
    totalBytes += bytes;
  };
  const guard = <T>(write: () => T): T => {
    try {
      return write();
    } catch (error) {
      throw isDiskFull(error) ? new SpoolFull(folder, 'the disk is full', error) : error;
    }
  };
  const endSegment = (): void => {
    if (handle === undefined) return;
    fsyncSync(handle);
    closeSync(handle);
    handle = undefined;
  };

  return {
    append(record) {
      const frame = encodeFrame(record);
      reserve(frame.byteLength);
      return guard(() => {
        if (handle === undefined) {
          // A segment that begins here holds no whole record, only the torn tail of a crash: begin it again.
          handle = openSync(segmentPath(folder, sequence), 'w');
          segmentBytes = 0;
        }
        const written = writeSync(handle, frame);
        if (written < frame.byteLength) throw new SpoolFull(folder, 'the disk is full');
        segmentBytes += frame.byteLength;
        const own = sequence;
        sequence += 1;
        if (segmentBytes >= limits.segmentBytes) endSegment();
        return own;
      });
    },
    putFile(bytes) {
      reserve(bytes.byteLength);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const file = nameFor(sha256);
      guard(() => writeFileAtomic(join(payloadFolder(folder), file), bytes));
      return { file, sha256, size: bytes.byteLength };
    },
    adoptFile(path, sha256, size) {
      reserve(size);
      const file = nameFor(sha256);
      guard(() => linkOrCopy(path, join(payloadFolder(folder), file)));
      return { file, sha256, size };
    },
    sync() {
      const open = handle;
      if (open !== undefined) guard(() => fsyncSync(open));
    },
    close: () => guard(endSegment),
  };
};
