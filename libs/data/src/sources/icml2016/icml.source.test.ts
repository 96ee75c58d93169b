import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../dataset.open.ts';
import { openPrecomputed, precomputedEmbeddings } from '../../precomputed.encoder.ts';
import { temporaryFolder } from '../files.fixture.ts';
import { openSmall, refusal } from '../opening.fixture.ts';
import {
  birdClasses,
  classLists,
  featureFile,
  folderOf,
  halves,
  icmlCaptions,
  icmlFiles,
} from '../paper.fixture.ts';

const icml = (folder: string, options: object = {}) =>
  ({ name: 'icml2016', path: folder, ...options }) as const;
const first = `${birdClasses[0]}/Bird_0`;

describe('the released features', () => {
  it('are captions and vectors, a repeated caption together with its vector only once', async () => {
    const dataset = await openSmall(icml(await folderOf(await icmlFiles())));
    expect(dataset.items.map(({ split }) => split)).toEqual([...Array(6).fill('train'), 'test', 'test']);
    expect(dataset.items[2]?.captions).toEqual(['a red bird', 'it is red']);
    expect(dataset.embeddings?.dimension).toBe(4);
    expect(dataset.embeddings?.count(2)).toBe(2);
    expect([...(dataset.embeddings?.of(2, 1) ?? [])]).toEqual([21, 21, 21, 21]);
    expect(() => dataset.embeddings?.of(2, 2)).toThrow(RangeError);
  });

  it('follow the class lists where there are any', async () => {
    const dataset = await openSmall(icml(await folderOf(await icmlFiles(), classLists)));
    expect(dataset.card.splits).toMatchObject({
      train: { classes: 2 },
      validation: { classes: 1 },
      test: { classes: 1 },
    });
  });

  it('find their pictures in another folder', async () => {
    const files = Object.entries(await icmlFiles()).filter(([name]) => !name.startsWith('images/'));
    const picture = await halves();
    const names = birdClasses.flatMap((name) => [0, 1].map((i) => `${name}/Bird_${i}.jpg`));
    const images = await folderOf(Object.fromEntries(names.map((name) => [name, picture])));
    const folder = await folderOf(Object.fromEntries(files));
    expect((await openSmall(icml(folder, { images }))).items).toHaveLength(8);
    expect(await refusal(openSmall(icml(folder)))).toMatchObject({
      code: 'DATASET_NOT_FOUND',
      message: expect.stringContaining('dataset_images'),
    });
  });

  it('keep their vectors in the pack, under the digest, and are packed anew when a byte of them is wrong', async () => {
    const cacheDir = await temporaryFolder();
    const spec = icml(await folderOf(await icmlFiles()), { imageSize: 16 });
    const { digest } = await openDataset(spec, { cacheDir });
    const [pack = ''] = await readdir(path.join(cacheDir, 'datasets'));
    const file = path.join(cacheDir, 'datasets', pack, 'embeddings.f32');
    const whole = await readFile(file);
    const damaged = Buffer.from(whole);
    damaged[7] = (damaged[7] ?? 0) ^ 1;
    await writeFile(file, damaged);
    const again = await openDataset(spec, { cacheDir });
    expect(again.digest).toBe(digest);
    expect(Buffer.compare(await readFile(file), whole)).toBe(0);
    const other = { [`${first}.t7`]: featureFile(`${first}.jpg`, icmlCaptions, 77) };
    expect((await openSmall(icml(await folderOf(await icmlFiles(), other)))).digest).not.toBe(digest);
  });

  it('are a text encoder for their own captions, and for no other text', async () => {
    const dataset = await openSmall(icml(await folderOf(await icmlFiles())));
    const encoder = openPrecomputed(dataset);
    // The caption stands with all eight pictures: 1, 11, ..., 71.
    expect([...(await encoder.encode(['It is  RED']))]).toEqual([36, 36, 36, 36]);
    await expect(encoder.encode(['a dog'])).rejects.toMatchObject({ code: 'TEXT_NOT_EMBEDDED' });
    expect(encoder.hash).toBe(precomputedEmbeddings(dataset).encoderHash);
  });

  it.each([
    ['without allclasses.txt', { 'allclasses.txt': null }, 'DATASET_NOT_FOUND', /allclasses\.txt/],
    [
      'with a class number beyond the list',
      { 'trainvalids.txt': '1\n9\n' },
      'DATASET_BAD_FILE',
      /trainvalids\.txt:2: "9".*1 to 4/,
    ],
    ['with a damaged file', { [`${first}.t7`]: 'xxxx' }, 'DATASET_BAD_FILE', /Bird_0\.t7: byte 4/],
    [
      'with a picture that leads out',
      { [`${first}.t7`]: featureFile('../../etc/x.jpg', ['a', 'b'], 0) },
      'DATASET_UNSAFE_PATH',
      /goes up/,
    ],
    [
      'with a vector that is not finite',
      { [`${first}.t7`]: featureFile(`${first}.jpg`, ['a', 'b'], Number.NaN) },
      'DATASET_BAD_FILE',
      /is NaN; expected a finite one/,
    ],
  ])('%s are refused by name', async (_, changes, code, message) => {
    const error = await refusal(openSmall(icml(await folderOf(await icmlFiles(), changes))));
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

describe("COCO's released features", () => {
  const stem = (part: string, id: number) => `COCO_${part}2014_${String(id).padStart(12, '0')}`;
  const pictureOf = (part: string, id: number) => `${part}2014/${stem(part, id)}.jpg`;
  const all = [
    ['train', 9],
    ['train', 25],
    ['val', 42],
  ] as const;
  const cocoFiles = async () => {
    const picture = await halves();
    return Object.fromEntries(
      all.flatMap(([part, id]) => [
        [`${stem(part, id)}.t7`, featureFile(pictureOf(part, id), [`thing ${id}`, 'a red thing'], id)],
        [`images/${pictureOf(part, id)}`, picture],
      ]),
    );
  };
  const broken = `${stem('train', 9)}.t7`;

  it('lie flat: a picture is a class of its own, and its name tells the split', async () => {
    const dataset = await openSmall(icml(await folderOf(await cocoFiles())));
    expect(dataset.items.map(({ id, split, captions }) => [id, split, captions])).toEqual([
      [stem('train', 9), 'train', ['thing 9', 'a red thing']],
      [stem('train', 25), 'train', ['thing 25', 'a red thing']],
      [stem('val', 42), 'validation', ['thing 42', 'a red thing']],
    ]);
    expect(dataset.classes.map(({ name }) => name).sort()).toEqual(all.map(([part, id]) => stem(part, id)));
    expect([...(dataset.embeddings?.of(2, 1) ?? [])]).toEqual([43, 43, 43, 43]);
  });

  it('have classes as soon as there is a list of them', async () => {
    const both = { ...(await icmlFiles()), [broken]: 'not read' };
    expect((await openSmall(icml(await folderOf(both)))).items).toHaveLength(8);
  });

  it.each([
    ['with a damaged file', { [broken]: 'xxxx' }, 'DATASET_BAD_FILE', /COCO_train.*\.t7: byte 4/],
    [
      'with a picture that leads out',
      { [broken]: featureFile('../x.jpg', ['a', 'b'], 0) },
      'DATASET_UNSAFE_PATH',
      /goes up/,
    ],
    [
      'without a text for a vector',
      { [broken]: featureFile(pictureOf('train', 9), ['', ''], 0) },
      'DATASET_BAD_FILE',
      /char holds no captions; expected them, for there is no class to name/,
    ],
  ])('%s are refused by name', async (_, changes, code, message) => {
    const error = await refusal(openSmall(icml(await folderOf(await cocoFiles(), changes))));
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
