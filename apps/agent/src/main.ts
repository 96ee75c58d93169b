/** `plumage agent`: reads its options, runs the agent, and turns signals into leaving in order. */
import { mkdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { AgentFault, exitCodeOf } from './agent.error.ts';
import { type AgentOptions, readOptions, readServiceOptions, usage } from './agent.options.ts';
import { runAgent } from './agent.ts';
import { findingLines } from './doctor.finding.ts';
import { examineMachine } from './doctor.ts';
import { createEventLog, type EventLevel } from './event.log.ts';
import { checkoutOf, serviceUnit } from './service.unit.ts';

const version = '0.1.0';

/** The child stands beside this file, as source or as bundle. */
const childProgram = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './child.ts' : './child.js', import.meta.url),
);

const writeLine = (line: string, level: EventLevel): void => {
  (level === 'error' ? process.stderr : process.stdout).write(`${line}\n`);
};

/** Training needs no key, so it gets none: a program's environment is easily printed. */
const childEnv = { ...process.env };
delete childEnv['PLUMAGE_AGENT_KEY'];

const run = async (options: AgentOptions): Promise<number> => {
  const log = createEventLog({ json: options.json, write: writeLine, now: () => new Date() });
  const leaving = new AbortController();
  const giveUp = new AbortController();
  let grace: NodeJS.Timeout | undefined;
  let atOnce = 0;
  const onSignal = (signal: 'SIGINT' | 'SIGTERM'): void => {
    if (leaving.signal.aborted) {
      log.say('leaving at once; unsent results stay on the disk and are sent at the next start', 'warn');
      atOnce = signal === 'SIGINT' ? 130 : 143;
      giveUp.abort(new Error('leaving at once'));
      return;
    }
    log.say('leaving: writing checkpoints and releasing runs; once more to leave at once');
    leaving.abort(new Error('leaving'));
    grace = setTimeout(() => {
      log.say(
        'the grace time is over; unsent results stay on the disk and are sent at the next start',
        'warn',
      );
      giveUp.abort(new Error('the grace time is over'));
    }, options.graceMs);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    await runAgent(options, {
      log,
      version,
      childProgram,
      env: childEnv,
      leaving: leaving.signal,
      giveUp: giveUp.signal,
    });
    return atOnce;
  } catch (error) {
    if (giveUp.signal.aborted) return atOnce;
    if (error instanceof AgentFault) log.say(error.message, 'error');
    else log.say(error instanceof Error ? (error.stack ?? error.message) : String(error), 'error');
    return exitCodeOf(error);
  } finally {
    clearTimeout(grace);
  }
};

/** `doctor`: says what this machine offers, and whether the server takes it. */
const examine = async (args: readonly string[]): Promise<number> => {
  const options = readOptions(args, process.env);
  if (options === 'help') {
    console.log(usage);
    return 0;
  }
  const findings = await examineMachine(options, childProgram, childEnv);
  for (const line of findingLines(findings)) console.log(line);
  return findings.some(({ state }) => state === 'wrong') ? 1 : 0;
};

const makeFolder = (path: string): void => {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new AgentFault('WORK_FOLDER_UNUSABLE', `${path} cannot be made: ${said}.`, error);
  }
};

/** `service`: prints a unit, and makes the folders that it names, since systemd starts nothing without them. */
const printService = (args: readonly string[]): number => {
  const service = readServiceOptions(args, process.env);
  if (service === 'help') {
    console.log(usage);
    return 0;
  }
  const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  const folder = checkoutOf(program);
  const place = { node: process.execPath, program, folder, user: userInfo().username, env: process.env };
  const unit = serviceUnit({ ...service, place });
  for (const path of [service.options.workDir, service.options.cacheDir]) makeFolder(path);
  process.stdout.write(unit);
  return 0;
};

const main = async (): Promise<number> => {
  try {
    const args = process.argv.slice(2);
    if (args[0] === 'doctor') return await examine(args.slice(1));
    if (args[0] === 'service') return printService(args.slice(1));
    const options = readOptions(args, process.env);
    if (options !== 'help') return await run(options);
    console.log(usage);
    return 0;
  } catch (error) {
    if (!(error instanceof AgentFault)) throw error;
    console.error(error.message);
    return exitCodeOf(error);
  }
};

// Nothing may keep a finished agent alive, a socket in keep-alive least of all.
process.exit(await main());
