/**
 * The writing end of a spool, used by one process. A record that names payload files is appended only after those files
 * are on the disk. The reading end deletes what was acknowledged, so the size is measured anew before the spool is
 * called full; and before that, older checkpoints that still wait are given up to make room.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { linkOrCopy, writeFileAtomic } from './atomic.file.ts';
import { diskFiles, type Files, readFrom, writeWhole } from './files.ts';
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
import { createUnsentCheckpoints } from './unsent.checkpoints.ts';

export interface SpoolOptions {
  /** A new segment is begun when the current one reaches this. */
  readonly segmentBytes?: number;
  /** The spool takes nothing beyond this, except the last word. */
  readonly totalBytes?: number;
  /** Told of each checkpoint whose payload was deleted unsent to make room. */
  readonly onGivenUp?: (step: number) => void;
  readonly files?: Files;
}

/** A file of a checkpoint where the store has put it: whole, unchanging, on the spool's own file system. */
export interface CheckpointPart {
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
}

export interface SpoolWriter {
  /** Appends and gives the record's sequence number. The last word may pass the limit. @throws SpoolFull */
  append(record: SpoolRecord): number;
  /** Takes over a checkpoint's files without copying them, and appends its record. @throws SpoolFull */
  appendCheckpoint(step: number, parts: readonly CheckpointPart[]): number;
  /** Stores a payload durably, to be named by a record that follows. @throws SpoolFull */
  putFile(bytes: Uint8Array): StoredFile;
  /** Runs a write elsewhere on this disk; while it is full, older waiting checkpoints are given up. @throws SpoolFull */
  withRoom<T>(write: () => Promise<T>): Promise<T>;
  /** Waits until every record is on the disk itself. */
  sync(): void;
  close(): void;
}

const defaultSegmentBytes = 4 * 2 ** 20;

/** The number after every record that may ever have stood here: none is used twice, whatever a crash has cut off. */
const nextSequence = (folder: string, files: Files): number => {
  const last = listSegments(folder).at(-1);
  if (last === undefined) return readCursor(folder);
  const { values, mostBehind } = decodeFrames(readFrom(files, segmentPath(folder, last), 0));
  return Math.max(last + values.length + mostBehind, readCursor(folder));
};

/** @throws SpoolFull when there is no room for the folder itself; the file system's error when it cannot be written */
export const openSpoolWriter = (folder: string, options: SpoolOptions = {}): SpoolWriter => {
  const { files = diskFiles, segmentBytes: wholeSegment = defaultSegmentBytes } = options;
  const limit = options.totalBytes ?? Number.POSITIVE_INFINITY;
  const diskFull = (cause: unknown) => new SpoolFull(folder, 'the disk is full', cause);
  try {
    createFolders(folder);
  } catch (error) {
    throw isDiskFull(error) ? diskFull(error) : error;
  }
  const unsent = createUnsentCheckpoints(folder, files);
  let sequence = nextSequence(folder, files);
  let payloads = 0;
  let handle: number | undefined;
  let segmentBytes = 0;
  let totalBytes = folderBytes(folder);

  const giveUpOldest = (kept: 0 | 1): boolean => {
    const step = unsent.giveUpOldest(kept);
    if (step === undefined) return false;
    options.onGivenUp?.(step);
    return true;
  };
  const reserve = (bytes: number, kept: 0 | 1): void => {
    if (totalBytes + bytes > limit) totalBytes = folderBytes(folder);
    while (totalBytes + bytes > limit) {
      if (!giveUpOldest(kept)) {
        throw new SpoolFull(
          folder,
          `it holds ${totalBytes} bytes of at most ${limit}, and ${bytes} more came`,
        );
      }
      totalBytes = folderBytes(folder);
    }
    totalBytes += bytes;
  };
  const guard = <T>(kept: 0 | 1, write: () => T): T => {
    for (;;) {
      try {
        return write();
      } catch (error) {
        if (!isDiskFull(error)) throw error;
        if (!giveUpOldest(kept)) throw diskFull(error);
      }
    }
  };
  /** The number keeps two records with equal content from sharing a file that the first would take away. */
  const nameFor = (sha256: string): string => {
    payloads += 1;
    return `${sha256}.${sequence}-${payloads}`;
  };
  const endSegment = (): void => {
    const open = handle;
    handle = undefined;
    if (open === undefined) return;
    try {
      files.fsyncSync(open);
    } finally {
      files.closeSync(open);
    }
  };
  const write = (record: SpoolRecord): number => {
    const frame = encodeFrame(record);
    if (record.type !== 'ended') reserve(frame.byteLength, 1);
    return guard(1, () => {
      if (handle === undefined) {
        // A segment that begins here holds no whole record, only the torn tail of a failure: begin it again.
        handle = files.openSync(segmentPath(folder, sequence), 'w');
        segmentBytes = 0;
      }
      const open = handle;
      try {
        writeWhole(files, open, frame);
      } catch (error) {
        // What was written of it is a torn tail, behind which nothing would be found.
        handle = undefined;
        files.closeSync(open);
        throw error;
      }
      segmentBytes += frame.byteLength;
      const own = sequence;
      sequence += 1;
      if (segmentBytes >= wholeSegment) endSegment();
      return own;
    });
  };

  return {
    append: write,
    appendCheckpoint(step, parts) {
      // This one is whole on the disk already, so it may take the place of all before it.
      reserve(
        parts.reduce((sum, { size }) => sum + size, 0),
        0,
      );
      const stored = parts.map(({ name, path, sha256, size }) => {
        const file = nameFor(sha256);
        guard(0, () => linkOrCopy(path, join(payloadFolder(folder), file), files));
        return { name, file, sha256, size };
      });
      const own = write({ type: 'checkpoint', step, files: stored });
      unsent.note(step, stored);
      return own;
    },
    putFile(bytes) {
      reserve(bytes.byteLength, 1);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const file = nameFor(sha256);
      guard(1, () => writeFileAtomic(join(payloadFolder(folder), file), bytes, files));
      return { file, sha256, size: bytes.byteLength };
    },
    async withRoom(work) {
      for (;;) {
        try {
          return await work();
        } catch (error) {
          if (!isDiskFull(error)) throw error;
          if (!giveUpOldest(1)) throw diskFull(error);
        }
      }
    },
    sync() {
      const open = handle;
      if (open !== undefined) guard(1, () => files.fsyncSync(open));
    },
    close: () => guard(1, endSegment),
  };
};
