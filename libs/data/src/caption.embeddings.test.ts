import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { embedCaptions } from './caption.embeddings.ts';
import { openDataset } from './dataset.open.ts';
import { classFolder, temporaryFolder } from './sources/files.fixture.ts';
import type { TextEncoder } from './text.encoder.ts';

/** A tiny encoder: a text's length and first character. Counts what it is asked. */
const lengthEncoder = (hash = 'a'.repeat(64)): TextEncoder & { asked: string[] } => ({
  name: 'length',
  hash,
  dimension: 2,
  asked: [],
  async encode(texts) {
    this.asked.push(...texts);
    return Float32Array.from(texts.flatMap((text) => [text.length, text.charCodeAt(0)]));
  },
  dispose() {},
});

const setUp = async () => {
  const cacheDir = await temporaryFolder();
  const dataset = await openDataset(
    { name: 'folder', path: await classFolder(4, 3), imageSize: 8 },
    { cacheDir },
  );
  return { cacheDir, dataset };
};

it('every caption finds its own vector', async () => {
  const { cacheDir, dataset } = await setUp();
  const embeddings = await embedCaptions(dataset, lengthEncoder(), { cacheDir });
  dataset.items.forEach(({ captions }, item) => {
    captions.forEach((caption, index) => {
      expect([...embeddings.of(item, index)]).toEqual([caption.length, caption.charCodeAt(0)]);
    });
  });
  expect(() => embeddings.of(0, 99)).toThrow(RangeError);
  expect(() => embeddings.of(-1, 0)).toThrow(RangeError);
});

it('a text is encoded once however often it occurs, and never again after that', async () => {
  const { cacheDir, dataset } = await setUp();
  const encoder = lengthEncoder();
  const first = await embedCaptions(dataset, encoder, { cacheDir });
  expect(encoder.asked).toHaveLength(12 * 2 + 1);
  expect(new Set(encoder.asked).size).toBe(encoder.asked.length);
  const again = await embedCaptions(dataset, encoder, { cacheDir });
  expect(encoder.asked).toHaveLength(25);
  expect(again.of(7, 1)).toEqual(first.of(7, 1));
});

it('another encoder has its own entry', async () => {
  const { cacheDir, dataset } = await setUp();
  await embedCaptions(dataset, lengthEncoder(), { cacheDir });
  const other = lengthEncoder('b'.repeat(64));
  const { encoderHash } = await embedCaptions(dataset, other, { cacheDir });
  expect(other.asked).toHaveLength(25);
  expect(encoderHash).toBe(other.hash);
});

it.each([
  ['flipped', (old: Buffer) => ((old[9] = (old[9] ?? 0) ^ 4), old)],
  ['cut', (old: Buffer) => old.subarray(0, 40)],
])('a %s file is encoded again', async (_, damage) => {
  const { cacheDir, dataset } = await setUp();
  await embedCaptions(dataset, lengthEncoder(), { cacheDir });
  const [name = ''] = await readdir(path.join(cacheDir, 'embeddings'));
  const file = path.join(cacheDir, 'embeddings', name);
  await writeFile(file, damage(await readFile(file)));
  const encoder = lengthEncoder();
  const embeddings = await embedCaptions(dataset, encoder, { cacheDir });
  expect(encoder.asked).toHaveLength(25);
  expect(embeddings.of(0, 0)[0]).toBe(dataset.items[0]?.captions[0]?.length);
});
