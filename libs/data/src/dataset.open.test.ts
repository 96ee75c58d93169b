import { cp, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset } from './dataset.open.ts';
import type { Progress } from './dataset.type.ts';
import { classFolder, folderWith, temporaryFolder } from './sources/files.fixture.ts';

const emoji = { name: 'emoji' } as const;
const apples = { name: 'emoji', categories: ['Food & Drink'], vendors: ['google'] } as const;

/** The one pack below a cache folder. */
const packIn = async (cacheDir: string): Promise<string> => {
  const packs = await readdir(path.join(cacheDir, 'datasets'));
  expect(packs).toHaveLength(1);
  return path.join(cacheDir, 'datasets', packs[0] ?? '');
};

describe('the emoji set', () => {
  it('holds both vendors’ animals and food: 580 pictures of 290 emoji in 15 classes', async () => {
    const { card, items, imageSize, skipped } = await openDataset(emoji, {
      cacheDir: await temporaryFolder(),
    });
    expect(card).toMatchObject({ images: 580, names: 290, imageSize: 64, skipped: 0 });
    expect(card.classes).toHaveLength(15);
    expect(new Set(items.map((item) => item.style))).toEqual(new Set(['google', 'twitter']));
    expect([imageSize, skipped]).toEqual([64, []]);
    expect(card.licences.map(({ covers, licence }) => [covers, licence])).toEqual(
      expect.arrayContaining([
        ['google', 'Apache-2.0'],
        ['twitter', 'CC-BY-4.0'],
      ]),
    );
  });

  it('known mistake, a split that is not disjoint by class: no class and no thing is in two splits', async () => {
    const { items, classes } = await openDataset(emoji, { cacheDir: await temporaryFolder() });
    expect(new Set(classes.map(({ name }) => name)).size).toBe(classes.length);
    const splitsOf = new Map<string, Set<string>>();
    for (const { name, classId, split } of items) {
      expect(split).toBe(classes[classId]?.split);
      splitsOf.set(name, (splitsOf.get(name) ?? new Set()).add(split));
    }
    expect([...splitsOf].filter(([, splits]) => splits.size > 1)).toEqual([]);
    for (const split of ['train', 'validation', 'test']) expect(classes.map((c) => c.split)).toContain(split);
  });

  it('captions a picture with its name first, lower-cased, without repetitions', async () => {
    const { items, card } = await openDataset(emoji, { cacheDir: await temporaryFolder() });
    for (const { name, captions } of items) {
      expect(captions[0]).toBe(name);
      expect(new Set(captions).size).toBe(captions.length);
      expect(captions.every((caption) => caption === caption.toLowerCase().trim())).toBe(true);
    }
    const apple = items.find((item) => item.name === 'red apple');
    expect(apple?.captions).toEqual(
      expect.arrayContaining(['apple', 'fruit', 'red', 'a red apple', 'a picture of a red apple']),
    );
    expect(card.captions.derived).toBeGreaterThan(580);
    expect(card.captions.perItem.min).toBeGreaterThanOrEqual(6);
  });

  it('decodes colours in their order, with transparency around the drawing', async () => {
    const dataset = await openDataset(apples, { cacheDir: await temporaryFolder() });
    const tomato = dataset.rgba(dataset.items.findIndex((item) => item.name === 'tomato'));
    const [red = 0, green = 0, blue = 0, alpha] = tomato.subarray((40 * 64 + 20) * 4);
    expect(red).toBeGreaterThan(2 * Math.max(green, blue));
    expect(alpha).toBe(255);
    expect(tomato[3]).toBe(0);
  });

  it('does not mirror arrows, hands, flags and writing', async () => {
    const categories = ['Symbols', 'People & Body', 'Objects', 'Animals & Nature'];
    const dataset = await openDataset(
      { name: 'emoji', categories, vendors: ['google'] },
      { cacheDir: await temporaryFolder() },
    );
    const flippable = new Map(dataset.items.map((item) => [item.name, item.flippable]));
    for (const name of ['right arrow', 'thumbs up', 'waving hand', 'input latin letters', 'open book']) {
      expect([name, flippable.get(name)]).toEqual([name, false]);
    }
    for (const name of ['cat', 'rose', 'guitar', 'whale'])
      expect([name, flippable.get(name)]).toEqual([name, true]);
  });

  it.each([
    [{ name: 'emoji', vendors: ['apple'] }, 'google or twitter'],
    [{ name: 'emoji', categories: ['Fruit'] }, 'Food & Drink'],
    [{ name: 'emoji', imageSize: 7 }, '8 to 512'],
    [{ name: 'birds' }, 'emoji or folder'],
  ])('refuses %j and says what is expected', async (spec, expected) => {
    const opening = openDataset(spec as never, { cacheDir: await temporaryFolder() });
    await expect(opening).rejects.toMatchObject({
      code: 'DATASET_BAD_SPEC',
      message: expect.stringContaining(expected),
    });
  });
});

