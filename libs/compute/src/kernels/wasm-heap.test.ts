import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { BackendMemoryError } from '../backend.errors.ts';
import { selectBackend } from '../backend.select.ts';
import { relaxedSimdKernels, simdKernels } from '../generated/kernel-binary.ts';
import { numbers, worst } from '../reference.fixture.ts';
import type { KernelExports } from './kernel-module.ts';
import { withMemory } from './shared-memory.ts';
import { jobKinds, WasmHeap } from './wasm-heap.ts';

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
  readonly Instance: new (module: object, imports: object) => { readonly exports: KernelExports };
}

/** Byte addresses of a memory of the kernels' own: fixed numbers, zeros, space, and the control block. */
const place = {
  input: 16384 * 4,
  packed: 24576 * 4,
  dy: 32768 * 4,
  out: 0,
  scratch: 81920 * 4,
  control: 131008 * 4,
};

/** One build of the kernels, run job by job over fixed numbers. */
function instantiate(base64: string) {
  const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: Api }).WebAssembly;
  const memory = new Memory({ initial: 32, maximum: 65536 });
  const floats = new Float32Array(memory.buffer);
  floats.set(numbers(65536), 16384);
  const module = new Module(withMemory(Buffer.from(base64, 'base64'), false));
  const { exports } = new Instance(module, { env: { memory } });
  const run = (kind: (typeof jobKinds)[number], units: number, args: number[]) => {
    new Int32Array(memory.buffer, place.control + 192, 3).set([1, jobKinds.indexOf(kind), units]);
    new Float64Array(memory.buffer, place.control + 256, args.length).set(args);
    exports.run(place.control);
  };
  return { floats, run };
}

describe('the compiled kernels', () => {
  it('give the same numbers with and without fused multiply-adds', async () => {
    await selectBackend('wasm');
    const { input, packed, dy, out, scratch } = place;
    const outcomes = [simdKernels, ...(WasmHeap.of(tf.backend()).fused ? [relaxedSimdKernels] : [])].map(
      (build) => {
        const { floats, run } = instantiate(build);
        const results: number[] = [];
        const take = (count: number) => results.push(...floats.subarray(0, count));
        const image = [8, 8, 6];
        run('convolve', 6, [
          ...[input, 2, ...image, packed, 4, 4, 2, 2, 1, 1, out, 4, 4, 9, 144, 36, 9],
          ...[scratch, 0],
        ]);
        take(2 * 4 * 4 * 9);
        run('scatterGradient', 2, [dy, 8, 8, 6, packed, 3, 3, 1, 1, 1, 1, out, 8, 8, 3, scratch, 5, 0]);
        take(2 * 8 * 8 * 3);
        run('filterGradient', 24, [
          ...[input, 2, ...image, dy, 4, 4, 9, 4, 4, 2, 2, 1, 1, out, scratch],
          ...[32, 0],
        ]);
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
