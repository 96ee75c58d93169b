/** The process itself, as it is started by others. */
import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../tools/testing/test-database.ts';
import { EnvError, readEnv } from './env.ts';

let database: TestDatabase;
let dataDir = '';
beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'plumage-main-'));
});
afterAll(async () => {
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

function start(environment: Record<string, string>) {
  const child = fork(fileURLToPath(new URL('./main.ts', import.meta.url)), {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      PATH: process.env['PATH'] ?? '',
      DATABASE_URL: database.url,
      PLUMAGE_DATA_DIR: dataDir,
      PLUMAGE_PORT: '0',
      ...environment,
    },
  });
  let output = '';
  let errors = '';
  child.stdout?.on('data', (chunk) => (output += String(chunk)));
  child.stderr?.on('data', (chunk) => (errors += String(chunk)));
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const listening = new Promise<number>((resolve) =>
    child.once('message', (message) => resolve((message as { port: number }).port)),
  );
  return { child, exit, listening, output: () => output, errors: () => errors };
}

describe('the process', () => {
  it('says where it listens, to its log and its parent, and ends in order on SIGTERM with a stream open', async () => {
    const { child, exit, listening, output } = start({});
    const port = await listening;
    expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(200);
    const lines = () =>
      output()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { msg: string; port?: number });
    expect(lines()).toContainEqual(expect.objectContaining({ msg: 'listening', port }));
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
    expect(lines().at(-1)?.msg).toBe('stopped');
  });

  it('from SIGTERM on it is not ready, serves on while it drains, and ends in order', async () => {
    const { child, exit, listening, output } = start({ PLUMAGE_DRAIN_MS: '1500' });
    const address = `http://127.0.0.1:${await listening}`;
    expect((await fetch(`${address}/ready`)).status).toBe(200);
    child.kill('SIGTERM');
    await expect.poll(async () => (await fetch(`${address}/ready`)).status, { interval: 20 }).toBe(503);
    expect((await fetch(`${address}/health`)).status).toBe(200);
    expect(await exit).toBe(0);
    expect(output()).toContain('"stopped"');
  });

  it('a second signal ends it at once, draining or not', async () => {
    const { child, exit, listening } = start({ PLUMAGE_DRAIN_MS: '600000' });
    const ready = `http://127.0.0.1:${await listening}/ready`;
    child.kill('SIGTERM');
    await expect.poll(async () => (await fetch(ready)).status, { timeout: 20_000 }).toBe(503);
    child.kill('SIGTERM');
    expect(await exit).toBe(1);
  });

  it('a taken port is one sentence and exit code 1', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const { port } = blocker.address() as { port: number };
    const { exit, errors } = start({ PLUMAGE_PORT: String(port) });
    expect(await exit).toBe(1);
    expect(errors()).toContain(`Port ${port} is taken by another program.`);
    expect(errors()).not.toContain(' at ');
    blocker.close();
  });

  it('an address that others can reach needs a secret: one sentence and exit code 1', async () => {
    const { exit, errors } = start({ PLUMAGE_HOST: '0.0.0.0' });
    expect(await exit).toBe(1);
    expect(errors()).toContain('needs PLUMAGE_SECRET');
    expect(errors()).not.toContain(' at ');
  });
});

describe('the configuration', () => {
  const valid = { DATABASE_URL: 'postgresql://x/y' };

  it('has a default for everything but the database, and is frozen', () => {
    const env = readEnv(valid);
    expect(env).toMatchObject({ PLUMAGE_HOST: '127.0.0.1', PLUMAGE_PORT: 4600, PLUMAGE_LEASE_MS: 45_000 });
    expect(Object.isFrozen(env)).toBe(true);
  });

  it('only the loopback is bound without a secret', () => {
    for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost'])
      expect(readEnv({ ...valid, PLUMAGE_HOST: host })).toBeTruthy();
    for (const host of ['0.0.0.0', '::', '192.168.1.5', 'gpu-box', '127.0.0.1.evil.example']) {
      expect(() => readEnv({ ...valid, PLUMAGE_HOST: host })).toThrow(EnvError);
      expect(readEnv({ ...valid, PLUMAGE_HOST: host, PLUMAGE_SECRET: 'sixteen letters!' })).toBeTruthy();
    }
  });

  it('what is wrong is named, without repeating a value that may be secret', () => {
    const wrong = {
      DATABASE_URL: 'mysql://user:hunter2@x/y',
      PLUMAGE_PORT: '70000',
      PLUMAGE_SECRET: 'short',
    };
    expect(() => readEnv(wrong)).toThrow(/DATABASE_URL[^]*PLUMAGE_PORT[^]*PLUMAGE_SECRET/);
    expect(() => readEnv(wrong)).not.toThrow(/hunter2|"short"/);
  });
});
