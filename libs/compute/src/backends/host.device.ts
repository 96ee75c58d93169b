/** The machine's own processor and memory, for back ends that run on it. */
import { cpus, totalmem } from 'node:os';

/** For example "Intel(R) Xeon(R) Processor, 2 cores". */
export function cpuName(): string {
  const all = cpus();
  const model = all[0]?.model.trim() || 'unknown processor';
  return `${model}, ${all.length} ${all.length === 1 ? 'core' : 'cores'}`;
}

/** Memory of the machine in MiB. */
export function hostMemoryMb(): number {
  return Math.floor(totalmem() / 2 ** 20);
}
