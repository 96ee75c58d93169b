import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseError } from '../database/index.ts';
import { build } from './build.ts';
import { claimDataFolder } from './data-folder.ts';
import { openDatabase } from './database.ts';
import { createJournal, type Journal } from './journal.ts';
import { parseStartOptions, StartError, type StartOptions, usage } from './options.ts';
import { claimPort, freePort } from './ports.ts';
import { createQuickstart } from './quickstart.ts';
import { agentService, apiService, bootstrap, dashboardService, type Stack } from './services.ts';
import { type Service, startService } from './service.ts';
import { untilAnswers } from './until-answers.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ECHO_MS = 500;

/**
 * `npm start`: one process that brings everything up, keeps it up, and takes it down in order. What it starts
 * is listed in `closers`; stopping walks that list backwards: agent, dashboard, API, Postgres.
 */
export const start = async (argv: readonly string[]): Promise<void> => {
  let journal = createJournal(
    false,
    (line) => console.log(line),
    () => new Date(),
  );
  const closers: (() => Promise<void> | void)[] = [];
  const services: Service[] = [];
  const abort = new AbortController();
  let bringing: Promise<void> = Promise.resolve();
  let stopping: Promise<void> | undefined;

  const stop = (code: number) => {
    stopping ??= (async () => {
      abort.abort();
      // What is half up must be whole or refused before it can be taken down.
      await bringing.catch(() => {});
      for (const close of closers.reverse()) await close();
      process.exit(code);
    })();
    return stopping;
  };
  let firstSignalAt = 0;
  const onSignal = () => {
    // A Ctrl-C in the terminal may arrive twice: once from the terminal, once passed on by npm.
    if (stopping && Date.now() - firstSignalAt < ECHO_MS) return;
    if (stopping) {
      journal.say('stop', 'stopping at once');
      for (const service of services) service.kill();
      return;
    }
    firstSignalAt = Date.now();
    journal.say(
      'stop',
      'stopping in order: agent (writes its checkpoint), dashboard, API, Postgres. Again to stop at once.',
    );
    void stop(0);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', onSignal);

  try {
    const options = parseStartOptions(argv, root, process.env.PLUMAGE_SECRET);
    if (options === 'help') return console.log(usage);
    journal = createJournal(
      options.json,
      (line) => console.log(line),
      () => new Date(),
    );
    bringing = bringUp(options, journal, closers, services, abort.signal, (service, logFile) => {
      journal.say(service, `keeps ending; giving up. The end of ${logFile} says why.`);
      void stop(1);
    });
    await bringing;
  } catch (error) {
    if (stopping) return;
    const expected = error instanceof StartError || error instanceof DatabaseError;
    console.error(`plumage: ${expected ? error.message : ((error as Error).stack ?? String(error))}`);
    await stop(1);
  }
};

const bringUp = async (
  options: StartOptions,
  journal: Journal,
  closers: (() => Promise<void> | void)[],
  services: Service[],
  signal: AbortSignal,
  onGivenUp: (service: string, logFile: string) => void,
): Promise<void> => {
  closers.push(claimDataFolder(options.dataDir));
  const port = await claimPort(options.port, options.host);
  const run = (definition: Parameters<typeof startService>[0]) => {
    const service = startService(definition, join(options.dataDir, 'logs'), journal, onGivenUp);
    services.push(service);
    closers.push(() => service.stop());
  };

  journal.say('build', 'building the API and the agent (only what changed)');
  await build(root, ['api', 'agent'], signal);
  const database = await openDatabase(options.dataDir, journal);
  closers.push(() => database.close());
  signal.throwIfAborted();

  const address = `http://${options.host === '0.0.0.0' || options.host === '::' ? 'localhost' : options.host}:${port}`;
  const stack: Stack = {
    root,
    dataDir: options.dataDir,
    databaseUrl: database.url,
    host: options.host,
    port,
    address,
    dashboardPort: await freePort(),
  };
  const keys = await bootstrap(stack);
  signal.throwIfAborted();
  run(apiService(stack));
  await untilAnswers(`${address}/ready`, 60_000, 'The API', signal);
  journal.say('api', `ready at ${address}/graphql`);

  if (options.quickstart) await createQuickstart(stack, keys.userKey, journal);
  signal.throwIfAborted();
  if (options.agent) run(agentService(stack, keys.agentKey));

  journal.say('build', 'building the dashboard (only what changed)');
  await build(root, ['dashboard'], signal);
  run(dashboardService(stack));
  await untilAnswers(`http://127.0.0.1:${stack.dashboardPort}/sign-in`, 60_000, 'The dashboard', signal);

  const signInUrl = `${address}/sign-in#token=${keys.signInToken}`;
  journal.say('dashboard', `ready. Sign in once with this link:\n\n  ${signInUrl}\n`, { signInUrl });
  journal.say('agent', agentHint(options, stack, keys.agentKey));
  journal.say('stop', 'Ctrl-C stops everything; the next start goes on from the last checkpoint.');
  if (options.readyFile !== undefined) {
    writeReadyFile(options.readyFile, {
      dashboardUrl: address,
      apiUrl: `${address}/graphql`,
      token: keys.userKey,
      signInUrl,
      pid: process.pid,
    });
    closers.push(() => rmSync(options.readyFile as string, { force: true }));
  }
};

const agentHint = (options: StartOptions, stack: Stack, key: string) =>
  options.agent
    ? 'one agent runs here; Settings in the dashboard has the line that starts one on another box'
    : `none started (--no-agent). Start one with:\n  npm run agent -- --server ${stack.address} --key ${key}`;

/** Written aside and renamed, so that whoever waits for it never reads half of it; only its owner may read it. */
const writeReadyFile = (file: string, content: Record<string, unknown>) => {
  const aside = `${file}.${process.pid}.tmp`;
  writeFileSync(aside, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(aside, file);
};
