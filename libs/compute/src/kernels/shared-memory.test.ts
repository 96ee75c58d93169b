import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { relaxedSimdKernels, simdKernels } from '../generated/kernel-binary.ts';
import { withMemory } from './shared-memory.ts';
import { webAssembly } from './web-assembly.ts';

const tfjs = createRequire(import.meta.url).resolve(
  '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
);

/** A module of the given sections behind the eight bytes that begin every binary. */
const binary = (...sections: number[]) => Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0, ...sections]);

describe('a WebAssembly binary', () => {
  it.each([
    ['of tfjs', () => readFileSync(tfjs)],
    ['of our kernels', () => Buffer.from(simdKernels, 'base64')],
    ['of our kernels with fused multiply-adds', () => Buffer.from(relaxedSimdKernels, 'base64')],
  ])('%s differs in one bit when its memory is shared, and is otherwise left alone', (_whose, read) => {
    const given = read();
    const [shared, own] = [withMemory(given, true), withMemory(given, false)];
    const different = [...shared.keys()].filter((at) => shared[at] !== own[at]);
    expect(different.map((at) => (shared[at] ?? 0) - (own[at] ?? 0))).toEqual([2]);
    expect(Buffer.compare(given, shared) === 0 || Buffer.compare(given, own) === 0).toBe(true);
    expect(webAssembly.validate(withMemory(readFileSync(tfjs), true))).toBe(true);
  });

  it('without a memory, or with one that has no bound, cannot be shared', () => {
    expect(() => withMemory(binary(), true)).toThrow('has no memory');
    expect(() => withMemory(binary(5, 3, 1, 0, 1), true)).toThrow('upper bound');
    expect(() => withMemory(binary(2, 7, 1, 1, 101, 1, 109, 2, 0, 1), true)).toThrow('upper bound');
  });
});
