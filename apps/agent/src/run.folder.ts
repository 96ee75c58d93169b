/**
 * One folder an attempt, `<work>/runs/<run>.<epoch>`: the lease, the job, both spools and the checkpoint to go on from.
 * It stands until the attempt is settled, so that an agent which comes back after a crash can finish what it owes.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from './spool/atomic.file.ts';

/** What is needed to report for an attempt. */
const storedLease = z.object({
  server: z.string(),
  runId: z.string(),
  runName: z.string(),
  epoch: z.int(),
  token: z.string(),
  slotIndex: z.int(),
  /** The training child, once it was started. */
  childPid: z.int().nullable(),
  childStartTime: z.string().nullable(),
});
export type StoredLease = z.infer<typeof storedLease>;

export interface RunFolder {
  readonly path: string;
  readonly spool: string;
  readonly logs: string;
  readonly resume: string;
  /** A folder for each checkpoint that the configuration names. */
  readonly inputs: string;
  readonly checkpoints: string;
  readonly job: string;
}

const leaseFile = 'lease.json';

/** A lease's token is a key to its run. */
const ownerOnly = 0o700;

const layout = (path: string): RunFolder => ({
  path,
  spool: join(path, 'spool'),
  logs: join(path, 'logs'),
  resume: join(path, 'resume'),
  inputs: join(path, 'inputs'),
  checkpoints: join(path, 'checkpoints'),
  job: join(path, 'job.json'),
});

/** Keys come from the server: only their harmless characters become part of a path. */
export const inputFolder = (folder: Pick<RunFolder, 'inputs'>, key: string): string =>
  join(folder.inputs, key.replaceAll(/[^\w-]/g, '_'));

export const writeLease = (folder: RunFolder, lease: StoredLease): void =>
  writeFileAtomic(join(folder.path, leaseFile), Buffer.from(JSON.stringify(lease)));

/** Makes the folder of an attempt and writes its lease. @throws the file system's error */
export const createRunFolder = (workDir: string, lease: StoredLease): RunFolder => {
  // Ids come from the server: only their harmless characters become part of a path.
  const name = `${lease.runId.replaceAll(/[^\w-]/g, '_')}.${lease.epoch}`;
  const folder = layout(join(workDir, 'runs', name));
  rmSync(folder.path, { recursive: true, force: true });
  for (const path of [folder.spool, folder.logs, folder.resume])
    mkdirSync(path, { recursive: true, mode: ownerOnly });
  writeLease(folder, lease);
  return folder;
};

/** What cannot be removed now is looked at again at the agent's next start. */
export const removeRunFolder = (folder: RunFolder): void => {
  try {
    rmSync(folder.path, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
  }
};

export interface Leftover {
  readonly folder: RunFolder;
  /** Undefined when the agent died before the lease was on the disk: nothing can be owed then. */
  readonly lease: StoredLease | undefined;
}

const readLease = (folder: RunFolder): StoredLease | undefined => {
  try {
    return storedLease.safeParse(JSON.parse(readFileSync(join(folder.path, leaseFile), 'utf8'))).data;
  } catch {
    return undefined;
  }
};

/** The folders that an earlier agent has left. */
export const listLeftovers = (workDir: string): Leftover[] => {
  const runs = join(workDir, 'runs');
  if (!existsSync(runs)) return [];
  return readdirSync(runs).map((name) => {
    const folder = layout(join(runs, name));
    return { folder, lease: readLease(folder) };
  });
};
