/** Files that are whole or absent: written under a temporary name, flushed to the disk, then renamed. */
import { dirname } from 'node:path';
import { diskFiles, type Files, writeWhole } from './files.ts';
import { isDiskFull } from './spool.error.ts';

const syncFolder = (folder: string, files: Files): void => {
  // Windows opens no folders; there the rename alone must do.
  if (process.platform === 'win32') return;
  const handle = files.openSync(folder, 'r');
  try {
    files.fsyncSync(handle);
  } finally {
    files.closeSync(handle);
  }
};

/** @throws the file system's error; no file is left then */
export const writeFileAtomic = (path: string, bytes: Uint8Array, files: Files = diskFiles): void => {
  const partial = `${path}.partial`;
  try {
    const handle = files.openSync(partial, 'w');
    try {
      writeWhole(files, handle, bytes);
      files.fsyncSync(handle);
    } finally {
      files.closeSync(handle);
    }
    files.renameSync(partial, path);
  } catch (error) {
    files.rmSync(partial, { force: true });
    throw error;
  }
  syncFolder(dirname(path), files);
};

/** A second name for a file that never changes again; a copy where the file system has no such names. */
export const linkOrCopy = (from: string, to: string, files: Files = diskFiles): void => {
  try {
    files.linkSync(from, to);
  } catch (error) {
    if (isDiskFull(error)) throw error;
    files.copyFileSync(from, `${to}.partial`);
    files.renameSync(`${to}.partial`, to);
  }
  syncFolder(dirname(to), files);
};
