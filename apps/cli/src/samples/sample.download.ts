/**
 * Brings pictures into a folder, a few at a time. A file that is there with the right content is kept, so an export
 * that was interrupted goes on where it stopped.
 */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ApiClient, digestFile } from '@plumage/api-client';
import type { IndexEntry } from './sample.file.ts';

export interface Downloaded {
  readonly fetched: number;
  readonly kept: number;
}

const AT_ONCE = 6;

const isThere = async (path: string, sha256: string): Promise<boolean> => {
  try {
    return (await digestFile(path)) === sha256;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
};

/**
 * @param onDone called after each picture with the number that is there
 * @throws ApiError, ApiUnreachable, BlobMismatch or the file system's error of the first that fails
 */
export const downloadAll = async (
  api: ApiClient,
  folder: string,
  entries: readonly IndexEntry[],
  onDone: (count: number) => void,
): Promise<Downloaded> => {
  const waiting = entries[Symbol.iterator]();
  let fetched = 0;
  let kept = 0;
  let failed = false;
  const work = async (): Promise<void> => {
    for (const { file, sha256 } of waiting) {
      if (failed) return;
      const path = join(folder, file);
      if (await isThere(path, sha256)) kept += 1;
      else {
        await mkdir(dirname(path), { recursive: true });
        await api.getBlob(sha256, path);
        fetched += 1;
      }
      onDone(fetched + kept);
    }
  };
  const guarded = () =>
    work().catch((error: unknown) => {
      failed = true;
      throw error;
    });
  await Promise.all(Array.from({ length: AT_ONCE }, guarded));
  return { fetched, kept };
};
