/** Node, memory and disks of this machine, against what the options let training take of them. */
import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { AgentFault } from './agent.error.ts';
import type { AgentOptions } from './agent.options.ts';
import { type Finding, gib, ok, wrong, wrongBecause } from './doctor.finding.ts';
import { knownDatasets } from './prepared.datasets.ts';
import { lockWorkFolder } from './work.lock.ts';

const oldestNode = [20, 19] as const;

/** @param version as `process.versions.node` says it */
export const nodeFinding = (version: string): Finding => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = oldestNode;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return ok(`node: ${version}`);
  return wrong(
    `node: ${version}; expected ${oldestNode.join('.')} or newer`,
    'install it from https://nodejs.org',
  );
};

export interface Memory {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

export const memoryFinding = (memory: Memory, slots: number, limitMb: number | undefined): Finding => {
  const text = `memory: ${gib(memory.freeBytes)} of ${gib(memory.totalBytes)} free`;
  if (limitMb === undefined) {
    const advice = '--memory-limit-mb would end a run that takes too much before its neighbours suffer';
    return ok(`${text}; no limit for one slot`, slots > 1 ? advice : undefined);
  }
  const limit = limitMb * 2 ** 20;
  const limited = `${text}; at most ${gib(limit)} for one slot`;
  if (limit * slots <= memory.totalBytes) return ok(limited);
  return ok(
    limited,
    `${slots} slots may take ${gib(limit * slots)} together; lower --memory-limit-mb or --slots`,
  );
};

/** @param slots each of which may have a spool that is full */
export const roomFinding = (
  place: string,
  freeBytes: number,
  slots: number,
  spoolLimitBytes: number,
): Finding => {
  const needed = slots * spoolLimitBytes;
  const text = `work folder: ${place}; ${gib(freeBytes)} free, unsent results take ${gib(needed)} at most`;
  if (freeBytes >= needed) return ok(text);
  return ok(
    text,
    'free space or lower --spool-limit-mb: while the server is away, runs end as storage_full once the disk is full',
  );
};

const examineWorkFolder = async (options: AgentOptions, slots: number): Promise<Finding> => {
  const { workDir } = options;
  let place = `${workDir} can be written`;
  try {
    lockWorkFolder(workDir)();
  } catch (error) {
    // Who asks on a box that already trains has nothing to mend.
    if (!(error instanceof AgentFault && error.code === 'WORK_FOLDER_LOCKED')) return wrongBecause(error);
    place = `${workDir} is in use by an agent that runs now`;
  }
  const { bavail, bsize } = await statfs(workDir);
  return roomFinding(place, bavail * bsize, slots, options.spoolLimitBytes);
};

const examineDatasets = async ({ cacheDir, datasets }: AgentOptions): Promise<Finding> => {
  try {
    await mkdir(cacheDir, { recursive: true });
    await access(cacheDir, constants.W_OK);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return wrong(
      `datasets: the cache folder ${cacheDir} cannot be used: ${said}`,
      'choose another --cache-dir',
    );
  }
  const { bavail, bsize } = await statfs(cacheDir);
  const names = knownDatasets(cacheDir, datasets).join(', ');
  return ok(`datasets: sweeps may require ${names}; ${gib(bavail * bsize)} free for more in ${cacheDir}`);
};

/** Whether sweeps may run programs here is neither right nor wrong, but must be known. */
const programsFinding = ({ allowCommand, commandDir }: AgentOptions): Finding =>
  ok(
    allowCommand
      ? `programs: sweeps may run any program here, in ${commandDir}`
      : 'programs: none are run for sweeps (--allow-command would allow it)',
  );

/** @param slots that this machine would train in */
export const examineBox = async (options: AgentOptions, slots: number): Promise<Finding[]> => [
  nodeFinding(process.versions.node),
  ok(`cores: ${availableParallelism()}`),
  memoryFinding({ freeBytes: freemem(), totalBytes: totalmem() }, slots, options.memoryLimitMb),
  await examineWorkFolder(options, slots),
  await examineDatasets(options),
  programsFinding(options),
];
