/**
 * Which accelerator each slot trains on. One slot has one GPU, made the only one that its children see; more slots than
 * GPUs share them in turn. An agent that was itself started with CUDA_VISIBLE_DEVICES deals in those GPUs alone.
 *
 * WebGPU offers no choice: Dawn takes the adapter that its driver puts first, whatever CUDA_VISIBLE_DEVICES says. So a
 * box trains on one GPU by WebGPU, with one slot unless more are asked for.
 */
import type { SlotInput } from '@plumage/api-client/operations';
import type { GpuReading } from './nvidia-smi.parser.ts';
import type { Offer } from './slot.probe.ts';

export interface SlotPlan {
  readonly input: SlotInput;
  /** What its children's environment has besides the agent's own. */
  readonly env: Readonly<Record<string, string>>;
  /** The GPU, by nvidia-smi's number, whose load is the slot's; null: the child's share of the machine is. */
  readonly gpuIndex: number | null;
}

/** The GPUs that may be used, in order; as CUDA does, an entry that names none ends the list. */
export const visibleGpus = (gpus: readonly GpuReading[], visible: string | undefined): GpuReading[] => {
  if (visible === undefined) return [...gpus];
  const chosen: GpuReading[] = [];
  for (const entry of visible.split(',').map((part) => part.trim())) {
    const gpu = /^\d+$/.test(entry)
      ? gpus.find(({ index }) => index === Number(entry))
      : gpus.find(({ uuid }) => /^GPU-./.test(entry) && uuid?.startsWith(entry));
    if (gpu === undefined || chosen.includes(gpu)) break;
    chosen.push(gpu);
  }
  return chosen;
};

/** Numbers count in the order of the bus, as nvidia-smi counts, not fastest first. */
const bind = ({ uuid, index }: GpuReading, shared: boolean): Record<string, string> => ({
  CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
  CUDA_VISIBLE_DEVICES: uuid ?? String(index),
  // Else the first process takes the whole memory of the GPU.
  ...(shared ? { TF_FORCE_GPU_ALLOW_GROWTH: 'true' } : {}),
});

export interface PlanOptions {
  /** As many as asked for; undefined: one for each accelerator, or one on a machine without. */
  readonly slots: number | undefined;
  readonly memoryLimitMb: number | undefined;
  readonly datasets: readonly string[];
  /** The processor's cores, which slots without an accelerator share; undefined: somebody else has decided that. */
  readonly cores?: number | undefined;
}

/** Each slot that trains on the processor has as many threads as there are cores for it. */
const shareCores = (cores: number | undefined, slots: number): Record<string, string> =>
  cores === undefined ? {} : { PLUMAGE_THREADS: String(Math.max(1, Math.floor(cores / slots))) };

export const planSlots = (offer: Offer, gpus: readonly GpuReading[], options: PlanOptions): SlotPlan[] => {
  const bound = offer.backend === 'tfjs-node-gpu' ? gpus : [];
  const count = options.slots ?? Math.max(1, bound.length);
  // The adapter is not told by number; a single one of its name can be no other.
  const named = offer.backend === 'webgpu' ? gpus.filter(({ name }) => offer.device.includes(name)) : [];
  const unbound = named.length === 1 ? named[0] : undefined;
  return Array.from({ length: count }, (_, index) => {
    const own = bound[index % Math.max(1, bound.length)];
    const gpu = own ?? unbound;
    const memoryMb = gpu?.memoryMb ?? offer.memoryMb;
    return {
      input: {
        index,
        backend: offer.backend,
        device: gpu?.name ?? offer.device,
        memoryMb: memoryMb === null ? null : Math.round(memoryMb),
        memoryLimitMb: options.memoryLimitMb ?? null,
        datasets: [...options.datasets],
      },
      env: {
        ...(own === undefined ? {} : bind(own, count > bound.length)),
        ...(offer.backend === 'wasm' ? shareCores(options.cores, count) : {}),
      },
      gpuIndex: gpu?.index ?? null,
    };
  });
};
