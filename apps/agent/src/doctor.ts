/** What a person wants to know of a box before it joins: server, key, disk, GPUs and back ends, each in a sentence. */
import { statfs } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { createApiClient } from '@plumage/api-client';
import { ServerVersionDocument } from '@plumage/api-client/operations';
import type { AgentOptions } from './agent.options.ts';
import { readGpus } from './gauge.ts';
import { surveyBackends } from './slot.probe.ts';
import { lockWorkFolder } from './work.lock.ts';

export interface Finding {
  readonly well: boolean;
  readonly text: string;
}

const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** A finding of what `look` says, or of why it could not. */
const find = async (look: () => Promise<string>): Promise<Finding> => {
  try {
    return { well: true, text: await look() };
  } catch (error) {
    return { well: false, text: error instanceof Error ? error.message : String(error) };
  }
};

const examineServer = (options: AgentOptions): Promise<Finding> =>
  find(async () => {
    const client = createApiClient({ url: options.server, key: options.key, retry: { attempts: 1 } });
    const { server } = await client.request(ServerVersionDocument, {});
    return `server: ${options.server} answers (version ${server.version}) and takes the key`;
  });

const examineFolder = (options: AgentOptions): Promise<Finding> =>
  find(async () => {
    lockWorkFolder(options.workDir)();
    const { bavail, bsize } = await statfs(options.workDir);
    return `work folder: ${options.workDir} can be written, ${gib(bavail * bsize)} free`;
  });

const examineGpus = (): Promise<Finding> =>
  find(async () => {
    const gpus = await readGpus();
    if (gpus.length === 0) return 'GPUs: none that nvidia-smi knows; training runs on the CPU';
    const named = gpus.map(({ name, memoryMb }) => (memoryMb === null ? name : `${name} (${memoryMb} MB)`));
    return `GPUs: ${named.join(', ')}`;
  });

/** Whether sweeps may run programs here is neither right nor wrong, but must be known. */
const programsFinding = ({ allowCommand, commandDir }: AgentOptions): Finding => ({
  well: true,
  text: allowCommand
    ? `programs: sweeps may run any program here, in ${commandDir}`
    : 'programs: none are run for sweeps (--allow-command would allow it)',
});

/** Back ends that are not installed are no fault as long as one can be used. */
const examineBackends = async (program: string, env: NodeJS.ProcessEnv): Promise<Finding[]> => {
  try {
    const backends = await surveyBackends(program, env);
    const some = backends.some(({ usable }) => usable);
    return backends.map(({ name, usable, why }) => ({
      well: some,
      text: `back end ${name}: ${usable ? 'usable' : 'not used'}; ${why}`,
    }));
  } catch (error) {
    return [{ well: false, text: error instanceof Error ? error.message : String(error) }];
  }
};

/** Every finding, in the order in which a person would ask. */
export const examineMachine = async (
  options: AgentOptions,
  childProgram: string,
  env: NodeJS.ProcessEnv,
): Promise<Finding[]> => {
  const machine = `machine: ${availableParallelism()} cores, ${gib(freemem())} of ${gib(totalmem())} memory free`;
  return [
    await examineServer(options),
    await examineFolder(options),
    { well: true, text: machine },
    programsFinding(options),
    await examineGpus(),
    ...(await examineBackends(childProgram, env)),
  ];
};
