/** Kernels that treat each number by itself: a job of cache lines, of sixteen numbers each. */
import type { Job, WasmHeap } from './wasm-heap.ts';

/** Roughly, over memory that no cache holds. */
const NANOSECONDS_A_NUMBER = 1;

/** Runs one over `count` numbers; `args` are the kernel's but for the count. */
export function runElementwise(heap: WasmHeap, kind: Job['kind'], count: number, args: number[]): void {
  const nanoseconds = count * NANOSECONDS_A_NUMBER;
  heap.run({ kind, args: [count, ...args], units: Math.ceil(count / 16), nanoseconds });
}
