/** The API in a process of its own over real HTTP, so that what asks and what answers do not share an event loop. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @throws Error with the first of the answer's errors. */
export type Ask = <Data>(key: string, query: string, variables: object) => Promise<Data>;

export interface ApiProcess {
  readonly port: number;
  readonly ask: Ask;
  /** Seconds of processor that the process has used so far, user and system, by its own account. */
  cpuSeconds(): Promise<number>;
  stop(): Promise<void>;
}

export interface ApiProcessOptions {
  readonly databaseUrl: string;
  readonly logLevel: string;
  /** Writes a .cpuprofile here when it ends. */
  readonly profileFolder?: string | undefined;
}

const MAIN = fileURLToPath(new URL('../../apps/api/src/main.ts', import.meta.url));

export async function startApi(options: ApiProcessOptions): Promise<ApiProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'plumage-bench-api-'));
  const profile = options.profileFolder ? ['--cpu-prof', `--cpu-prof-dir=${options.profileFolder}`] : [];
  const child = spawn(process.execPath, [...profile, '--import', 'tsx', MAIN], {
    env: {
      ...process.env,
      DATABASE_URL: options.databaseUrl,
      PLUMAGE_PORT: '0',
      PLUMAGE_DATA_DIR: dataDir,
      LOG_LEVEL: options.logLevel,
    },
    // What it logs is written as in earnest, and read by nobody.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    child.on('message', (message: { type?: string; port?: number }) => {
      if (message.type === 'listening' && message.port !== undefined) resolve(message.port);
    });
    child.once('exit', (code) => reject(new Error(`The API ended with ${code} before it listened.`)));
  });
  const agent = new Agent({ keepAlive: true });
  return {
    port,
    ask: askOf(port, agent),
    cpuSeconds: async () => {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      const seconds = /^process_cpu_seconds_total (\S+)/m.exec(text)?.[1];
      if (seconds === undefined) throw new Error('/metrics has no process_cpu_seconds_total.');
      return Number(seconds);
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      agent.destroy();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function askOf(port: number, agent: Agent): Ask {
  return (key, query, variables) =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
      const sent = request(
        { host: '127.0.0.1', port, path: '/graphql', method: 'POST', agent, headers },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () => {
            const body = JSON.parse(Buffer.concat(chunks).toString()) as {
              data?: never;
              errors?: { message: string }[];
            };
            if (body.errors) reject(new Error(body.errors[0]?.message));
            else resolve(body.data as never);
          });
        },
      );
      sent.on('error', reject);
      sent.end(JSON.stringify({ query, variables }));
    });
}
