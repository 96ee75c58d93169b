import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { BackendMemoryError } from '../backend.errors.ts';
import { selectBackend } from '../backend.select.ts';
import { relaxedSimdKernels, simdKernels } from '../generated/kernel-binary.ts';
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

describe('the compiled kernels', () => {
  it('are those that the committed source gives', async () => {
    const script = fileURLToPath(new URL('../../../../tools/backend-kernels.ts', import.meta.url));
    await promisify(execFile)(process.execPath, ['--import', 'tsx', script, '--check']);
  }, 120_000);

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
