/**
 * One training child: a process of its own, so that a crash or an out-of-memory kill ends a run and not the agent.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { type AgentMessage, type ChildMessage, childMessage } from './child.message.ts';
import type { LineCollector } from './line.collector.ts';
import { preferAsVictim } from './process.table.ts';

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface TrainingChild {
  readonly pid: number | undefined;
  readonly exited: Promise<ChildExit>;
  /** Asks it to end by itself, and ends it after `graceMs`. */
  stop(checkpoint: boolean, graceMs: number): void;
  /** Ends it at once. */
  kill(): void;
}

export interface ChildOptions {
  /** The program and its argument. */
  readonly program: string;
  readonly jobFile: string;
  readonly env: NodeJS.ProcessEnv;
  readonly lines: LineCollector;
  readonly onMessage: (message: ChildMessage) => void;
}

/** Node's own flags for a child: what the agent was preloaded with is not the child's, but sources need their loader. */
export const childFlags = (program: string): string[] => (program.endsWith('.ts') ? process.execArgv : []);

const exitOf = (child: ChildProcess): Promise<ChildExit> =>
  new Promise((resolve) => {
    // 'close' comes after the output has been read to its end; a program that could not be started only has 'error'.
    child.once('close', (code, signal) => resolve({ code, signal }));
    child.once('error', () => {
      if (child.pid === undefined) resolve({ code: null, signal: null });
    });
  });

export const startChild = (options: ChildOptions): TrainingChild => {
  const child = fork(options.program, [options.jobFile], {
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'json',
    execArgv: childFlags(options.program),
  });
  if (child.pid !== undefined) preferAsVictim(child.pid);
  if (child.stdout) options.lines.read(child.stdout, 'stdout');
  if (child.stderr) options.lines.read(child.stderr, 'stderr');
  child.on('message', (message) => {
    const parsed = childMessage.safeParse(message);
    if (parsed.success) options.onMessage(parsed.data);
  });
  const exited = exitOf(child);
  let stopping = false;
  return {
    pid: child.pid,
    exited,
    stop(checkpoint, graceMs) {
      if (stopping) return;
      stopping = true;
      const message: AgentMessage = { type: 'stop', checkpoint };
      // The channel may have closed a moment ago: then it is ending already.
      if (child.connected) child.send(message, () => {});
      const timer = new AbortController();
      void exited.then(() => timer.abort());
      delay(graceMs, undefined, { signal: timer.signal }).then(
        () => child.kill('SIGKILL'),
        () => {},
      );
    },
    kill: () => void child.kill('SIGKILL'),
  };
};
