/**
 * How a cache entry comes to be: written under a name of its own, flushed, then renamed, so that a reader sees a
 * whole entry or none, whatever died in between and however many processes build the same one at once.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { DatasetError, reasonOf } from './data.error.ts';

/** Whether the file system said no. A reader treats it as an absent entry; the writer then reports it. */
export const isFileError = (error: unknown): boolean =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';

/** A name beside `target` that no other writer uses. */
const stagingPath = (target: string): string => `${target}.building-${process.pid}-${randomUUID()}`;

/** Writes and flushes one file. */
export const writeDurably = async (file: string, pieces: readonly Uint8Array[]): Promise<void> => {
  const handle = await open(file, 'w');
  try {
    for (const piece of pieces) await handle.writeFile(piece);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/**
 * Runs `write(staging)`, then renames the staging file or folder to `target`. What stood at `target` is removed
 * first; if another process put its own there in the meantime, that one stays: both were built from one key.
 * @throws DatasetError CACHE_UNWRITABLE with the file system's reason (no space, no permission)
 */
export const replaceAtomically = async (
  target: string,
  write: (staging: string) => Promise<void>,
): Promise<void> => {
  const staging = stagingPath(target);
  try {
    await mkdir(path.dirname(target), { recursive: true });
    await write(staging);
    await rm(target, { recursive: true, force: true });
    await rename(staging, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } catch (cause) {
    throw new DatasetError('CACHE_UNWRITABLE', `cannot write the cache entry ${target}: ${reasonOf(cause)}`, {
      file: target,
      cause,
    });
  } finally {
    // What went wrong above is the news; a leftover that cannot be removed either must not hide it.
    await rm(staging, { recursive: true, force: true }).catch(() => undefined);
  }
};
