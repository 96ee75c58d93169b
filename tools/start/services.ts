import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StartError } from './options.ts';
import type { ServiceDefinition } from './service.ts';

/** What every part needs to know of the others. */
export interface Stack {
  readonly root: string;
  readonly dataDir: string;
  readonly databaseUrl: string;
  readonly host: string;
  readonly port: number;
  /** The one origin that people and agents use. */
  readonly address: string;
  readonly dashboardPort: number;
}

export interface Keys {
  readonly signInToken: string;
  readonly userKey: string;
  readonly agentKey: string;
}

const apiEnv = (stack: Stack): Record<string, string> => ({
  NODE_ENV: 'production',
  DATABASE_URL: stack.databaseUrl,
  PLUMAGE_HOST: stack.host,
  PLUMAGE_PORT: String(stack.port),
  PLUMAGE_DATA_DIR: stack.dataDir,
  PLUMAGE_DASHBOARD_URL: `http://127.0.0.1:${stack.dashboardPort}`,
});

/** Makes sure that the first user exists, and gives a fresh one-time link and fresh keys for this start. */
export const bootstrap = async (stack: Stack): Promise<Keys> => {
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(stack.root, 'apps/api/dist/bootstrap.js')],
      {
        cwd: stack.root,
        env: { ...process.env, ...apiEnv(stack) },
      },
    );
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Keys;
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim();
    throw new StartError(`The first user and keys could not be made: ${said || (error as Error).message}`);
  }
};

/** The API logs one JSON object a line; a person sees the warnings and errors. */
const warningsOnly = (line: string): string | undefined => {
  try {
    const { level, msg } = JSON.parse(line) as { level?: number; msg?: string };
    return level !== undefined && level >= 40 ? msg : undefined;
  } catch {
    return line;
  }
};

export const apiService = (stack: Stack): ServiceDefinition => ({
  name: 'api',
  args: [join(stack.root, 'apps/api/dist/main.js')],
  cwd: stack.root,
  env: apiEnv(stack),
  graceMs: 15_000,
  mayEnd: false,
  show: warningsOnly,
});

export const dashboardService = (stack: Stack): ServiceDefinition => ({
  name: 'dashboard',
  args: [
    join(stack.root, 'node_modules/next/dist/bin/next'),
    'start',
    '--hostname',
    '127.0.0.1',
    '--port',
    String(stack.dashboardPort),
  ],
  cwd: join(stack.root, 'apps/dashboard'),
  env: { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  graceMs: 5_000,
  mayEnd: false,
  show: (line) => (/error/i.test(line) ? line : undefined),
});

export const agentService = (stack: Stack, key: string): ServiceDefinition => ({
  name: 'agent',
  args: [
    join(stack.root, 'apps/agent/dist/main.js'),
    '--server',
    stack.address,
    '--name',
    'local',
    '--work-dir',
    join(stack.dataDir, 'agent'),
    '--cache-dir',
    join(stack.dataDir, 'cache'),
  ],
  cwd: stack.root,
  env: { NODE_ENV: 'production', PLUMAGE_AGENT_KEY: key },
  graceMs: 45_000,
  mayEnd: true,
  show: (line) => line,
});
