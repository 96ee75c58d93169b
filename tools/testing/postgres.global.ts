/**
 * vitest globalSetup for every test that needs a real Postgres: one server a run (or the one in DATABASE_URL), the
 * migrations applied once to a template, which createTestDatabase() then clones in some tens of milliseconds.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate, startEmbeddedPostgres } from '../database/index.ts';
import type {} from './test-database.ts'; // Declares what is provided below.

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer();
  const template = `plumage_template_${randomBytes(5).toString('hex')}`;
  const url = new URL(server.url);
  await execute(server.url, `create database "${template}"`);
  url.pathname = `/${template}`;
  await migrate(url.href);
  project.provide('postgresTemplateUrl', url.href);
  return async () => {
    await execute(server.url, `drop database if exists "${template}" with (force)`);
    await server.stop();
  };
}

async function startServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  const given = process.env['DATABASE_URL'];
  if (given) return { url: given, stop: async () => undefined };
  const folder = await mkdtemp(join(tmpdir(), 'plumage-postgres-'));
  await chmod(folder, 0o755);
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, 'data'),
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
  });
  const watchdog = watchOver(server.pid, folder);
  return {
    url: server.url,
    stop: async () => {
      watchdog.kill();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A run that is killed tears nothing down: this shell sees its pipe close, stops the server and clears the folder. */
function watchOver(pid: number, folder: string): ChildProcess {
  const script = 'cat > /dev/null; kill -INT "$0" 2> /dev/null; sleep 3; rm -rf "$1"';
  const shell = spawn('sh', ['-c', script, String(pid), folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  return shell;
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
