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

const OCCUPIED = new Set(['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EISDIR', 'EPERM']);

const isOccupied = (error: unknown): boolean => OCCUPIED.has((error as NodeJS.ErrnoException).code ?? '');

/**
 * Renames `staging` to `target`. What stands there is first renamed away, never deleted in place: a deletion takes
 * several steps, between which another process may put its own entry there. Whoever comes last may find the place
 * taken again; then that entry stays, since both were built from one key.
 */
const moveInto = async (staging: string, target: string): Promise<void> => {
  try {
    await rename(staging, target);
  } catch (error) {
    if (!isOccupied(error)) throw error;
    const aside = `${staging}.old`;
    await rename(target, aside).catch(() => undefined);
    await rename(staging, target).catch((again: unknown) => {
      if (!isOccupied(again)) throw again;
    });
    await rm(aside, { recursive: true, force: true });
  }
};

/**
 * Runs `write(staging)`, then puts what it wrote at `target`, a file or a folder, in one step.
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
    await moveInto(staging, target);
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
