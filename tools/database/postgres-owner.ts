/**
 * Postgres refuses to run as root. Started by root (a container, most often), it runs as the system's `postgres`
 * user, which is created when missing. When that user cannot even reach the data folder or the programs (a clone
 * under a 0700 folder such as /root or one made by mktemp), it is given one capability, to pass folders that it
 * does not own; no folder's mode is changed for that.
 */
import { type ChildProcess, execFileSync, spawn, type StdioOptions } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseError } from './database.error.ts';

/** How to run a Postgres program: put `prefix` before the command, and spawn it with `ids`. */
export interface PostgresOwner {
  readonly ids: { uid: number; gid: number } | null;
  readonly prefix: readonly string[];
}

/**
 * @param paths every path that Postgres must reach (programs and data folder).
 * @throws DatabaseError when this is root and no other user can be used.
 */
export function resolveOwner(paths: readonly string[]): PostgresOwner {
  if (process.getuid?.() !== 0) return { ids: null, prefix: [] };
  const ids = postgresIds() ?? createPostgresUser();
  const closed = paths.map(closedAncestor).find((folder) => folder !== null);
  if (!closed) return { ids, prefix: [] };
  if (!existsSync('/usr/bin/setpriv')) {
    throw new DatabaseError(
      'DATABASE_FOLDER_UNREADABLE',
      `Postgres cannot run as root, and the user "postgres" may not enter ${closed}. Start as an ordinary user, choose a folder that others may enter (chmod o+x), or set DATABASE_URL.`,
    );
  }
  return { ids: null, prefix: privilegedPrefix(ids) };
}

/** Spawns a Postgres program as its owner, with nothing of this process's environment but the path. */
export function spawnAs(
  { ids, prefix }: PostgresOwner,
  program: string,
  args: readonly string[],
  options: { readonly stdio: StdioOptions; readonly detached?: boolean },
): ChildProcess {
  const [first, ...rest] = [...prefix, program, ...args];
  const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' };
  return spawn(first as string, rest, { ...ids, ...options, env });
}

function privilegedPrefix(ids: { uid: number; gid: number }): string[] {
  // no_setuid_fixup keeps the capability in access(2), by which initdb looks for its sibling programs.
  return [
    '/usr/bin/setpriv',
    ...['--securebits', '+no_setuid_fixup', '--inh-caps', '+dac_override', '--ambient-caps', '+dac_override'],
    ...['--reuid', String(ids.uid), '--regid', String(ids.gid), '--clear-groups', '--'],
  ];
}

function postgresIds(): { uid: number; gid: number } | null {
  try {
    return { uid: idOf('-u'), gid: idOf('-g') };
  } catch {
    return null;
  }
}

function idOf(flag: '-u' | '-g'): number {
  return Number(
    execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  );
}

function createPostgresUser(): { uid: number; gid: number } {
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'], {
      stdio: 'ignore',
    });
  } catch (cause) {
    throw new DatabaseError(
      'DATABASE_START_FAILED',
      'Postgres cannot run as root, and the user "postgres" could not be created. Start as an ordinary user, or set DATABASE_URL.',
      { cause },
    );
  }
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** The first folder above `path` that others may not enter, or null. */
function closedAncestor(path: string): string | null {
  let closed: string | null = null;
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) closed = folder;
    if (dirname(folder) === folder) return closed;
  }
}
