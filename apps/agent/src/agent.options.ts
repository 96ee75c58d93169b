/**
 * What the agent was started with: flags over environment over defaults, read once, checked whole, frozen. Every
 * mistake says the flag, the value and what was expected.
 */
import { readFileSync, statSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { AgentFault } from './agent.error.ts';

export interface AgentOptions {
  readonly server: string;
  readonly key: string;
  readonly name: string;
  /** Runs trained at once; undefined: one for each accelerator, or one on a machine without. */
  readonly slots: number | undefined;
  /** Back end by name, or 'auto' for the best that passes its self-test. */
  readonly backend: string;
  /** Leave after so many runs. */
  readonly count: number | undefined;
  /** Take runs of this sweep only. */
  readonly sweep: string | undefined;
  readonly workDir: string;
  readonly cacheDir: string;
  /** How long a checkpoint and the last reports may take after the first signal. */
  readonly graceMs: number;
  /** Unsent data of one run on disk, at most. */
  readonly spoolLimitBytes: number;
  /** Names of datasets on this machine that sweeps may require, besides those that it finds. */
  readonly datasets: readonly string[];
  /** Largest resident set of one training process; undefined: no limit. */
  readonly memoryLimitMb: number | undefined;
  /** Longest time that a training may go without progress; 0: no limit. */
  readonly stallMs: number;
  /** Sweeps may name a program that this machine then runs. */
  readonly allowCommand: boolean;
  /** Where such programs run. */
  readonly commandDir: string;
  readonly json: boolean;
}

export const usage = `plumage agent: trains the runs of a Plumage server on this machine
plumage agent doctor: says what this machine offers, and whether the server takes it
plumage agent service: prints a systemd unit that starts it with these options

  --server URL          address of the server           (PLUMAGE_SERVER)
  --key KEY             agent key, plu_agent_...        (PLUMAGE_AGENT_KEY)
  --key-file FILE       file that holds the agent key   (PLUMAGE_AGENT_KEY_FILE)
  --name NAME           name on the Agents page         (default: the host's name)
  --slots N             runs trained at once            (default: one for each accelerator)
  --backend NAME        auto or the name of a back end  (default: auto)
  --sweep ID            take runs of this sweep only
  --count N             leave after N runs
  --once                leave after one run
  --work-dir DIR        unsent results and checkpoints  (default: ~/.plumage/agent)
  --cache-dir DIR       prepared datasets               (default: ~/.plumage/cache)
  --dataset NAME        a dataset that this machine has, for sweeps that require it; may be repeated
  --grace-ms MS         time to save after Ctrl-C       (default: 30000)
  --spool-limit-mb MB   unsent results of one run       (default: 16384)
  --memory-limit-mb MB  memory of one training process  (default: none)
  --stall-ms MS         longest time without progress   (default: 1800000; 0: none)
  --allow-command       run programs that sweeps name (trainer: command); anyone who may make a
                        sweep may then run anything as this user
  --command-dir DIR     where such programs run         (default: the current folder)
  --json                log lines as JSON
  --help                this text

Exit codes: 0 left in order; 1 a fault that may pass, such as a server that is away; 2 a fault that a
person must mend, such as a refused key; 130 and 143 left at once, after a second signal.`;

const flags = {
  server: { type: 'string' },
  key: { type: 'string' },
  'key-file': { type: 'string' },
  name: { type: 'string' },
  slots: { type: 'string' },
  backend: { type: 'string' },
  sweep: { type: 'string' },
  count: { type: 'string' },
  once: { type: 'boolean' },
  'work-dir': { type: 'string' },
  'cache-dir': { type: 'string' },
  'grace-ms': { type: 'string' },
  'spool-limit-mb': { type: 'string' },
  dataset: { type: 'string', multiple: true },
  'memory-limit-mb': { type: 'string' },
  'stall-ms': { type: 'string' },
  'allow-command': { type: 'boolean' },
  'command-dir': { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Flags = ReturnType<typeof parseArgs<{ options: typeof flags }>>['values'];

const fault = (message: string): AgentFault => new AgentFault('USAGE', message);

const readFlags = (args: readonly string[]): Flags => {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: false }).values;
  } catch (error) {
    const said = error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : String(error);
    throw fault(`${said}. \`--help\` lists the options.`);
  }
};

const integer = (flag: string, text: string | undefined, from: number, to: number): number | undefined => {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < from || value > to) {
    throw fault(`--${flag} is "${text}"; expected a whole number from ${from} to ${to}.`);
  }
  return value;
};

const readServer = (text: string | undefined): string => {
  if (text === undefined || text === '') {
    throw fault(
      'No server is given; expected --server URL or PLUMAGE_SERVER, such as http://localhost:4600.',
    );
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw fault(`--server is "${text}"; expected an address such as http://localhost:4600.`);
  }
  return url.origin;
};

