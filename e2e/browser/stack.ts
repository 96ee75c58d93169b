/**
 * Brings the whole of Plumage up in a folder of its own, as `npm start` does, and takes it down again. What the
 * tests need to know stands in the environment, which Playwright hands to its workers.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const startMs = 300_000;
const stopMs = 60_000;

interface Ready {
  readonly dashboardUrl: string;
  readonly token: string;
  readonly signInUrl: string;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const untilReady = async (child: ChildProcess, file: string, said: () => string): Promise<Ready> => {
  const latest = Date.now() + startMs;
  while (!existsSync(file)) {
    if (child.exitCode !== null) throw new Error(`npm start ended with code ${child.exitCode}:\n${said()}`);
    if (Date.now() > latest)
      throw new Error(`npm start was not ready within ${startMs / 1_000} s:\n${said()}`);
    await sleep(250);
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Ready;
};

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  await Promise.race([ended, sleep(stopMs).then(() => void child.kill('SIGKILL'))]);
};

export default async function setUp(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'plumage-browser-'));
  const readyFile = join(folder, 'ready.json');
  let output = '';
  const child = spawn(
    process.execPath,
    [
      'tools/start.mjs',
      '--data-dir',
      join(folder, 'data'),
      '--port',
      '0',
      '--no-quickstart',
      '--ready-file',
      readyFile,
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, DATABASE_URL: '' } },
  );
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const tearDown = async (): Promise<void> => {
    await stop(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const ready = await untilReady(child, readyFile, () => output);
    process.env.PLUMAGE_TEST_URL = ready.dashboardUrl;
    process.env.PLUMAGE_TEST_KEY = ready.token;
    process.env.PLUMAGE_TEST_SIGN_IN_URL = ready.signInUrl;
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}
