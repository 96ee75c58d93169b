/** What a slot's machine is doing: the GPU's own figures where nvidia-smi is there, the child's CPU and memory else. */
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { type GpuReading, gpuQuery, parseGpuReadings } from './nvidia-smi.parser.ts';
import { cpuSecondsOf, memoryOf } from './process.table.ts';

export interface GaugeReading {
  /** 0 to 1: of the GPU, or of all cores. */
  readonly utilisation: number | null;
  readonly memoryUsedMb: number | null;
  readonly temperature: number | null;
  readonly powerWatts: number | null;
}

/** Every NVIDIA GPU of this machine; none where the program is missing or fails. */
export const readGpus = async (): Promise<GpuReading[]> => {
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', gpuQuery, { timeout: 5_000 });
    return parseGpuReadings(stdout);
  } catch {
    return [];
  }
};

/** A meter of one child's share of all cores, between one call and the next. */
export const createCpuGauge = (now: () => number): ((pid: number) => GaugeReading) => {
  let before: { pid: number; at: number; cpuSeconds: number } | undefined;
  return (pid) => {
    const cpuSeconds = cpuSecondsOf(pid);
    const at = now();
    let utilisation: number | null = null;
    if (cpuSeconds !== undefined && before?.pid === pid && at > before.at) {
      const share = (cpuSeconds - before.cpuSeconds) / ((at - before.at) / 1000) / availableParallelism();
      utilisation = Math.min(1, Math.max(0, share));
    }
    before = cpuSeconds === undefined ? undefined : { pid, at, cpuSeconds };
    return { utilisation, memoryUsedMb: memoryOf(pid)?.nowMb ?? null, temperature: null, powerWatts: null };
  };
};
