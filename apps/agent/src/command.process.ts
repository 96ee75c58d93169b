/**
 * A program and everything that it has started, as one thing: begun without a shell in a process group of its own,
 * asked to end as a whole, ended as a whole. A worker that has left the group is still known by the run's name in its
 * environment, so nothing of a run outlives it, even if whoever looked after it was killed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { ChildExit } from './child.process.ts';
import { cpuSecondsOf, memoryOf } from './process.table.ts';

/** The pipe's number in the program. */
export const PIPE_FD = 3;

/** What names a run's processes. */
export interface RunIdentity {
  readonly runId: string;
  readonly epoch: number;
}

export interface Program {
  readonly pid: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly pipe: Readable;
  /** The program itself has ended; its output may still be under way. */
  readonly exited: Promise<ChildExit>;
  /** Its output has been read to the end, or given up on. */
  readonly closed: Promise<void>;
  /** Asks the program and its workers to end. */
  terminate(): void;
  /** Ends them at once. */
  kill(): void;
}

export interface ProgramOptions {
  readonly args: readonly [string, ...string[]];
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A process that escaped every way of finding it may hold the output open; its run waits no longer than this. */
const closeWaitMs = 2_000;

const signalGroup = (leader: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-leader, signal);
  } catch {
    // Nobody is left in it.
  }
};

const started = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => resolve(child.pid ?? 0));
  });

/** @throws the system's error when it cannot be started (ENOENT, EACCES, ...) */
export const startProgram = async ({ args, directory, env }: ProgramOptions): Promise<Program> => {
  const [file, ...rest] = args;
  const child = spawn(file, rest, {
    cwd: directory,
    env,
    shell: false,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const exited = new Promise<ChildExit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  const pid = await started(child);
  const [, stdout, stderr, pipe] = child.stdio as unknown as [null, Readable, Readable, Readable];
  return {
    pid,
    stdout,
    stderr,
    pipe,
    exited,
    closed: exited.then(() => {
      const timer = setTimeout(() => {
        for (const stream of [stdout, stderr, pipe]) stream.destroy();
      }, closeWaitMs);
      return closed.finally(() => clearTimeout(timer));
    }),
    terminate: () => signalGroup(pid, 'SIGTERM'),
    kill: () => signalGroup(pid, 'SIGKILL'),
  };
};

const processes = (): number[] => {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
};

const belongsTo = (pid: number, marks: readonly string[]): boolean => {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return marks.every((mark) => environment.includes(mark));
  } catch {
    // It has ended, or is somebody else's.
    return false;
  }
};

/** The run's processes by their environment, which children inherit; empty where the system does not show it. */
export const processesOf = ({ runId, epoch }: RunIdentity): number[] => {
  const marks = [`PLUMAGE_RUN_ID=${runId}`, `PLUMAGE_EPOCH=${epoch}`];
  return processes().filter((pid) => pid !== process.pid && belongsTo(pid, marks));
};

/** Ends whatever still runs of it; a process that is being born meanwhile is found by the next look. */
export const endProcessesOf = (run: RunIdentity): void => {
  for (let look = 0; look < 20; look += 1) {
    const left = processesOf(run);
    if (left.length === 0) return;
    for (const pid of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
  }
};

/** A process and all that descend from it; without the system's help only itself. */
const familyOf = (pid: number): number[] => {
  const children = (thread: string): number[] => {
    try {
      return readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
        .split(' ')
        .filter(Boolean)
        .map(Number);
    } catch {
      return [];
    }
  };
  return [pid, ...threadsOf(pid).flatMap(children).flatMap(familyOf)];
};

const threadsOf = (pid: number): string[] => {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
};

/** What a program and its workers use together. */
export const usageOf = (program: number): { rssMb: number; cpuSeconds: number } => {
  const pids = familyOf(program);
  const sum = (part: (pid: number) => number | undefined) =>
    pids.reduce((total, pid) => total + (part(pid) ?? 0), 0);
  return { rssMb: sum((pid) => memoryOf(pid)?.nowMb), cpuSeconds: sum(cpuSecondsOf) };
};
