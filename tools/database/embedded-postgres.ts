/**
 * A Postgres of one's own in a folder, for a machine that has none. The server is a child in its own process group,
 * so that a Ctrl-C in the terminal does not take the database away before the API has put its work down; if this
 * process is killed, Postgres stays behind, and the next start adopts it by the pid in postmaster.pid.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { chown, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { DatabaseError, errorFromLog } from './database.error.ts';
import { locatePostgres, type PostgresBinaries } from './postgres-binaries.ts';
import { resolveOwner, type PostgresOwner } from './postgres-owner.ts';
import { commandOf, endProcess, isAlive, startTimeOf } from './postgres-process.ts';

const MAJOR_VERSION = '18';
const START_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 30_000;

interface EmbeddedPostgresOptions {
  /** The cluster's folder; made (with its parents) when missing. */
  readonly dataDir: string;
  /** TCP port on 127.0.0.1; a free one when left out. */
  readonly port?: number;
  /** Extra server settings, for example { fsync: 'off' } for tests. */
  readonly settings?: Readonly<Record<string, string>>;
}

interface EmbeddedPostgres {
  /** Connection string of the database `plumage`. */
  readonly url: string;
  readonly pid: number;
  readonly port: number;
  /** Fast shutdown: ends sessions, writes a checkpoint, waits for the process to be gone. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts (or adopts) the cluster in `dataDir`; creates it, and its database `plumage`, when new.
 * @throws DatabaseError with a sentence for a broken folder, a taken port, a full disk, a folder already in use.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const binaries = await locatePostgres();
  await makeParent(dataDir);
  const owner = resolveOwner([binaries.postgres, dataDir]);
  if (await isEmpty(dataDir)) await createCluster(binaries, owner, dataDir);
  await checkCluster(dataDir);
  claimFolder(dataDir);
  const password = (await readFile(join(dataDir, 'plumage.password'), 'utf8')).trim();
  const running =
    (await adopt(dataDir, options.port)) ?? (await launch(binaries, owner, dataDir, password, options));
  const url = `postgresql://plumage:${password}@127.0.0.1:${running.port}/plumage`;
  await ensureDatabase(url);
  return { url, ...running, stop: () => stop(dataDir, running.pid) };
}

async function makeParent(dataDir: string): Promise<void> {
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
    await writeFile(join(dataDir, 'plumage.password'), `${password}\n`, { mode: 0o600 });
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
  if (version === null || !existsSync(join(dataDir, 'plumage.password'))) {
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
function claimFolder(dataDir: string): void {
  const file = join(dataDir, 'plumage.holder');
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

/** Takes over a server that a killed parent left behind, or stops it when another port is wanted. */
async function adopt(
  dataDir: string,
  port: number | undefined,
): Promise<{ pid: number; port: number } | null> {
  const lines = (await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!(pid > 0) || !isAlive(pid)) return null;
  const command = commandOf(pid);
  if (command !== null && command !== 'postgres') {
    await rm(join(dataDir, 'postmaster.pid')); // The pid now belongs to some other program.
    return null;
  }
  const found = Number(lines[3]);
  if (port === undefined || port === found) return { pid, port: found };
  await stop(dataDir, pid);
  return null;
}

async function launch(
  binaries: PostgresBinaries,
  owner: PostgresOwner,
  dataDir: string,
  password: string,
  options: EmbeddedPostgresOptions,
): Promise<{ pid: number; port: number }> {
  const port = options.port ?? (await freePort());
  const settings = Object.entries({
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    ...options.settings,
  });
  const log = join(dataDir, 'plumage.log');
  const descriptor = openSync(log, 'w', 0o600);
  const args = [
    '-D',
    dataDir,
    '-p',
    String(port),
    ...settings.flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ];
  const child = spawn(
    owner.prefix[0] ?? binaries.postgres,
    withoutFirst([...owner.prefix, binaries.postgres, ...args]),
    {
      ...owner.ids,
      detached: true,
      stdio: ['ignore', descriptor, descriptor],
      env: serverEnvironment(),
    },
  );
  closeSync(descriptor);
  child.unref();
  await ready(child, `postgresql://plumage:${password}@127.0.0.1:${port}/postgres`, log, dataDir, port);
  return { pid: child.pid ?? 0, port };
}

async function ready(
  child: ChildProcess,
  url: string,
  log: string,
  dataDir: string,
  port: number,
): Promise<void> {
  const until = Date.now() + START_TIMEOUT_MS;
  let failure: unknown = null;
  child.once('error', (error) => (failure = error));
  while (Date.now() < until) {
    if (failure !== null || child.exitCode !== null || child.signalCode !== null) {
      throw errorFromLog(readFileSync(log, 'utf8') || String(failure), dataDir, port);
    }
    if (await canConnect(url)) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  if (child.pid) await endProcess(child.pid, 'SIGQUIT', 5_000);
  throw new DatabaseError(
    'DATABASE_START_FAILED',
    `Postgres did not answer within ${START_TIMEOUT_MS / 1000} s; see ${log}.`,
  );
}

async function canConnect(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url.replace(/\/plumage$/, '/postgres') });
  try {
    await client.connect();
    const found = await client.query(`select 1 from pg_database where datname = 'plumage'`);
    if (found.rowCount === 0) await client.query('create database plumage');
  } catch (cause) {
    throw new DatabaseError(
      'DATABASE_START_FAILED',
      `Postgres runs but refuses its own user: ${(cause as Error).message}.`,
      { cause },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function stop(dataDir: string, pid: number): Promise<void> {
  const gone = (await endProcess(pid, 'SIGINT', STOP_GRACE_MS)) || (await endProcess(pid, 'SIGQUIT', 5_000));
  await rm(join(dataDir, 'plumage.holder'), { force: true });
  if (!gone) {
    throw new DatabaseError(
      'DATABASE_START_FAILED',
      `Postgres (process ${pid}) does not stop; end it by hand.`,
    );
  }
}

async function run(
  owner: PostgresOwner,
  program: string,
  args: string[],
): Promise<{ code: number | null; output: string }> {
  const child = spawn(owner.prefix[0] ?? program, withoutFirst([...owner.prefix, program, ...args]), {
    ...owner.ids,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: serverEnvironment(),
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  return await new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => done({ code, output }));
  });
}

function withoutFirst(command: string[]): string[] {
  return command.slice(1);
}

function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string')
    throw new DatabaseError('DATABASE_START_FAILED', 'No free port.');
  return address.port;
}
