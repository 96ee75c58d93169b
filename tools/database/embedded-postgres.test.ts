import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { isAlive } from './postgres-process.ts';

let folder = '';
const settings = { fsync: 'off' };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumage-embedded-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows[0];
  } finally {
    await client.end();
  }
}

describe('embedded Postgres', () => {
  it('starts in a folder that only its maker may enter, keeps its rows over a restart, and leaves no process', async () => {
    const dataDir = join(folder, 'deep', 'postgres');
    const first = await startEmbeddedPostgres({ dataDir, settings });
    await ask(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    const second = await startEmbeddedPostgres({ dataDir, settings });
    expect(await ask(second.url, 'select answer from kept')).toEqual({ answer: 42 });
    await second.stop();
    expect(isAlive(second.pid)).toBe(false);
  });

  it('adopts the server that a dead holder left behind', async () => {
    const dataDir = join(folder, 'postgres');
    const left = await startEmbeddedPostgres({ dataDir, settings });
    // What a killed parent leaves: its server, and a mark with a pid that is nobody's now.
    await writeFile(join(dataDir, 'plumage.holder'), '4194303 1');
    const adopted = await startEmbeddedPostgres({ dataDir, settings });
    expect(adopted.pid).toBe(left.pid);
    expect(await ask(adopted.url, 'select 1 as one')).toEqual({ one: 1 });
    await adopted.stop();
    expect(isAlive(left.pid)).toBe(false);
  });

  it('says that the folder is in use while another process holds it', async () => {
    const dataDir = join(folder, 'postgres');
    const server = await startEmbeddedPostgres({ dataDir, settings });
    const holder = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
    const started = execFileSync('cat', [`/proc/${holder.pid}/stat`], { encoding: 'utf8' })
      .split(') ')[1]
      ?.split(' ')[19];
    await writeFile(join(dataDir, 'plumage.holder'), `${holder.pid} ${started}`);
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
      code: 'DATABASE_FOLDER_IN_USE',
    });
    holder.kill('SIGKILL');
    await server.stop();
  });

  it('says that a port is taken', async () => {
    const blocker: Server = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const { port } = blocker.address() as { port: number };
    const starting = startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), port });
    await expect(starting).rejects.toMatchObject({
      code: 'DATABASE_PORT_TAKEN',
      message: expect.stringContaining(String(port)),
    });
    blocker.close();
  });

  it('refuses a folder that holds something else, and touches nothing in it', async () => {
    await writeFile(join(folder, 'diary.txt'), 'mine');
    await expect(startEmbeddedPostgres({ dataDir: folder })).rejects.toMatchObject({
      code: 'DATABASE_FOLDER_BROKEN',
    });
    expect(existsSync(join(folder, 'diary.txt'))).toBe(true);
    expect(existsSync(join(folder, 'PG_VERSION'))).toBe(false);
  });

  it('refuses a damaged cluster with a sentence that names the folder', async () => {
    const dataDir = join(folder, 'postgres');
    await (await startEmbeddedPostgres({ dataDir, settings })).stop();
    await rm(join(dataDir, 'global', 'pg_control'));
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
      code: 'DATABASE_FOLDER_BROKEN',
      message: expect.stringContaining(dataDir),
    });
  });

  it('says so when the folder is a file', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expect(startEmbeddedPostgres({ dataDir: file })).rejects.toMatchObject({
      code: 'DATABASE_FOLDER_BROKEN',
    });
    await mkdir(join(folder, 'x'));
    await chmod(join(folder, 'x'), 0o755);
    await expect(startEmbeddedPostgres({ dataDir: join(file, 'below') })).rejects.toMatchObject({
      code: 'DATABASE_FOLDER_UNREADABLE',
    });
  });
});
