/**
 * The cluster's folder: made by initdb when it is new, checked to be one of ours, and held by one process at a time.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { chown, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseError, errorFromLog } from './database.error.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { type PostgresOwner, spawnAs } from './postgres-owner.ts';
import { isAlive, startTimeOf } from './postgres-process.ts';

const MAJOR_VERSION = '18';

const passwordFileOf = (dataDir: string): string => join(dataDir, 'plumage.password');
const holderFileOf = (dataDir: string): string => join(dataDir, 'plumage.holder');

/**
 * Makes the cluster when the folder is new or empty.
 * @throws DatabaseError when the folder is something else's, of another version, or cannot be written
 */
export async function openCluster(
  binaries: PostgresBinaries,
  owner: PostgresOwner,
  dataDir: string,
): Promise<void> {
  if (await isEmpty(dataDir)) await createCluster(binaries, owner, dataDir);
  await checkCluster(dataDir);
}

/** Of the user `plumage`. */
export const passwordOf = async (dataDir: string): Promise<string> =>
  (await readFile(passwordFileOf(dataDir), 'utf8')).trim();

/** Folders above the cluster, which others may enter. */
export async function makeParent(dataDir: string): Promise<void> {
  try {
    await mkdir(dirname(dataDir), { recursive: true, mode: 0o755 });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new DatabaseError(
      code === 'ENOSPC' ? 'DATABASE_DISK_FULL' : 'DATABASE_FOLDER_UNREADABLE',
      `The folder ${dirname(dataDir)} cannot be made (${code}). Choose another data folder.`,
      { cause },
    );
  }
}

async function isEmpty(dataDir: string): Promise<boolean> {
  if (!existsSync(dataDir)) return true;
  if (!(await stat(dataDir)).isDirectory()) {
    throw new DatabaseError(
      'DATABASE_FOLDER_BROKEN',
      `${dataDir} is a file; a folder for Postgres was expected.`,
    );
  }
  return (await readdir(dataDir)).length === 0;
}

async function createCluster(
  binaries: PostgresBinaries,
  owner: PostgresOwner,
  dataDir: string,
): Promise<void> {
  const ids = owner.ids ?? prefixIds(owner);
  const password = randomBytes(24).toString('base64url');
  const passwordFile = join(dirname(dataDir), `.initdb-${randomBytes(6).toString('hex')}`);
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (ids) {
      await chown(dataDir, ids.uid, ids.gid);
      await chown(passwordFile, ids.uid, ids.gid);
    }
    const { code, output } = await run(owner, binaries.initdb, [
      ...[`--pgdata=${dataDir}`, '--username=plumage', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
      ...['--encoding=UTF8', '--locale-provider=builtin', '--locale=C.UTF-8', '--no-instructions'],
    ]);
    if (code !== 0) throw errorFromLog(output, dataDir, null);
    await writeFile(passwordFileOf(dataDir), `${password}\n`, { mode: 0o600 });
  } catch (cause) {
    await rm(dataDir, { recursive: true, force: true }); // A half-made cluster would look broken next time.
    if ((cause as NodeJS.ErrnoException).code === 'ENOSPC')
      throw errorFromLog('No space left on device', dataDir, null);
    throw cause;
  } finally {
    await rm(passwordFile, { force: true });
  }
}

function prefixIds(owner: PostgresOwner): { uid: number; gid: number } | null {
  const at = (flag: string) => Number(owner.prefix[owner.prefix.indexOf(flag) + 1]);
  return owner.prefix.length > 0 ? { uid: at('--reuid'), gid: at('--regid') } : null;
}

async function checkCluster(dataDir: string): Promise<void> {
  const version = await readFile(join(dataDir, 'PG_VERSION'), 'utf8').catch(() => null);
  if (version === null || !existsSync(passwordFileOf(dataDir))) {
    throw new DatabaseError(
      'DATABASE_FOLDER_BROKEN',
      `${dataDir} is not empty and is not a Postgres folder of Plumage (${version === null ? 'PG_VERSION' : 'plumage.password'} is missing). Restore it, move it away, or choose another folder.`,
    );
  }
  if (version.trim() !== MAJOR_VERSION) {
    throw new DatabaseError(
      'DATABASE_FOLDER_BROKEN',
      `${dataDir} was written by Postgres ${version.trim()}; version ${MAJOR_VERSION} was expected.`,
    );
  }
}

/** One process at a time holds a folder; the mark names it by pid and start time, since pids are reused. */
export function claimFolder(dataDir: string): void {
  const file = holderFileOf(dataDir);
  const [pid, started] = existsSync(file) ? readFileSync(file, 'utf8').split(' ') : [];
  const holder = Number(pid);
  if (
    holder > 0 &&
    holder !== process.pid &&
    isAlive(holder) &&
    (startTimeOf(holder) ?? '') === (started ?? '')
  ) {
    throw new DatabaseError(
      'DATABASE_FOLDER_IN_USE',
      `${dataDir} is used by another Plumage (process ${holder}). Stop that one, or choose another data folder.`,
    );
  }
  writeFileSync(file, `${process.pid} ${startTimeOf(process.pid) ?? ''}`, { mode: 0o600 });
}

export const releaseFolder = (dataDir: string): Promise<void> => rm(holderFileOf(dataDir), { force: true });

async function run(
  owner: PostgresOwner,
  program: string,
  args: string[],
): Promise<{ code: number | null; output: string }> {
  const child = spawnAs(owner, program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout?.on('data', (chunk) => (output += String(chunk)));
  child.stderr?.on('data', (chunk) => (output += String(chunk)));
  return await new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => done({ code, output }));
  });
}
