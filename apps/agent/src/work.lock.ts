/**
 * One agent a work folder: two would ship each other's spools. The lock names its holder's pid and, where the system
 * tells, when that process started, so that a pid used again after a crash does not count as the holder.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AgentFault } from './agent.error.ts';
import { isAlive, startTimeOf } from './process.table.ts';

const holder = z.object({ pid: z.int().positive(), startTime: z.string().nullable() });

const readHolder = (path: string): z.infer<typeof holder> | undefined => {
  try {
    return holder.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
};

const isHeld = (by: z.infer<typeof holder>): boolean => {
  if (by.pid === process.pid || !isAlive(by.pid)) return false;
  return by.startTime === null || by.startTime === startTimeOf(by.pid);
};

const usable = <T>(folder: string, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new AgentFault('WORK_FOLDER_UNUSABLE', `The work folder ${folder} cannot be used: ${said}.`, error);
  }
};

/** False when the file stands already. */
const createExclusive = (path: string, text: string): boolean => {
  try {
    writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
};

/**
 * Takes the folder, creating it; gives back the release.
 * @throws AgentFault WORK_FOLDER_LOCKED when another agent holds it, WORK_FOLDER_UNUSABLE when it cannot be written
 */
export const lockWorkFolder = (folder: string): (() => void) => {
  const path = join(folder, 'agent.lock');
  const text = JSON.stringify({ pid: process.pid, startTime: startTimeOf(process.pid) });
  usable(folder, () => mkdirSync(folder, { recursive: true }));
  for (let attempt = 0; attempt < 3; attempt++) {
    if (usable(folder, () => createExclusive(path, text))) return () => rmSync(path, { force: true });
    const other = readHolder(path);
    if (other !== undefined && isHeld(other)) break;
    rmSync(path, { force: true });
  }
  const pid = readHolder(path)?.pid ?? 'unknown';
  throw new AgentFault(
    'WORK_FOLDER_LOCKED',
    `Another agent (pid ${pid}) works in ${folder}. Stop it, or give this one its own --work-dir and --name.`,
  );
};
