/**
 * A Plumage of a test's own: a cloned database, the built API on a free port, keys, and agents as processes. Leases
 * are short, so that what takes minutes in a user's life takes seconds here.
 */
import { type ChildProcess, execFile, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createTestDatabase } from '../../tools/testing/test-database.ts';

const dist = (file: string): string => fileURLToPath(new URL(`../../apps/${file}`, import.meta.url));

export interface AgentProcess {
  readonly pid: number;
  /** Everything that it has said. */
  output(): string;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): void;
}

export interface Stack {
  readonly url: string;
  readonly keys: { readonly userKey: string; readonly agentKey: string };
  readonly folder: string;
  /** For facts that the graph does not tell. */
  readonly databaseUrl: string;
  /** Runs an operation as the administrator; throws what the graph refuses. */
  ask<T>(query: string, variables?: object): Promise<T>;
  startApi(): Promise<void>;
  killApi(signal: NodeJS.Signals): Promise<void>;
  startAgent(args?: readonly string[], env?: Record<string, string>): AgentProcess;
  stop(): Promise<void>;
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
};

const listening = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-4_000);
      });
    }
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`The API ended with code ${code}: ${said}`)));
  });

const startAgentProcess = (args: readonly string[], env: NodeJS.ProcessEnv): AgentProcess => {
  const child = spawn(process.execPath, [dist('agent/dist/main.js'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  return {
    pid: child.pid ?? 0,
    output: () => said,
    exited: once(child, 'close').then(([code, signal]) => ({ code, signal })),
    kill: (signal) => void child.kill(signal),
  };
};

export const startStack = async (): Promise<Stack> => {
  const [database, folder, port] = await Promise.all([
    createTestDatabase(),
    mkdtemp(join(tmpdir(), 'plumage-e2e-')),
    freePort(),
  ]);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    DATABASE_URL: database.url,
    PLUMAGE_PORT: String(port),
    PLUMAGE_DATA_DIR: join(folder, 'data'),
    PLUMAGE_LEASE_MS: '4000',
    PLUMAGE_HEARTBEAT_MS: '500',
    PLUMAGE_REAP_MS: '500',
    PLUMAGE_RETRY_BACKOFF_MS: '500',
    LOG_LEVEL: 'warn',
  };
  const { stdout } = await promisify(execFile)(process.execPath, [dist('api/dist/bootstrap.js')], { env });
  const keys = JSON.parse(stdout);
  const url = `http://127.0.0.1:${port}`;
  const agents: AgentProcess[] = [];
  let api: ChildProcess | undefined;
  const startApi = async (): Promise<void> => {
    api = fork(dist('api/dist/main.js'), [], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    await listening(api);
  };
  const killApi = async (signal: NodeJS.Signals): Promise<void> => {
    if (api === undefined || api.exitCode !== null || api.signalCode !== null) return;
    const ended = once(api, 'exit');
    api.kill(signal);
    await ended;
  };
  await startApi();
  return {
    url,
    keys,
    folder,
    databaseUrl: database.url,
    startApi,
    killApi,
    async ask(query, variables = {}) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${keys.userKey}` },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors } = (await response.json()) as { data: never; errors?: unknown };
      if (errors) throw new Error(JSON.stringify(errors));
      return data;
    },
    startAgent(args = [], more = {}) {
      const doctor = args[0] === 'doctor';
      const places = ['--work-dir', join(folder, 'agent'), '--cache-dir', sharedCache];
      const all = [...(doctor ? ['doctor'] : []), '--server', url, ...places, ...args.slice(doctor ? 1 : 0)];
      const agent = startAgentProcess(all, { ...process.env, PLUMAGE_AGENT_KEY: keys.agentKey, ...more });
      agents.push(agent);
      return agent;
    },
    async stop() {
      for (const agent of agents) agent.kill('SIGKILL');
      await Promise.all(agents.map(({ exited }) => exited));
      await killApi('SIGTERM');
      await database.drop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

/** Prepared datasets are the same for every test; the first one builds them. */
const sharedCache = join(tmpdir(), `plumage-e2e-cache-${process.getuid?.() ?? 'user'}`);

/** Waits until `look` gives something. @throws Error naming `what`, after three minutes */
export const until = async <T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
): Promise<T> => {
  const deadline = Date.now() + 180_000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`${what} did not happen within three minutes`);
    await new Promise((done) => setTimeout(done, 100));
  }
};