const readKey = (values: Flags, env: NodeJS.ProcessEnv): string => {
  const file = values['key-file'] ?? (values.key === undefined ? env['PLUMAGE_AGENT_KEY_FILE'] : undefined);
  let key = values.key ?? env['PLUMAGE_AGENT_KEY'];
  if (file !== undefined) {
    if (values.key !== undefined) throw fault('Both --key and --key-file are given; expected one of them.');
    try {
      key = readFileSync(file, 'utf8').trim();
    } catch (error) {
      throw fault(
        `--key-file ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      );
    }
  }
  if (key === undefined || key === '') {
    throw fault(
      'No agent key is given; expected --key, --key-file or PLUMAGE_AGENT_KEY. The Settings page makes one.',
    );
  }
  if (key.startsWith('plu_user_')) {
    throw fault(
      'The key is a user key (plu_user_...); expected an agent key (plu_agent_...), made on the Settings page.',
    );
  }
  // The key itself is never repeated: output ends in logs.
  if (!/^plu_agent_[\w-]{43}$/.test(key)) {
    throw fault(
      'The agent key is not whole; expected plu_agent_ and 43 characters, as the Settings page showed it.',
    );
  }
  return key;
};

const readCount = (values: Flags): number | undefined => {
  const count = integer('count', values.count, 1, 1_000_000);
  if (values.once !== true) return count;
  if (count !== undefined && count !== 1) {
    throw fault(`--once and --count ${count} contradict each other; expected one of them.`);
  }
  return 1;
};

const readDatasets = (names: readonly string[] = []): readonly string[] => {
  const wrong = names.find((name) => !/^[^\p{Cc}]{1,100}$/u.test(name));
  if (wrong !== undefined || names.length > 90) {
    throw fault(
      `--dataset is ${JSON.stringify(wrong ?? names)}; expected up to 90 names of 1 to 100 characters.`,
    );
  }
  return names;
};

/** Programs are ended as a group, which Windows has not. */
const readCommand = (values: Flags): Pick<AgentOptions, 'allowCommand' | 'commandDir'> => {
  const allowCommand = values['allow-command'] ?? false;
  const commandDir = resolve(values['command-dir'] ?? '.');
  if (allowCommand && process.platform === 'win32')
    throw fault(
      '--allow-command is given; expected Linux or macOS, where a program can be ended as a whole.',
    );
  if (values['command-dir'] !== undefined && !allowCommand)
    throw fault('--command-dir is given without --allow-command; expected both.');
  if (allowCommand && statSync(commandDir, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw fault(`--command-dir is "${commandDir}"; expected a folder.`);
  return { allowCommand, commandDir };
};

const defaultName = (): string => hostname() || 'agent';

/**
 * @returns the options, or 'help' when they were asked for
 * @throws AgentFault USAGE
 */
export const readOptions = (args: readonly string[], env: NodeJS.ProcessEnv): AgentOptions | 'help' => {
  const values = readFlags(args);
  if (values.help === true) return 'help';
  const name = values.name ?? defaultName();
  if (!/^[^\p{Cc}]{1,100}$/u.test(name)) {
    throw fault(`--name is ${JSON.stringify(name)}; expected 1 to 100 printable characters.`);
  }
  const home = join(homedir(), '.plumage');
  return Object.freeze({
    server: readServer(values.server ?? env['PLUMAGE_SERVER']),
    key: readKey(values, env),
    name,
    slots: integer('slots', values.slots, 1, 64),
    backend: values.backend ?? 'auto',
    count: readCount(values),
    sweep: values.sweep,
    workDir: resolve(values['work-dir'] ?? join(home, 'agent')),
    cacheDir: resolve(values['cache-dir'] ?? join(home, 'cache')),
    graceMs: integer('grace-ms', values['grace-ms'], 0, 3_600_000) ?? 30_000,
    spoolLimitBytes: (integer('spool-limit-mb', values['spool-limit-mb'], 1, 10_000_000) ?? 16_384) * 2 ** 20,
    datasets: readDatasets(values.dataset),
    memoryLimitMb: integer('memory-limit-mb', values['memory-limit-mb'], 1, 100_000_000),
    stallMs: integer('stall-ms', values['stall-ms'], 0, 2_000_000_000) ?? 1_800_000,
    ...readCommand(values),
    json: values.json ?? false,
  });
};

/**
 * The options of a service: a unit can be read by everyone, so its key has to come from a file.
 * @throws AgentFault USAGE
 */
export const readServiceOptions = (
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): { options: AgentOptions; keyFile: string } | 'help' => {
  const values = readFlags(args);
  if (values.help === true) return 'help';
  const keyFile = values['key-file'] ?? env['PLUMAGE_AGENT_KEY_FILE'];
  if (values.key !== undefined || keyFile === undefined) {
    throw fault(
      'A service takes its key from a file only, since everyone can read a unit; expected --key-file FILE, with a file that only its user can read.',
    );
  }
  const options = readOptions(args, env);
  return options === 'help' ? 'help' : { options, keyFile: resolve(keyFile) };
};
