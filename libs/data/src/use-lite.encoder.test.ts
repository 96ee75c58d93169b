import { createRequire } from 'node:module';
import path from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TextEncoder } from './text.encoder.ts';
import { openTextEncoder } from './text-encoder.open.ts';

const wasmFolder = path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));

let encoder: TextEncoder;
beforeAll(async () => {
  setWasmPaths(`${wasmFolder}/`);
  await setBackend('wasm');
  encoder = await openTextEncoder({ name: 'use-lite' });
});
afterAll(() => encoder.dispose());

const cosines = async (texts: readonly string[]) => {
  const vectors = await encoder.encode(texts);
  const row = (i: number) => vectors.subarray(i * 512, (i + 1) * 512);
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  return (i: number, j: number) => dot(row(i), row(j)) / Math.sqrt(dot(row(i), row(i)) * dot(row(j), row(j)));
};

describe('use-lite', () => {
  it('puts like texts closer together than unlike ones', async () => {
    const near = await cosines([
      'a red tomato',
      'tomato',
      'blue whale',
      'a whale in the sea',
      'grapes',
      'a bunch of grapes',
    ]);
    expect(near(0, 1)).toBeGreaterThan(near(0, 2) + 0.1);
    expect(near(2, 3)).toBeGreaterThan(near(1, 3) + 0.1);
    expect(near(4, 5)).toBeGreaterThan(near(3, 5) + 0.1);
  });

  it('gives a text the same vector alone, among longer ones, in other spellings, and again', async () => {
    const alone = await encoder.encode(['a red apple']);
    const many = await encoder.encode([
      'a picture of a very long snake that winds through the tall green grass',
      '  A Red\tAPPLE ',
      ...Array.from({ length: 80 }, (_, i) => `text number ${i}`),
      'a red apple',
    ]);
    for (const row of [1, 82]) {
      for (let i = 0; i < 512; i++) expect(many[row * 512 + i]).toBeCloseTo(alone[i] ?? 0, 5);
    }
    expect(await encoder.encode(['a red apple'])).toEqual(alone);
  });

  it('agrees with the plain JavaScript back end', async () => {
    const texts = ['tomato', 'a drawing of an owl'];
    const wasm = await encoder.encode(texts);
    await setBackend('cpu');
    const other = await openTextEncoder({ name: 'use-lite' });
    const cpu = await other.encode(texts);
    other.dispose();
    await setBackend('wasm');
    wasm.forEach((value, i) => expect(cpu[i]).toBeCloseTo(value, 4));
  });

  it('leaves no tensor behind but its weights, and none after dispose', async () => {
    const before = memory().numTensors;
    const own = await openTextEncoder({ name: 'use-lite' });
    await own.encode(['one']);
    const loaded = memory().numTensors;
    await own.encode(['two', 'three words here']);
    expect(memory().numTensors).toBe(loaded);
    own.dispose();
    await Promise.resolve();
    expect(memory().numTensors).toBe(before);
  });

  it('has 512 dimensions, unit length and a hash of its weights', async () => {
    expect([encoder.name, encoder.dimension]).toEqual(['use-lite', 512]);
    expect(encoder.hash).toBe('6915bcb0c72509cc1cde49073db114d2a8845b3b7c9790784254da6734c7d33e');
    const vector = await encoder.encode(['whale']);
    expect(vector).toHaveLength(512);
    expect(vector.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 3);
    expect(await encoder.encode([])).toHaveLength(0);
  });

  it('cuts a text of any length to what attention can bear', async () => {
    const book = await encoder.encode(['tomato '.repeat(20_000)]);
    expect(book.every(Number.isFinite)).toBe(true);
  });

  it('refuses a text without characters and an encoder that it does not know', async () => {
    await expect(encoder.encode(['fine', ' \n'])).rejects.toMatchObject({ code: 'TEXT_EMPTY' });
    await expect(openTextEncoder({ name: 'clip' } as never)).rejects.toMatchObject({
      code: 'DATASET_BAD_SPEC',
    });
  });

  it('reports its progress and stops when told to', async () => {
    const seen: number[] = [];
    const texts = Array.from({ length: 130 }, (_, i) => `text ${i}`);
    await encoder.encode(texts, { onProgress: ({ done }) => seen.push(done) });
    expect(seen).toEqual([64, 128, 130]);
    await expect(encoder.encode(texts, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
