/**
 * A Postgres of one's own in a folder, for a machine that has none. The server is a child in its own process group,
 * so that a Ctrl-C in the terminal does not take the database away before the API has put its work down; if this
 * process is killed, Postgres stays behind, and the next start adopts it by the pid in postmaster.pid.
 */
import { resolve } from 'node:path';
import pg from 'pg';
import { DatabaseError } from './database.error.ts';
import { locatePostgres } from './postgres-binaries.ts';
import { claimFolder, makeParent, openCluster, passwordOf } from './postgres-cluster.ts';
import { resolveOwner } from './postgres-owner.ts';
import { adoptServer, launchServer, stopServer } from './postgres-server.ts';

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
  await openCluster(binaries, owner, dataDir);
  claimFolder(dataDir);
  const password = await passwordOf(dataDir);
  const running =
    (await adoptServer(dataDir, options.port)) ??
    (await launchServer(binaries, owner, dataDir, { ...options, password }));
  const url = `postgresql://plumage:${password}@127.0.0.1:${running.port}/plumage`;
  await ensureDatabase(url);
  return { url, ...running, stop: () => stopServer(dataDir, running.pid) };
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
