import { mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from './options.ts';

const LEAST_FREE_BYTES = 300 * 1024 * 1024;

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/**
 * Makes sure that the data folder can be written, has room, and is not in use by another start.
 * @returns a function that gives the folder free again
 * @throws StartError in words: not writable, disk full, already running
 */
export const claimDataFolder = (dataDir: string): (() => void) => {
  const lock = join(dataDir, 'start.pid');
  try {
    // 0755 on purpose: embedded Postgres runs as its own user and must be able to walk through.
    mkdirSync(dataDir, { recursive: true, mode: 0o755 });
    const holder = readHolder(lock);
    if (holder !== undefined && holder !== process.pid && alive(holder)) {
      throw new StartError(
        `Plumage already runs on ${dataDir} (process ${holder}). Stop it first, or use another --data-dir.`,
      );
    }
    writeFileSync(lock, String(process.pid));
  } catch (error) {
    if (error instanceof StartError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC')
      throw new StartError(
        `The disk that holds ${dataDir} is full. Free some room, or use another --data-dir.`,
      );
    throw new StartError(
      `The data folder ${dataDir} cannot be used (${code}): expected a folder that this user may write.`,
    );
  }
  const { bavail, bsize } = statfsSync(dataDir);
  if (bavail * bsize < LEAST_FREE_BYTES) {
    rmSync(lock, { force: true });
    const free = Math.floor((bavail * bsize) / 1024 / 1024);
    throw new StartError(
      `Only ${free} MB are free where ${dataDir} lives; Plumage needs at least ${LEAST_FREE_BYTES / 1024 / 1024} MB to start.`,
    );
  }
  return () => rmSync(lock, { force: true });
};

const readHolder = (lock: string): number | undefined => {
  try {
    return Number(readFileSync(lock, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
};
