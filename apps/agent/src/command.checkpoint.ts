/**
 * Takes a program's checkpoint: files in the checkpoint folder are moved out of the program's reach, others are copied,
 * so that what is sent later is what was reported. A checkpoint of which one file is missing is not taken at all.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, lstat, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { CheckpointPart, SpoolWriter } from './spool/spool.writer.ts';

/** A file cannot be taken; the sentence says which and why. */
export class FileRefused extends Error {}

export interface CheckpointFolders {
  /** What relative paths start from. */
  readonly directory: string;
  /** Files below it are moved. */
  readonly checkpointFolder: string;
  /** Where they are moved to; on the spool's file system. */
  readonly keep: string;
}

/** A file's name in a checkpoint, as the API takes it. */
const partName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

const checkParts = async (paths: readonly string[]): Promise<void> => {
  const names = new Set<string>();
  for (const path of paths) {
    const name = basename(path);
    if (!partName.test(name))
      throw new FileRefused(
        `checkpoint file ${path}: its name may have letters, digits, dots and dashes, up to 100`,
      );
    if (names.has(name)) throw new FileRefused(`checkpoint file ${path}: the name ${name} stands twice`);
    names.add(name);
    const found = await stat(path).catch((error: Error) => {
      throw new FileRefused(`checkpoint file ${path} cannot be read: ${error.message}`);
    });
    if (!found.isFile()) throw new FileRefused(`checkpoint file ${path} is no file`);
  }
};

const take = async (from: string, to: string, folders: CheckpointFolders): Promise<void> => {
  const own = resolve(dirname(from)).concat(sep).startsWith(resolve(folders.checkpointFolder).concat(sep));
  if (own && (await lstat(from)).isFile()) {
    const moved = await rename(from, to).then(
      () => true,
      () => false,
    );
    if (moved) return;
  }
  await copyFile(from, to);
};

const partOf = async (path: string): Promise<CheckpointPart> => {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk as Buffer);
    size += (chunk as Buffer).byteLength;
  }
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { name: basename(path), path, sha256: hash.digest('hex'), size };
};

/** @throws FileRefused, after which nothing was touched; SpoolFull; the file system's error */
export const takeCheckpoint = async (
  spool: SpoolWriter,
  step: number,
  files: readonly string[],
  folders: CheckpointFolders,
): Promise<void> => {
  const paths = files.map((file) => resolve(folders.directory, file));
  await checkParts(paths);
  const folder = join(folders.keep, `step-${step}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    const parts: CheckpointPart[] = [];
    for (const path of paths) {
      const kept = join(folder, basename(path));
      await spool.withRoom(() => take(path, kept, folders));
      parts.push(await partOf(kept));
    }
    spool.appendCheckpoint(step, parts);
    spool.sync();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
