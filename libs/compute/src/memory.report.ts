/** How much memory the current back end holds, for benches and for telemetry. */
import { backend, getBackend, memory } from '@tensorflow/tfjs-core';
import { WasmHeap } from './kernels/wasm-heap.ts';

export interface MemoryReport {
  /** Live tensors. A training loop must keep this constant. */
  readonly tensors: number;
  /** Bytes of live tensors, in MiB. */
  readonly tensorsMb: number;
  /**
   * The most that this process has held, in MiB: on wasm the heap's size, which never shrinks; elsewhere the
   * process's largest resident set. A GPU's memory is not in it.
   */
  readonly peakMb: number;
}

/** Reads the current back end's memory. */
export function memoryReport(): MemoryReport {
  const { numTensors, numBytes } = memory();
  const peakBytes =
    getBackend() === 'wasm' ? WasmHeap.of(backend()).bytes() : process.resourceUsage().maxRSS * 1024;
  return { tensors: numTensors, tensorsMb: numBytes / 2 ** 20, peakMb: peakBytes / 2 ** 20 };
}
