import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Checkpoint } from './checkpoint.format.ts';
import { FolderCheckpointStore, readCheckpoint } from './checkpoint.store.ts';
import { decodeSafetensors, encodeSafetensors, type NamedArray } from './safetensors.codec.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'plumage-checkpoints-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const tensors = (value: number): Map<string, NamedArray> =>
  new Map([
    ['generator/up8.weight', { shape: [2, 3], data: new Float32Array(6).fill(value) }],
    ['generator/up8.norm.gain', { shape: [1], data: Float32Array.of(Math.fround(0.1)) }],
  ]);

const checkpointAt = (step: number): Checkpoint => ({
  state: {
    format: 1,
    step,
    updates: { generator: step, discriminator: step },
    noise: [1, 2, 3, 4],
    batches: { rng: [5, 6, 7, 8], drawn: step },
    pending: { steps: 1, sums: [0.5] },
    config: { seed: 1 },
    datasetDigest: 'd',
    encoderHash: 'e',
  },
  model: tensors(step),
  optimizer: tensors(-step),
});

describe('safetensors', () => {
  it('come back as they were', () => {
    expect(decodeSafetensors(encodeSafetensors(tensors(3)), 'file')).toEqual(tensors(3));
  });

  it('have the published layout: length, padded JSON header, values at the stated offsets', () => {
    const bytes = encodeSafetensors(tensors(3));
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect(header['generator/up8.weight']).toEqual({ dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] });
    expect(new DataView(bytes.buffer).getFloat32(8 + length, true)).toBe(3);
  });

  it('are refused when cut off at any byte', () => {
    const bytes = encodeSafetensors(tensors(3));
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeSafetensors(bytes.slice(0, length), 'cut'), `${length} bytes`).toThrow(
        expect.objectContaining({ code: 'CHECKPOINT_CORRUPT', file: 'cut' }),
      );
    }
  });

  it('are refused with bytes after the end, another type or a shape that does not fit', () => {
    const bytes = encodeSafetensors(tensors(3));
    expect(() => decodeSafetensors(Uint8Array.from([...bytes, 0]), 'long')).toThrow(/1 bytes follow/);
    const changed = (from: string, to: string) => {
      const text = Buffer.from(bytes).toString('latin1').replace(from, to);
      return () => decodeSafetensors(new Uint8Array(Buffer.from(text, 'latin1')), 'changed');
    };
    expect(changed('F32', 'F16')).toThrow(/not described as float32/);
    expect(changed('[2,3]', '[2,4]')).toThrow(/does not fit/);
    expect(() => encodeSafetensors(new Map([['a', { shape: [2], data: new Float32Array(3) }]]))).toThrow(
      RangeError,
    );
  });
});

describe('the checkpoint folder', () => {
  it('gives back what was written', async () => {
    const stored = await new FolderCheckpointStore(folder).write(checkpointAt(5));
    expect(stored.files.map(({ name }) => name)).toEqual([
      'model.safetensors',
      'optimizer.safetensors',
      'state.json',
    ]);
    expect(await readCheckpoint(stored.folder)).toEqual(checkpointAt(5));
  });

  it('finds the newest, and keeps only the last three', async () => {
    const store = new FolderCheckpointStore(folder);
    expect(await store.newest()).toBeNull();
    for (const step of [5, 10, 100, 1000]) await store.write(checkpointAt(step));
    expect((await store.newest())?.state.step).toBe(1000);
    expect(await readdir(folder)).toHaveLength(3);
  });

  it.each([
    ['cut off', (file: string) => truncate(file, 40)],
    ['missing', (file: string) => rm(file)],
    [
      'changed in one byte',
      async (file: string) => {
        const bytes = await readFile(file);
        bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
        await writeFile(file, bytes);
      },
    ],
  ])('uses the one before when a file of the newest is %s, and says which file', async (_, damage) => {
    const store = new FolderCheckpointStore(folder);
    await store.write(checkpointAt(5));
    const { folder: newest } = await store.write(checkpointAt(6));
    await damage(path.join(newest, 'model.safetensors'));
    const damaged: string[] = [];
    expect((await store.newest((error) => damaged.push(error.file)))?.state.step).toBe(5);
    expect(damaged).toEqual([path.join(newest, 'model.safetensors')]);
  });

  it('ignores what a crash left half-written, and writes over it', async () => {
    const store = new FolderCheckpointStore(folder);
    await store.write(checkpointAt(5));
    const partial = path.join(folder, 'step-0000000006.partial');
    await mkdir(partial);
    await writeFile(path.join(partial, 'model.safetensors'), 'half');
    expect((await store.newest())?.state.step).toBe(5);
    await store.write(checkpointAt(6));
    expect((await store.newest())?.state.step).toBe(6);
  });

  it('refuses a state of an unknown format', async () => {
    const { folder: written } = await new FolderCheckpointStore(folder).write(checkpointAt(5));
    await writeFile(path.join(written, 'manifest.json'), '{"format": 2}');
    await expect(readCheckpoint(written)).rejects.toMatchObject({ code: 'CHECKPOINT_CORRUPT' });
  });
});
