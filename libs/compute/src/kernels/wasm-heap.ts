/**
 * The seam between our WebAssembly kernels and tfjs's: both work in the one linear memory that tfjs owns, so a
 * tensor is handed over by its address and nothing is copied. The kernels' module imports that memory and has
 * no data of its own; temporary space comes from tfjs's allocator. Where that memory is shared, other threads help.
 */
import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { BackendMemoryError } from '../backend.errors.ts';
import { type KernelExports, kernelModule } from './kernel-module.ts';
import { startThreads } from './kernel-threads.ts';
import { ThreadBalance } from './thread-balance.ts';
import { webAssembly } from './web-assembly.ts';

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

/** The kernels that threads share, in the order of assembly/jobs.ts. */
export const jobKinds = [
  'packFilter',
  'packFilterPhase',
  'convolve',
  'scatterGradient',
  'filterGradient',
  'batchNormSums',
  'batchNormApply',
  'batchNormGradientSums',
  'batchNormGradientApply',
  'adam',
  'leakyRelu',
  'leakyReluGradient',
  'tanh',
] as const;
type JobKind = (typeof jobKinds)[number];

/** A kernel's call, in parts that any thread may take. */
export interface Job {
  readonly kind: JobKind;
  /** The kernel's arguments before `from` and `to`, and what assembly/jobs.ts asks for besides. */
  readonly args: readonly number[];
  /** How many of the kernel's units there are, such as rows or tiles. */
  readonly units: number;
  /** About how long one thread takes: a job too short to share is not shared. */
  readonly nanoseconds: number;
  /** Parts at the most, where each costs something of its own. Default: four a thread. */
  readonly parts?: number;
}

/** Waking a thread takes about as long as it then may take to be worth it. */
const PART_NANOSECONDS = 25_000;
/** See assembly/pool.ts for the control block: what is where, in 4 and in 8 byte steps. */
const CONTROL = { bytes: 512, chunks: 48, kind: 49, units: 50, args: 32 } as const;

const heaps = new WeakMap<object, WasmHeap>();

/** tfjs's heap with our kernels bound to it; one per instance of the wasm back end. */
export class WasmHeap {
  readonly kernels: KernelExports;
  /** Whether the kernels may fuse multiply-adds. */
  readonly fused: boolean;
  /** Threads that may take a part, whatever `threads` says: each needs temporary space of its own. */
  readonly started: number;
  #threads: number;
  #balance: ThreadBalance | undefined = new ThreadBalance();
  readonly #backend: WasmBackend;
  readonly #memory: { readonly buffer: ArrayBufferLike };
  /** The control block's address, and views of the memory in which it lies. */
  readonly #control: number;
  #words: Int32Array;
  #numbers: Float64Array;

  private constructor(backend: WasmBackend, threads: number) {
    const memory = Object.values(backend.wasm.asm).find((value) => value instanceof webAssembly.Memory);
    if (memory === undefined) throw new Error('the wasm back end of tfjs no longer exports its memory');
    const shared = memory.buffer instanceof SharedArrayBuffer;
    const { module, fused } = kernelModule(shared);
    this.fused = fused;
    this.kernels = new webAssembly.Instance(module, { env: { memory } }).exports as KernelExports;
    this.#backend = backend;
    this.#memory = memory;
    // For good: as long as the back end lives, and threads sleep on it.
    this.#control = (backend.wasm._malloc(CONTROL.bytes + 64) + 63) & ~63;
    this.#words = new Int32Array(memory.buffer, this.#control, CONTROL.bytes / 4).fill(0);
    this.#numbers = new Float64Array(memory.buffer, this.#control, CONTROL.bytes / 8);
    this.started = shared ? threads : 1;
    this.#threads = this.started;
    if (this.started > 1) startThreads(this.started - 1, { module, memory, control: this.#control });
  }

  /** Threads that share a kernel, this one among them. */
  get threads(): number {
    return this.#threads;
  }

  /**
   * Makes do with fewer threads than were started, or with all of them again.
   * @param always also where it turns out not to pay: for tests
   */
  useThreads(threads: number, always = false): void {
    this.#threads = Math.min(threads, this.started);
    this.#balance = always ? undefined : new ThreadBalance();
  }

  /** The heap of the back end instance that tfjs hands to a kernel. */
  static of(backend: object): WasmHeap {
    return heaps.get(backend) ?? WasmHeap.open(backend, 1);
  }

  /** Binds the kernels to a new back end; with a shared memory so many threads work at each of them. */
  static open(backend: object, threads: number): WasmHeap {
    const heap = new WasmHeap(backend as WasmBackend, threads);
    heaps.set(backend, heap);
    return heap;
  }

  /** Ends the other threads, before the back end goes. */
  close(): void {
    this.kernels.dismiss(this.#control);
    this.#threads = 1;
  }

  /** Does a job, with the other threads where it is worth it. The result does not depend on their number. */
  run({ kind, args, units, nanoseconds, parts = this.threads * 4 }: Job): void {
    // An unshared memory that has grown has let its former views go.
    if (this.#words.length === 0) {
      this.#words = new Int32Array(this.#memory.buffer, this.#control, CONTROL.bytes / 4);
      this.#numbers = new Float64Array(this.#memory.buffer, this.#control, CONTROL.bytes / 8);
    }
    const worth = Math.min(units, parts, Math.floor(nanoseconds / PART_NANOSECONDS));
    const shared = worth > 1 && this.#threads > 1 && (this.#balance?.shares() ?? true);
    this.#words[CONTROL.chunks] = shared ? worth : 1;
    this.#words[CONTROL.kind] = jobKinds.indexOf(kind);
    this.#words[CONTROL.units] = units;
    this.#numbers.set(args, CONTROL.args);
    if (shared) this.#share(worth);
    else this.kernels.run(this.#control);
  }

  #share(parts: number): void {
    const start = performance.now();
    const own = this.kernels.share(this.#control, this.#threads - 1);
    const ownMs = performance.now() - start;
    const done = this.kernels.settle(this.#control);
    this.#balance?.learn({ parts, own, ownMs, totalMs: performance.now() - start });
    if (done === 0)
      throw new Error('a compute thread has failed, and with it a kernel; see the warning above');
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
    // More than asked for, so that it starts with a cache line: what kernels pack is read in order, line by line.
    const address = this.#backend.wasm._malloc(floats * 4 + 64);
    this.#requireRoom(address, floats * 4);
    try {
      use(((address + 63) & ~63) >>> 0);
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
