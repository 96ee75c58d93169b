/** Our WebAssembly kernels (../../assembly), compiled for this process. */
import { setFlagsFromString } from 'node:v8';
import { relaxedSimdKernels, simdKernels } from '../generated/kernel-binary.ts';
import { withMemory } from './shared-memory.ts';
import { webAssembly } from './web-assembly.ts';

/** What assembly/index.ts exports; all arguments are numbers, see there for their meaning. */
export interface KernelExports {
  readonly batchNormFactors: (...args: number[]) => void;
  readonly batchNormStatistics: (...args: number[]) => void;
  readonly batchNormGradientStatistics: (...args: number[]) => void;
  /** Does the job in the control block alone. */
  readonly run: (control: number) => void;
  /** Works at it with so many workers; gives the parts taken. */
  readonly share: (control: number, workers: number) => number;
  /** Waits until a shared job is done; 0 when a worker has failed. */
  readonly settle: (control: number) => number;
  readonly dismiss: (control: number) => void;
}

interface KernelModule {
  readonly module: object;
  /** Whether the kernels may fuse multiply-adds. */
  readonly fused: boolean;
}

const compiled = new Map<boolean, KernelModule>();

/**
 * The kernels with fused multiply-adds where the engine knows relaxed SIMD: a convolution then makes 51 instead of
 * 42 * 10^9 operations a second. Node 20 has it behind a flag that only tells the decoder to accept the
 * instructions; from Node 22 on it is always there.
 * @param shared whether the memory that they will import is shared by threads
 */
export function kernelModule(shared: boolean): KernelModule {
  const known = compiled.get(shared);
  if (known) return known;
  if (process.versions.v8.startsWith('11.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
  const relaxed = Buffer.from(relaxedSimdKernels, 'base64');
  const fused = webAssembly.validate(relaxed);
  const binary = fused ? relaxed : Buffer.from(simdKernels, 'base64');
  const made = { module: new webAssembly.Module(withMemory(binary, shared)), fused };
  compiled.set(shared, made);
  return made;
}
