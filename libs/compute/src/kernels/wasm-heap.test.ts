import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { BackendMemoryError } from '../backend.errors.ts';
import { selectBackend } from '../backend.select.ts';
import { relaxedSimdKernels, simdKernels } from '../generated/kernel-binary.ts';
import { numbers, worst } from '../reference.fixture.ts';
import { WasmHeap } from './wasm-heap.ts';

describe('the heap', () => {
  it('refuses a tensor that does not fit with a typed error', async () => {
    await selectBackend('wasm');
    const heap = WasmHeap.of(tf.backend());
    // A GiB each, never written to, so that only addresses are used up.
    const fill = () => {
      for (let tensors = 0; tensors < 8; tensors += 1) heap.output([1 << 28]);
    };
    expect(fill).toThrow(BackendMemoryError);
    expect(fill).toThrow('Back end wasm has no room for 1024 MiB more.');
    expect(() => heap.scratch(1 << 28, () => undefined)).toThrow(BackendMemoryError);
  });
});

/** Node's typings describe WebAssembly as types only. */
interface Api {
  readonly Memory: new (limits: object) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Exports };
}
type Exports = Readonly<Record<string, (...args: number[]) => void>>;

/** The kernels of one build over a memory of their own, with fixed numbers from float 16384 on. */
function instantiate(base64: string) {
  const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: Api }).WebAssembly;
  const memory = new Memory({ initial: 32 });
  const floats = new Float32Array(memory.buffer);
  floats.set(numbers(65536), 16384);
  const { exports } = new Instance(new Module(Buffer.from(base64, 'base64')), { env: { memory } });
  return { floats, exports };
}

describe('the compiled kernels', () => {
  it('give the same numbers with and without fused multiply-adds', async () => {
    await selectBackend('wasm');
    const [input, packed, dy, out, scratch] = [16384 * 4, 24576 * 4, 32768 * 4, 0, 81920 * 4] as const;
    const outcomes = [simdKernels, ...(WasmHeap.of(tf.backend()).fused ? [relaxedSimdKernels] : [])].map(
      (build) => {
        const { floats, exports } = instantiate(build);
        const results: number[] = [];
        const take = (count: number) => results.push(...floats.subarray(0, count));
        const image = [input, 2, 8, 8, 6];
        exports['convolve']?.(...image, packed, 4, 4, 2, 2, 1, 1, out, 4, 4, 9, 144, 36, 9, scratch);
        take(2 * 4 * 4 * 9);
        exports['convolveNarrow']?.(...image, packed, 3, 3, 1, 1, 1, 1, out, 8, 8, 3, 192, 24, 3, scratch);
        take(2 * 8 * 8 * 3);
        exports['filterGradient']?.(...image, dy, 4, 4, 9, 4, 4, 2, 2, 1, 1, out, scratch, 32);
        take(4 * 4 * 6 * 9);
        return results;
      },
    );
    const [plain = [], fused = plain] = outcomes;
    expect(plain.some((value) => value !== 0)).toBe(true);
    expect(worst(fused, plain)).toBeLessThan(1e-5);
  });

  it('are those that the committed source gives', async () => {
    const script = fileURLToPath(new URL('../../../../tools/backend-kernels.ts', import.meta.url));
    await promisify(execFile)(process.execPath, ['--import', 'tsx', script, '--check']);
  }, 240_000);

  it('have no data of their own, which would overwrite the heap that they share', () => {
    for (const base64 of [simdKernels, relaxedSimdKernels]) {
      const sections = sectionsOf(Buffer.from(base64, 'base64'));
      expect(sections.has(11), 'data section').toBe(false);
      expect(sections.has(8), 'start section').toBe(false);
      expect(sections.has(5), 'memory section').toBe(false);
    }
  });
});

/** The numbers of a WebAssembly binary's sections (WebAssembly core specification, 5.5.2). */
function sectionsOf(binary: Buffer): Set<number> {
  const found = new Set<number>();
  for (let at = 8; at < binary.length; ) {
    found.add(binary[at] ?? 0);
    at += 1;
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = binary[at] ?? 0;
      at += 1;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    at += size;
  }
  return found;
}
