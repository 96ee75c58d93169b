import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Journal } from './journal.ts';

export interface ServiceDefinition {
  readonly name: string;
  /** Arguments to this same Node. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** How long after SIGTERM it may take before it is killed. */
  readonly graceMs: number;
  /** Whether it may end well by itself (exit code 0), as an agent does that is stopped from its page. */
  readonly mayEnd: boolean;
  /** Which of its lines a person should see; all of them go to the log file. */
  readonly show: (line: string) => string | undefined;
}

export interface Service {
  readonly name: string;
  stop(): Promise<void>;
  kill(): void;
}

const MOST_RESTARTS = 5;
const CALM_MS = 60_000;
const preload = fileURLToPath(new URL('./exit-with-parent.mjs', import.meta.url));

/**
 * Keeps one process running: its output in a log file, restarted with back-off when it dies by itself, stopped
 * by SIGTERM and, past its grace time, SIGKILL. After five deaths within a minute `onGivenUp` is called instead.
 */
export const startService = (
  definition: ServiceDefinition,
  logDir: string,
  journal: Journal,
  onGivenUp: (service: string, logFile: string) => void,
): Service => {
  const { name } = definition;
  mkdirSync(logDir, { recursive: true });
  const logFile = join(logDir, `${name}.log`);
  const log = createWriteStream(logFile, { flags: 'a' });
  let child: ChildProcess | undefined;
  let stopping = false;
  let deaths: number[] = [];
  let timer: NodeJS.Timeout | undefined;

  const launch = () => {
    child = spawn(process.execPath, ['--import', preload, ...definition.args], {
      cwd: definition.cwd,
      env: { ...process.env, ...definition.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        log.write(`${line}\n`);
        const shown = definition.show(line);
        if (shown !== undefined) journal.say(name, shown);
      });
    }
    child.on('exit', (code, signal) => {
      if (stopping) return;
      if (code === 0 && definition.mayEnd)
        return journal.say(name, 'has ended; the next start brings it back');
      const at = Date.now();
      deaths = [...deaths.filter((death) => at - death < CALM_MS), at];
      if (deaths.length > MOST_RESTARTS) return onGivenUp(name, logFile);
      const waitMs = 500 * 2 ** (deaths.length - 1);
      journal.say(
        name,
        `ended unexpectedly (${signal ?? `code ${code}`}); starting it again in ${waitMs / 1000} s. Its log: ${logFile}`,
      );
      timer = setTimeout(launch, waitMs);
    });
  };
  launch();

  return {
    name,
    async stop() {
      stopping = true;
      clearTimeout(timer);
      const running = child;
      if (!running || running.exitCode !== null || running.signalCode !== null) return;
      const ended = new Promise<void>((resolve) => running.once('exit', () => resolve()));
      running.kill('SIGTERM');
      const killer = setTimeout(() => running.kill('SIGKILL'), definition.graceMs);
      await ended;
      clearTimeout(killer);
      log.end();
    },
    kill() {
      stopping = true;
      clearTimeout(timer);
      child?.kill('SIGKILL');
    },
  };
};
