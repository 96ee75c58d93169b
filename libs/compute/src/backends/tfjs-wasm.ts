/**
 * tfjs's wasm back end, started by us: its own start cannot hand over a binary, and where several threads shall compute
 * the binary's memory is made a shared one. (tfjs has a threaded binary of its own. Its threads speed up XNNPACK
 * alone, which we train without, and in Node it does not start.)
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { WasmHeap } from '../kernels/wasm-heap.ts';
import { withMemory } from '../kernels/shared-memory.ts';

/** What Emscripten makes of a binary, as far as it is used here. */
interface TfjsModule {
  readonly cwrap: (name: string, returns: string | null, takes: readonly string[]) => unknown;
  tfjs?: object;
}

type Factory = (options: { wasmBinary: Uint8Array }) => Promise<TfjsModule>;

const bind = (module: TfjsModule) => ({
  init: module.cwrap('init', null, []),
  initWithThreadsCount: module.cwrap('init_with_threads_count', null, ['number']),
  getThreadsCount: module.cwrap('get_threads_count', 'number', []),
  registerTensor: module.cwrap('register_tensor', null, ['number', 'number', 'number']),
  disposeData: module.cwrap('dispose_data', null, ['number']),
  dispose: module.cwrap('dispose', null, []),
});

/** Loads tfjs's binary, from its installed package because this file may be part of a bundle. */
async function load(shared: boolean): Promise<BackendWasm> {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve('@tensorflow/tfjs-backend-wasm'));
  const binary = readFileSync(join(folder, 'tfjs-backend-wasm-simd.wasm'));
  const factory = require('@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js') as Factory;
  const module = await factory({ wasmBinary: withMemory(binary, shared) });
  module.tfjs = bind(module);
  return new BackendWasm(module as unknown as ConstructorParameters<typeof BackendWasm>[0]);
}

/** A back end whose kernels are shared by `threads` threads, or by one where memory cannot be shared. */
export async function createWasmBackend(threads: number): Promise<BackendWasm> {
  const backend = await load(threads > 1).catch((error: unknown) => {
    if (threads === 1) throw error;
    return load(false);
  });
  const heap = WasmHeap.open(backend, threads);
  const dispose = backend.dispose.bind(backend);
  backend.dispose = () => {
    heap.close();
    dispose();
  };
  return backend;
}
