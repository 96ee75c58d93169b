/** `npm start` as its user runs it: up, used, stopped, started again; and every wrong start said in one sentence. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createApiClient } from '@plumage/api-client';
import { CreateSweepDocument, SweepsDocument } from '@plumage/api-client/operations';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tiny = 'method: grid\nparameters:\n  seed: { values: [1, 2] }\n';

interface Ready {
  readonly dashboardUrl: string;
  readonly apiUrl: string;
  readonly token: string;
  readonly signInUrl: string;
  readonly pid: number;
}

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

let folder = '';
let running: Started[] = [];

const start = (...args: string[]): Started => {
  const env = { ...process.env, DATABASE_URL: '' };
  const child = spawn(process.execPath, ['tools/start.mjs', ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const started = { child, output: () => output, ended };
  running.push(started);
  return started;
};

const untilReady = async ({ child, output }: Started, file: string): Promise<Ready> => {
  while (!existsSync(file)) {
    if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}:\n${output()}`);
    await sleep(100);
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Ready;
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const postgresPid = (dataDir: string): number =>
  Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumage-start-'));
});

afterEach(async () => {
  for (const { child, ended } of running) {
    if (child.exitCode === null) child.kill('SIGTERM');
    await ended;
  }
  running = [];
  rmSync(folder, { recursive: true, force: true });
});

describe('npm start', () => {
  test('comes up, answers, stops on SIGINT without leaving a process, and finds everything again', async () => {
    const data = join(folder, 'data');
    const readyFile = join(folder, 'ready.json');
    const flags = [
      '--port',
      '0',
      '--no-agent',
      '--no-quickstart',
      '--data-dir',
      data,
      '--ready-file',
      readyFile,
    ];
    const first = start(...flags);
    const ready = await untilReady(first, readyFile);
    expect(ready.pid).toBe(first.child.pid);
    expect(ready.signInUrl).toContain(`${ready.dashboardUrl}/sign-in`);
    const client = createApiClient({ url: ready.apiUrl, key: ready.token });
    const { createSweep } = await client.request(CreateSweepDocument, { input: { source: tiny } });
    expect(createSweep.__typename).toBe('SweepCreated');
    expect((await fetch(`${ready.dashboardUrl}/sign-in`)).status).toBe(200);

    const second = start(...flags);
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(/already runs on .*process \d+/);

    const pid = postgresPid(data);
    first.child.kill('SIGINT');
    expect(await first.ended).toBe(0);
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(readyFile)).toBe(false);

    const again = await untilReady(start(...flags), readyFile);
    const { sweeps } = await createApiClient({ url: again.apiUrl, key: again.token }).request(
      SweepsDocument,
      { first: 10 },
    );
    expect(sweeps.totalCount).toBe(1);
  });

  test('stopped in the middle of starting leaves no process behind', async () => {
    const data = join(folder, 'data');
    const started = start('--port', '0', '--no-agent', '--no-quickstart', '--data-dir', data);
    while (!existsSync(join(data, 'postgres', 'postmaster.pid'))) await sleep(20);
    const pid = postgresPid(data);
    started.child.kill('SIGTERM');
    expect(await started.ended).toBe(0);
    expect(isAlive(pid)).toBe(false);
  });

  test('on a taken port says so and ends with code 1', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
    const started = start('--port', String(port), '--data-dir', join(folder, 'data'));
    expect(await started.ended).toBe(1);
    expect(started.output()).toContain(`Port ${port} on 127.0.0.1 is taken`);
    await new Promise((resolve) => server.close(resolve));
  });

  test('on a broken data folder says which folder and ends with code 1', async () => {
    const data = join(folder, 'data');
    mkdirSync(join(data, 'postgres'), { recursive: true });
    writeFileSync(join(data, 'postgres', 'PG_VERSION'), 'nonsense');
    const started = start('--port', '0', '--data-dir', data);
    expect(await started.ended).toBe(1);
    expect(started.output()).toContain(join(data, 'postgres'));
    expect(started.output()).not.toMatch(/\n\s+at /);
  });

  test('with an unknown option lists the known ones and ends with code 1', async () => {
    const started = start('--prot', '80');
    expect(await started.ended).toBe(1);
    expect(started.output()).toContain('--port N');
  });

  test('refuses to listen beyond the loopback without a secret', async () => {
    const started = start(
      '--host',
      '0.0.0.0',
      '--port',
      '0',
      '--no-agent',
      '--data-dir',
      join(folder, 'data'),
    );
    expect(await started.ended).toBe(1);
    expect(started.output()).toContain('PLUMAGE_SECRET');
  });
});
