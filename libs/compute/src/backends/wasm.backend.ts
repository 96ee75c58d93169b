/**
 * WebAssembly with SIMD, on as many threads as the process may use: part of every installation, no build step, no
 * driver.
 */
import { env, findBackend, registerBackend, removeBackend, setBackend } from '@tensorflow/tfjs-core';
import { BackendUnusableError } from '../backend.errors.ts';
import { WasmHeap } from '../kernels/wasm-heap.ts';
import { registerWasmKernels } from '../kernels/wasm-kernels.register.ts';
import type { BackendModule } from './backend.contract.ts';
import { cpuName, hostMemoryMb } from './host.device.ts';
import { createWasmBackend } from './tfjs-wasm.ts';
import { threadCount } from './thread-count.ts';

/** A wasm32 heap cannot exceed it. */
const HEAP_LIMIT_MB = 4096;

/** tfjs's own for it; the choice among back ends is made in ../backend.select.ts. */
const PRIORITY = 2;

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
  start: async (_folder, wanted) => {
    const threads = threadCount(wanted);
    if (!(await env().getAsync('WASM_HAS_SIMD_SUPPORT'))) {
      throw new BackendUnusableError('wasm', 'this processor or this Node has no WebAssembly SIMD');
    }
    registerWasmKernels();
    if (!initialised) {
      // In place of tfjs's own way to start it, which its package has registered.
      removeBackend('wasm');
      registerBackend('wasm', () => createWasmBackend(threads), PRIORITY);
      await withoutProcessListeners(() => setBackend('wasm'));
      initialised = true;
    }
    const memoryMb = Math.min(HEAP_LIMIT_MB, hostMemoryMb());
    const heap = WasmHeap.of(findBackend('wasm'));
    // Started once with so many; asked again, it can make do with fewer.
    if (wanted !== undefined) heap.useThreads(wanted);
    const used = heap.threads === 1 ? 'one used' : `${heap.threads} threads`;
    const device = `${cpuName()} (${used}${heap.fused ? ', fused multiply-add' : ''})`;
    return { tfjsName: 'wasm', device, memoryMb, slow: null };
  },
};
