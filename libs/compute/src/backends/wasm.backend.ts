/**
 * WebAssembly with SIMD on one core: part of every installation, no build step, no driver. tfjs's binaries are
 * looked up in its installed package, because its own guess (beside the running script) fails in a bundle.
 */
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { env, findBackend, setBackend } from '@tensorflow/tfjs-core';
import { BackendUnusableError } from '../backend.errors.ts';
import { WasmHeap } from '../kernels/wasm-heap.ts';
import { registerWasmKernels } from '../kernels/wasm-kernels.register.ts';
import type { BackendModule } from './backend.contract.ts';
import { cpuName, hostMemoryMb } from './host.device.ts';

/** A wasm32 heap cannot exceed it. */
const HEAP_LIMIT_MB = 4096;

let initialised = false;

/**
 * Runs `start` and removes the process-wide handlers that it installs: Emscripten's rethrow every uncaught error
 * and rejection from inside its own 40 kB line, which Node then prints in full.
 */
async function withoutProcessListeners(start: () => Promise<unknown>): Promise<void> {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => new Set<unknown>(process.listeners(event as 'uncaughtException')));
  await start();
  events.forEach((event, index) => {
    for (const listener of process.listeners(event as 'uncaughtException')) {
      if (!before[index]?.has(listener)) process.removeListener(event, listener);
    }
  });
}

export const wasmBackend: BackendModule = {
  name: 'wasm',
  packageName: null,
  start: async () => {
    if (!(await env().getAsync('WASM_HAS_SIMD_SUPPORT'))) {
      throw new BackendUnusableError('wasm', 'this processor or this Node has no WebAssembly SIMD');
    }
    registerWasmKernels();
    if (!initialised) {
      const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
      setWasmPaths(dirname(entry) + sep);
      await withoutProcessListeners(() => setBackend('wasm'));
      initialised = true;
    }
    const memoryMb = Math.min(HEAP_LIMIT_MB, hostMemoryMb());
    const device = `${cpuName()} (one used${WasmHeap.of(findBackend('wasm')).fused ? ', fused multiply-add' : ''})`;
    return { tfjsName: 'wasm', device, memoryMb, slow: null };
  },
};
