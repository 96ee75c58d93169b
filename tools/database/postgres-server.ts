/** The server process on a cluster: started, or adopted from a parent that was killed, and stopped. */
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { DatabaseError, errorFromLog } from './database.error.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { type PostgresOwner, spawnAs } from './postgres-owner.ts';
import { releaseFolder } from './postgres-cluster.ts';
import { commandOf, endProcess, isAlive } from './postgres-process.ts';

const START_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 30_000;

interface RunningServer {
  readonly pid: number;
  readonly port: number;
}

interface LaunchOptions {
  readonly password: string;
  /** A free one when left out. */
  readonly port?: number;
  readonly settings?: Readonly<Record<string, string>>;
}

/** Takes over a server that a killed parent left behind, or stops it when another port is wanted. */
export async function adoptServer(dataDir: string, port: number | undefined): Promise<RunningServer | null> {
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
  await stopServer(dataDir, pid);
  return null;
}

/** @throws DatabaseError when it does not answer; its own words are read from its log */
export async function launchServer(
  binaries: PostgresBinaries,
  owner: PostgresOwner,
  dataDir: string,
  options: LaunchOptions,
): Promise<RunningServer> {
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
  const child = spawnAs(owner, binaries.postgres, args, {
    detached: true,
    stdio: ['ignore', descriptor, descriptor],
  });
  closeSync(descriptor);
  child.unref();
  await ready(
    child,
    `postgresql://plumage:${options.password}@127.0.0.1:${port}/postgres`,
    log,
    dataDir,
    port,
  );
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

/** Fast shutdown: ends sessions, writes a checkpoint, waits for the process to be gone. Safe to call twice. */
export async function stopServer(dataDir: string, pid: number): Promise<void> {
  const gone = (await endProcess(pid, 'SIGINT', STOP_GRACE_MS)) || (await endProcess(pid, 'SIGQUIT', 5_000));
  await releaseFolder(dataDir);
  if (!gone) {
    throw new DatabaseError(
      'DATABASE_START_FAILED',
      `Postgres (process ${pid}) does not stop; end it by hand.`,
    );
  }
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
