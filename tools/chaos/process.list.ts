/** Processes by their id: who descends from whom, whether one still lives, and signals that may come too late. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Sends the signal. @returns false when there is no such process any more */
export const sendSignal = (pid: number, signal: NodeJS.Signals | 0): boolean => {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
};

const statOf = (pid: number): string[] | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
};

/** True while it runs; a zombie, which only waits to be counted by its parent, does not. */
export const lives = (pid: number): boolean => sendSignal(pid, 0) && statOf(pid)?.[0] !== 'Z';

/** When it started, in the system's own unit: an id is used again, id and start together are not. null if not told. */
export const startOf = (pid: number): string | null => statOf(pid)?.[19] ?? null;

const parentsByPs = (): [number, number][] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);

/** Children of a process at this moment. */
export const childrenOf = (parent: number): number[] => {
  if (!existsSync('/proc/self/stat')) {
    return parentsByPs().flatMap(([pid, ppid]) => (ppid === parent ? [pid] : []));
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => Number(statOf(pid)?.[1]) === parent);
};

/** Waits until none of them lives; those that do after `graceMs` are killed. */
export const untilGone = async (pids: readonly number[], graceMs: number): Promise<void> => {
  const deadline = Date.now() + graceMs;
  while (pids.some(lives)) {
    if (Date.now() > deadline) for (const pid of pids) sendSignal(pid, 'SIGKILL');
    await sleep(20);
  }
};
