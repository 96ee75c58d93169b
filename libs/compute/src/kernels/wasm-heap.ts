/**
 * The seam between our WebAssembly kernels and tfjs's: both work in the one linear memory that tfjs owns, so a
 * tensor is handed over by its address and nothing is copied. The kernels' module imports that memory and has
 * no data of its own; temporary space comes from tfjs's allocator.
 */
import { setFlagsFromString } from 'node:v8';
import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { BackendMemoryError } from '../backend.errors.ts';
import { relaxedSimdKernels, simdKernels } from '../generated/kernel-binary.ts';

/** What assembly/index.ts exports; all arguments are numbers, see there for their meaning. */
interface KernelExports {
  readonly convolve: (...args: number[]) => void;
  readonly convolveNarrow: (...args: number[]) => void;
  readonly packFilter: (...args: number[]) => void;
  readonly packFilterPhase: (...args: number[]) => void;
  readonly filterGradient: (...args: number[]) => void;
  readonly tanh: (...args: number[]) => void;
  readonly adam: (...args: number[]) => void;
  readonly leakyRelu: (...args: number[]) => void;
  readonly leakyReluGradient: (...args: number[]) => void;
  readonly batchNormForward: (...args: number[]) => void;
  readonly batchNormBackward: (...args: number[]) => void;
}

/** The part of tfjs's BackendWasm that is used here; its typings keep `wasm` private. */
interface WasmBackend {
  readonly wasm: {
    readonly asm: Readonly<Record<string, unknown>>;
    readonly HEAPU8: Uint8Array;
    readonly _malloc: (bytes: number) => number;
    readonly _free: (address: number) => void;
  };
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  makeOutput(shape: number[], dtype: 'float32'): TensorInfo;
}

/** The part of the WebAssembly interface that is used; Node's typings describe it as types only. */
interface WebAssemblyApi {
  readonly Memory: abstract new (...args: never[]) => { readonly buffer: ArrayBuffer };
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

const webAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
let compiled: { readonly module: object; readonly fused: boolean } | undefined;
const heaps = new WeakMap<object, WasmHeap>();

/**
 * The kernels with fused multiply-adds where the engine knows relaxed SIMD: a convolution then makes 51 instead of
 * 42 * 10^9 operations a second. Node 20 has it behind a flag that only tells the decoder to accept the
 * instructions; from Node 22 on it is always there.
 */
function compileKernels() {
  if (process.versions.v8.startsWith('11.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
  const relaxed = Buffer.from(relaxedSimdKernels, 'base64');
  const fused = webAssembly.validate(relaxed);
  return { module: new webAssembly.Module(fused ? relaxed : Buffer.from(simdKernels, 'base64')), fused };
}

/** tfjs's heap with our kernels bound to it; one per instance of the wasm back end. */
export class WasmHeap {
  readonly kernels: KernelExports;
  /** Whether the kernels may fuse multiply-adds. */
  readonly fused: boolean;
  readonly #backend: WasmBackend;

  private constructor(backend: WasmBackend) {
    const memory = Object.values(backend.wasm.asm).find((value) => value instanceof webAssembly.Memory);
    if (memory === undefined) throw new Error('the wasm back end of tfjs no longer exports its memory');
    compiled ??= compileKernels();
    this.fused = compiled.fused;
    this.kernels = new webAssembly.Instance(compiled.module, { env: { memory } }).exports as KernelExports;
    this.#backend = backend;
  }

  /** The heap of the back end instance that tfjs hands to a kernel. */
  static of(backend: object): WasmHeap {
    const known = heaps.get(backend);
    if (known) return known;
    const heap = new WasmHeap(backend as WasmBackend);
    heaps.set(backend, heap);
    return heap;
  }

  /** The byte address of a tensor's first number. */
  address(tensor: TensorInfo): number {
    return this.#backend.dataIdMap.get(tensor.dataId).memoryOffset;
  }

  /** A new, uninitialised float32 tensor. Throws BackendMemoryError; tfjs would go on with a bad address. */
  output(shape: number[]): TensorInfo {
    const tensor = this.#backend.makeOutput(shape, 'float32');
    const bytes = util.sizeFromShape(shape) * 4;
    this.#requireRoom(this.address(tensor), bytes);
    return tensor;
  }

  /** A float32 tensor's numbers, in place. The view is void after the next allocation. */
  floats(tensor: TensorInfo): Float32Array {
    const size = util.sizeFromShape(tensor.shape);
    return new Float32Array(this.#backend.wasm.HEAPU8.buffer, this.address(tensor) >>> 0, size);
  }

  /** An int32 tensor's numbers, in place. The view is void after the next allocation. */
  integers(tensor: TensorInfo): Int32Array {
    const size = util.sizeFromShape(tensor.shape);
    return new Int32Array(this.#backend.wasm.HEAPU8.buffer, this.address(tensor) >>> 0, size);
  }

  /** Runs `use` with the address of `floats` temporary, uninitialised numbers. Throws BackendMemoryError. */
  scratch(floats: number, use: (address: number) => void): void {
    // Eight bytes more than asked for, so that kernels may start their float64 sums at a multiple of eight.
    const address = this.#backend.wasm._malloc(floats * 4 + 8);
    this.#requireRoom(address, floats * 4);
    try {
      use((address + 7) & ~7);
    } finally {
      this.#backend.wasm._free(address);
    }
  }

  /** Near 4 GiB tfjs's allocator gives not only 0 but also addresses whose tensor ends behind the heap. */
  #requireRoom(address: number, bytes: number): void {
    const start = address >>> 0;
    if ((start === 0 && bytes > 0) || start + bytes > this.bytes())
      throw new BackendMemoryError('wasm', bytes);
  }

  /** Fills `floats` numbers at `address` with zeros. */
  zero(address: number, floats: number): void {
    const start = address >>> 0;
    this.#backend.wasm.HEAPU8.fill(0, start, start + floats * 4);
  }

  /** Bytes of linear memory. It only ever grows, so this is also the peak. */
  bytes(): number {
    return this.#backend.wasm.HEAPU8.byteLength;
  }
}
