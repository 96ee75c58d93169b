/** What the system knows of other processes: alive, since when, and how much memory they took. */
import { readFileSync, writeFileSync } from 'node:fs';

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

const readProc = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** Start time in clock ticks since boot (Linux), which with the pid names a process; null elsewhere. */
export const startTimeOf = (pid: number): string | null => {
  const stat = readProc(`/proc/${pid}/stat`);
  // The second field is the name in parentheses and may hold spaces; starttime is the 20th after it.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
};

const statusKb = (pid: number, field: string): number | undefined => {
  const match = readProc(`/proc/${pid}/status`)?.match(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm'));
  return match ? Number(match[1]) : undefined;
};

/** Resident memory now and at its peak, in MB; undefined where the system does not tell (not Linux, or gone). */
export const memoryOf = (pid: number): { nowMb: number; peakMb: number } | undefined => {
  const now = statusKb(pid, 'VmRSS');
  const peak = statusKb(pid, 'VmHWM');
  return now === undefined || peak === undefined ? undefined : { nowMb: now / 1024, peakMb: peak / 1024 };
};

/** CPU time of a process, user and system, in seconds; undefined where the system does not tell. */
export const cpuSecondsOf = (pid: number): number | undefined => {
  const stat = readProc(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const user = Number(fields?.[11]);
  const system = Number(fields?.[12]);
  // Linux counts in USER_HZ, which is 100 on every platform that Node runs on.
  return Number.isFinite(user) && Number.isFinite(system) ? (user + system) / 100 : undefined;
};

/** How often the kernel has killed for want of memory since boot; undefined where it does not tell. */
export const oomKills = (): number | undefined => {
  const match = readProc('/proc/vmstat')?.match(/^oom_kill (\d+)$/m);
  return match ? Number(match[1]) : undefined;
};

/** From -1000 to 1000, added to the share of memory that a process takes, in thousandths. */
const victimScore = 500;

/**
 * Should memory run out, the kernel is to end this process, and those that it starts from now on, before the agent and
 * before a database beside it. Without effect where that cannot be said (not Linux, gone, or not permitted).
 */
export const preferAsVictim = (pid: number): void => {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, String(victimScore));
  } catch {
    // The kernel then chooses by size alone.
  }
};
