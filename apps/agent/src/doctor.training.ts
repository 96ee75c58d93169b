/** What this machine trains on: GPUs, back ends with the command that would add one, and what each slot would get. */
import { type SlotPlan, planSlots, visibleGpus } from './accelerator.plan.ts';
import type { AgentOptions } from './agent.options.ts';
import { type Finding, ok, wrong, wrongBecause } from './doctor.finding.ts';
import { readGpus } from './gauge.ts';
import type { GpuReading } from './nvidia-smi.parser.ts';
import { knownDatasets } from './prepared.datasets.ts';
import { probeBackend, type Survey, surveyBackends } from './slot.probe.ts';

export interface TrainingOffer {
  readonly findings: readonly Finding[];
  readonly slots: number;
}

const gpuWords = ({ index, name, memoryMb, driver }: GpuReading): string =>
  `GPU ${index}: ${[
    name,
    memoryMb === null ? undefined : `${memoryMb} MB`,
    driver === null ? undefined : `driver ${driver}`,
  ]
    .filter((part) => part !== undefined)
    .join(', ')}`;

/** @param visible those of `gpus` that CUDA_VISIBLE_DEVICES leaves */
export const gpuFindings = (gpus: readonly GpuReading[], visible: readonly GpuReading[]): Finding[] => {
  if (gpus.length === 0) return [ok('GPUs: none that nvidia-smi knows')];
  return gpus.map((gpu) =>
    visible.includes(gpu) ? ok(gpuWords(gpu)) : ok(`${gpuWords(gpu)}; left out by CUDA_VISIBLE_DEVICES`),
  );
};

/** Each GPU back end, best first, and what it needs. */
const forGpus = ['tfjs-node-gpu', 'webgpu'];

const addCommand = (why: string): string | undefined => /npm run backend -- add [\w-]+/.exec(why)?.[0];

/** A back end that is not installed is no fault as long as one can be used. */
export const backendFindings = (backends: Survey['backends'], gpus: number): Finding[] => {
  const some = backends.some(({ usable }) => usable);
  const onGpu = backends.some(({ name, usable }) => usable && forGpus.includes(name));
  return backends.map(({ name, usable, why }) => {
    const reason = why.replace(`Back end ${name} `, '');
    const text = `back end ${name}: ${usable ? 'usable' : 'not used'}; ${reason}`;
    const command = usable ? undefined : addCommand(why);
    if (!some) return wrong(text, command);
    const helps = command !== undefined && gpus > 0 && !onGpu && forGpus.includes(name);
    return ok(text, helps ? `\`${command}\` may train on the GPU, which nothing uses now` : undefined);
  });
};

export const slotFinding = ({ input, env }: SlotPlan): Finding => {
  const memory = input.memoryMb == null ? '' : `, ${input.memoryMb} MB`;
  const limit =
    input.memoryLimitMb == null ? '' : `, at most ${input.memoryLimitMb} MB of the machine's memory`;
  const gpu = env['CUDA_VISIBLE_DEVICES'];
  const own = gpu === undefined ? '' : ` (CUDA_VISIBLE_DEVICES=${gpu})`;
  return ok(`slot ${input.index}: ${input.backend} on ${input.device}${own}${memory}${limit}`);
};

export const examineTraining = async (
  options: AgentOptions,
  childProgram: string,
  env: NodeJS.ProcessEnv,
): Promise<TrainingOffer> => {
  const gpus = await readGpus(env);
  const visible = visibleGpus(gpus, env['CUDA_VISIBLE_DEVICES']);
  const findings = gpuFindings(gpus, visible);
  try {
    findings.push(...backendFindings(await surveyBackends(childProgram, env), visible.length));
    const offer = await probeBackend(childProgram, options.backend, env);
    const datasets = knownDatasets(options.cacheDir, options.datasets);
    const plans = planSlots(offer, visible, { ...options, datasets });
    return { findings: [...findings, ...plans.map(slotFinding)], slots: plans.length };
  } catch (error) {
    return { findings: [...findings, wrongBecause(error)], slots: options.slots ?? 1 };
  }
};