describe('the packed cache', () => {
  it('is built once, then read without decoding, in well under a second', async () => {
    const cacheDir = await temporaryFolder();
    const seen: Progress[] = [];
    const onProgress = (progress: Progress) => seen.push(progress);
    const built = await openDataset(emoji, { cacheDir, onProgress });
    expect(seen.at(-1)).toEqual({ stage: 'decode', done: 580, total: 580 });
    seen.length = 0;
    const before = performance.now();
    const read = await openDataset(emoji, { cacheDir, onProgress });
    expect(performance.now() - before).toBeLessThan(700);
    expect(seen).toEqual([]);
    expect(read.items).toEqual(built.items);
    expect(Buffer.compare(read.rgba(123), built.rgba(123))).toBe(0);
  });

  it.each([
    ['a flipped pixel', 'pixels.rgba', (old: Buffer) => ((old[5000] = (old[5000] ?? 0) ^ 1), old)],
    ['a cut file', 'pixels.rgba', (old: Buffer) => old.subarray(0, -1)],
    [
      'an edited caption',
      'manifest.json',
      (old: Buffer) => Buffer.from(old.toString().replace('tomato', 'potato')),
    ],
    ['an emptied manifest', 'manifest.json', () => Buffer.alloc(0)],
    ['no JSON', 'manifest.json', () => Buffer.from('{')],
  ])('is rebuilt after %s', async (_, name, damage) => {
    const cacheDir = await temporaryFolder();
    const { digest } = await openDataset(apples, { cacheDir });
    const file = path.join(await packIn(cacheDir), name);
    const whole = await readFile(file);
    await writeFile(file, damage(Buffer.from(whole)));
    const again = await openDataset(apples, { cacheDir });
    expect(again.digest).toBe(digest);
    expect(Buffer.compare(await readFile(file), whole)).toBe(0);
  });

  it('is built by several processes at once without harm', async () => {
    const cacheDir = await temporaryFolder();
    const all = await Promise.all([1, 2, 3].map(() => openDataset(apples, { cacheDir })));
    expect(new Set(all.map((dataset) => dataset.digest)).size).toBe(1);
    await packIn(cacheDir);
  });

  it('leaves nothing behind when its building is aborted', async () => {
    const cacheDir = await temporaryFolder();
    const stop = new AbortController();
    const opening = openDataset(emoji, { cacheDir, signal: stop.signal, onProgress: () => stop.abort() });
    await expect(opening).rejects.toMatchObject({ name: 'AbortError' });
    await expect(readdir(cacheDir)).resolves.toEqual([]);
  });

  it('that cannot be written says where and why', async () => {
    const cacheDir = path.join(await folderWith({ 'a file': '' }), 'a file');
    await expect(openDataset(apples, { cacheDir })).rejects.toMatchObject({
      code: 'CACHE_UNWRITABLE',
      message: expect.stringContaining(cacheDir),
    });
  });
});

describe('the digest', () => {
  it('is the same for every build of the same content, wherever it lies', async () => {
    const folder = await classFolder(4, 2);
    const copy = path.join(await temporaryFolder(), 'copy');
    await mkdir(copy);
    await cp(folder, copy, { recursive: true });
    const digests = [];
    for (const at of [folder, folder, copy]) {
      const dataset = await openDataset(
        { name: 'folder', path: at, imageSize: 8 },
        { cacheDir: await temporaryFolder() },
      );
      digests.push(dataset.digest);
    }
    expect(new Set(digests).size).toBe(1);
    expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('changes with the pictures’ size, the vendors and the categories', async () => {
    const cacheDir = await temporaryFolder();
    const specs = [
      apples,
      { ...apples, imageSize: 32 },
      { ...apples, vendors: ['twitter'] as const },
      { ...apples, categories: ['Animals & Nature'] },
    ];
    const datasets = await Promise.all(specs.map((spec) => openDataset(spec, { cacheDir })));
    expect(new Set(datasets.map((dataset) => dataset.digest)).size).toBe(4);
    expect(datasets[1]?.rgba(0)).toHaveLength(32 * 32 * 4);
  });
});

it('an item that does not exist is a RangeError', async () => {
  const dataset = await openDataset(apples, { cacheDir: await temporaryFolder() });
  for (const index of [-1, dataset.items.length, 0.5]) expect(() => dataset.rgba(index)).toThrow(RangeError);
});

it('a manifest cut to nothing is not mistaken for an empty dataset', async () => {
  const cacheDir = await temporaryFolder();
  await openDataset(apples, { cacheDir });
  await truncate(path.join(await packIn(cacheDir), 'manifest.json'), 65);
  expect((await openDataset(apples, { cacheDir })).items.length).toBeGreaterThan(100);
});
