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

/** What a child tells of itself, for systems where it cannot be looked up. */
export interface ToldUsage {
  readonly rssMb: number;
  readonly cpuSeconds: number;
}

export type Gauge = (pid: number, told: ToldUsage | undefined) => Promise<GaugeReading>;

/** Every NVIDIA GPU of this machine; none where the program is missing or fails. */
export const readGpus = async (env: NodeJS.ProcessEnv = process.env): Promise<GpuReading[]> => {
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', gpuQuery, { timeout: 5_000, env });
    return parseGpuReadings(stdout);
  } catch {
    return [];
  }
};

/** One call of nvidia-smi for all slots, however many ask within `freshMs`. */
export const createGpuMeter = (
  read: () => Promise<GpuReading[]>,
  freshMs: number,
  now: () => number,
): (() => Promise<GpuReading[]>) => {
  let readings: Promise<GpuReading[]> | undefined;
  let readAt = 0;
  return () => {
    if (readings === undefined || now() - readAt >= freshMs) {
      readAt = now();
      readings = read();
    }
    return readings;
  };
};

/** A meter of one child's share of all cores, between one call and the next. */
export const createCpuGauge = (
  now: () => number,
): ((pid: number, told: ToldUsage | undefined) => GaugeReading) => {
  let before: { pid: number; at: number; cpuSeconds: number } | undefined;
  return (pid, told) => {
    const cpuSeconds = cpuSecondsOf(pid) ?? told?.cpuSeconds;
    const at = now();
    let utilisation: number | null = null;
    if (cpuSeconds !== undefined && before?.pid === pid && at > before.at) {
      const share = (cpuSeconds - before.cpuSeconds) / ((at - before.at) / 1000) / availableParallelism();
      utilisation = Math.min(1, Math.max(0, share));
    }
    before = cpuSeconds === undefined ? undefined : { pid, at, cpuSeconds };
    const memoryUsedMb = memoryOf(pid)?.nowMb ?? told?.rssMb ?? null;
    return { utilisation, memoryUsedMb, temperature: null, powerWatts: null };
  };
};

/** The slot's GPU where it has one, else the child's share of the machine. @param gpuIndex nvidia-smi's number */
export const createSlotGauge = (
  gpuIndex: number | null,
  gpus: () => Promise<GpuReading[]>,
  now: () => number,
): Gauge => {
  const cpu = createCpuGauge(now);
  return async (pid, told) => {
    if (gpuIndex === null) return cpu(pid, told);
    return (await gpus()).find(({ index }) => index === gpuIndex) ?? cpu(pid, told);
  };
};
