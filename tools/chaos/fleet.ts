/**
 * Two API processes on one database and one data folder behind a balancer, and agents that train: all of them built
 * programs as a user runs them, copied at the start, so that a build meanwhile disturbs nothing. Leases are short, so
 * that what takes minutes in a user's life takes seconds here.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../start/ports.ts';
import { untilAnswers } from '../start/until-answers.ts';
import { AgentSeat } from './agent.seat.ts';
import { type Balancer, startBalancer } from './balancer.ts';
import { type Ask, askGraph } from './graph.client.ts';
import { type End, ServiceProcess } from './service.process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export const leaseMs = 4_000;

export interface FleetOptions {
  readonly databaseUrl: string;
  /** Data folder, work folders and logs go in here. */
  readonly folder: string;
  /** Slots of each agent. */
  readonly slots: readonly number[];
  /** More for the environment of the API processes. */
  readonly apiEnv?: Readonly<Record<string, string>>;
  /** Told when a process ends that nobody asked to. */
  readonly onEnd?: (name: string, end: End) => void;
}

export interface Fleet {
  /** The one address. */
  readonly url: string;
  readonly balancer: Balancer;
  readonly keys: { readonly userKey: string; readonly agentKey: string };
  readonly dataDir: string;
  readonly apis: readonly ServiceProcess[];
  /** Address of each replica itself. */
  readonly apiUrls: readonly string[];
  readonly agents: readonly AgentSeat[];
  /** As the administrator, through the balancer. */
  readonly ask: Ask;
  /** Ends everything at once, copies included. Safe to call twice. */
  close(): Promise<void>;
}

/** Settings of the person's own server are none of the fleet's. */
export const bareEnv = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => name !== 'DATABASE_URL' && !name.startsWith('PLUMAGE_')),
  );

/** The programs of this moment, at a place from which they still find the workspace's packages. */
const copyPrograms = async (): Promise<string> => {
  const parent = join(root, 'node_modules/.cache');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, 'plumage-programs-'));
  for (const app of ['api', 'agent']) {
    await cp(join(root, 'apps', app, 'dist'), join(folder, app), { recursive: true });
  }
  return folder;
};

/** Prepared datasets are the same for everybody; the first one builds them. */
const sharedCache = join(tmpdir(), `plumage-e2e-cache-${process.getuid?.() ?? 'user'}`);

const api = (name: string, port: number, programs: string, options: FleetOptions): ServiceProcess =>
  new ServiceProcess(
    name,
    () => ({
      args: [join(programs, 'api/main.js')],
      env: apiEnv(port, options),
      logFile: join(options.folder, 'logs', `${name}.log`),
    }),
    options.onEnd,
  );

const apiEnv = (port: number, options: FleetOptions): NodeJS.ProcessEnv => ({
  ...bareEnv(),
  NODE_ENV: 'production',
  DATABASE_URL: options.databaseUrl,
  PLUMAGE_PORT: String(port),
  PLUMAGE_DATA_DIR: dataDirOf(options),
  PLUMAGE_LEASE_MS: String(leaseMs),
  PLUMAGE_HEARTBEAT_MS: '500',
  PLUMAGE_REAP_MS: '500',
  PLUMAGE_RETRY_BACKOFF_MS: '200',
  LOG_LEVEL: 'warn',
  ...options.apiEnv,
});

const dataDirOf = ({ folder }: FleetOptions): string => join(folder, 'data');

/** Makes the first user. */
const bootstrap = async (programs: string, options: FleetOptions): Promise<Fleet['keys']> => {
  const program = join(programs, 'api/bootstrap.js');
  const { stdout } = await promisify(execFile)(process.execPath, [program], { env: apiEnv(0, options) });
  return JSON.parse(stdout) as Fleet['keys'];
};

/** Brings all up except the agents, which are started one by one. @throws when a replica does not answer in time */
export const startFleet = async (options: FleetOptions): Promise<Fleet> => {
  const { folder } = options;
  await mkdir(join(folder, 'logs'), { recursive: true });
  const programs = await copyPrograms();
  const services: ServiceProcess[] = [];
  let balancer: Balancer | undefined;
  const close = async (): Promise<void> => {
    for (const service of services) service.kill();
    await balancer?.close();
    await rm(programs, { recursive: true, force: true });
  };
  let closed: Promise<void> | undefined;
  try {
    const keys = await bootstrap(programs, options);
    const ports = [await freePort(), await freePort()];
    const apis = ports.map((port, i) => api(`api-${i + 1}`, port, programs, options));
    services.push(...apis);
    for (const one of apis) one.start();
    const apiUrls = ports.map((port) => `http://127.0.0.1:${port}`);
    const patience = AbortSignal.timeout(90_000);
    for (const url of apiUrls) await untilAnswers(`${url}/ready`, 60_000, url, patience);
    balancer = await startBalancer(ports);
    const seat = {
      ...{ folder, server: balancer.url, cacheDir: sharedCache },
      program: join(programs, 'agent/main.js'),
      env: { ...bareEnv(), PLUMAGE_AGENT_KEY: keys.agentKey },
      ...(options.onEnd && { onEnd: options.onEnd }),
    };
    const agents = options.slots.map((slots, i) => new AgentSeat({ ...seat, slots, name: `agent-${i + 1}` }));
    services.push(...agents.map(({ process }) => process));
    return {
      ...{ balancer, keys, apis, apiUrls, agents },
      url: balancer.url,
      dataDir: dataDirOf(options),
      ask: askGraph(balancer.url, keys.userKey),
      close: () => (closed ??= close()),
    };
  } catch (error) {
    await close();
    throw error;
  }
};
