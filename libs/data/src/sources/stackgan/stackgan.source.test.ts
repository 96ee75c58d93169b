import { truncate } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRng } from '@plumage/contract';
import { createBatches } from '../../batches.ts';
import { globalName } from '../../formats/pickle.fixture.ts';
import { openPrecomputed, precomputedEmbeddings } from '../../precomputed.encoder.ts';
import { openSmall, pixelOf, refusal } from '../opening.fixture.ts';
import { folderOf, grey, stackganFiles, stackganPart } from '../paper.fixture.ts';

const stackgan = (folder: string) => ({ name: 'stackgan', path: folder }) as const;

const birds = stackganFiles({
  train: stackganPart(
    ['002.Laysan_Albatross/L_1', '002.Laysan_Albatross/L_2', '003.Sooty_Albatross/S_1'],
    [2, 2, 3],
  ),
  test: stackganPart(['001.Black_footed_Albatross/B_1'], [1]),
});

describe('StackGAN’s pickles', () => {
  it('are pictures, vectors and classes; without texts the class’s name is the caption, and is counted as derived', async () => {
    const dataset = await openSmall(stackgan(await folderOf(birds)));
    expect(dataset.items.map(({ id, split, captions }) => [id, split, captions])).toEqual([
      ['001.Black_footed_Albatross/B_1', 'test', ['black footed albatross']],
      ['002.Laysan_Albatross/L_1', 'train', ['laysan albatross']],
      ['002.Laysan_Albatross/L_2', 'train', ['laysan albatross']],
      ['003.Sooty_Albatross/S_1', 'train', ['sooty albatross']],
    ]);
    expect(dataset.card.captions.derived).toBe(4);
    expect(pixelOf(dataset, 2, 5, 5)).toEqual([110, 110, 110]);
    expect(dataset.embeddings?.count(2)).toBe(2);
    expect([...(dataset.embeddings?.of(2, 1) ?? [])]).toEqual([11, 11, 11, 11]);
  });

  it('are read in 304 pixels where the 76-pixel ones are missing, in each part for itself', async () => {
    const large = stackganFiles({ train: { '304images.pickle': [100, 110, 120].map((l) => grey(l, 304)) } });
    const folder = await folderOf(birds, { ...large, 'train/76images.pickle': null });
    const dataset = await openSmall(stackgan(folder));
    const small = await openSmall(stackgan(await folderOf(birds)));
    expect(dataset.items).toEqual(small.items);
    expect([0, 1, 2, 3].map((item) => pixelOf(dataset, item, 5, 5))).toEqual(
      [100, 100, 110, 120].map((level) => [level, level, level]),
    );
  });

  it('in 76 pixels are what is read where both are there', async () => {
    const folder = await folderOf(birds, stackganFiles({ train: { '304images.pickle': [7] } }));
    expect((await openSmall(stackgan(folder))).items).toHaveLength(4);
  });

  it('of more than a file of two gigabytes are refused with what to use instead', async () => {
    const folder = await folderOf(birds, {
      ...stackganFiles({ train: { '304images.pickle': [] } }),
      'train/76images.pickle': null,
    });
    await truncate(path.join(folder, 'train/304images.pickle'), 2 ** 31);
    expect(await refusal(openSmall(stackgan(folder)))).toMatchObject({
      code: 'DATASET_TOO_LARGE',
      message: expect.stringMatching(/304images\.pickle: it has 2\.1 GB; .* use 76images\.pickle/),
    });
  });

  it('give batches of all their vectors', async () => {
    const dataset = await openSmall(stackgan(await folderOf(birds)));
    const batches = createBatches(dataset, precomputedEmbeddings(dataset), {
      split: 'train',
      batchSize: 64,
      rng: createRng(1),
      augment: { flip: true, crop: true, background: 'white' },
      captionsPerImage: 1,
    });
    const { text, itemIndexes } = await batches.next();
    const seen = new Set(
      Array.from(itemIndexes, (item, row) => `${dataset.items[item]?.id} ${text[row * 4]}`),
    );
    expect(seen).toContain('002.Laysan_Albatross/L_1 0');
    expect(seen).toContain('002.Laysan_Albatross/L_1 1');
    expect(seen).toContain('002.Laysan_Albatross/L_2 11');
  });

  it('encode a class’s name to the mean of its pictures’ vectors', async () => {
    const encoder = openPrecomputed(await openSmall(stackgan(await folderOf(birds))));
    expect((await encoder.encode(['laysan albatross']))[0]).toBe((0 + 1 + 10 + 11) / 4);
  });

  it('of flowers have their classes in class_info.pickle; texts beside them are read', async () => {
    const folder = await folderOf({
      ...stackganFiles({
        train: stackganPart(['jpg/image_00001', 'jpg/image_00002'], [1, 2]),
        test: stackganPart(['jpg/image_00003'], [3]),
      }),
      'text_c10/class_00001/image_00001.txt': 'A flower .\nIt is blue .\n',
      'text_c10/class_00002/image_00002.txt': 'A flower .\nIt is red .\n',
      'text_c10/class_00003/image_00003.txt': 'A flower .\n',
    });
    const dataset = await openSmall(stackgan(folder));
    expect(dataset.items.map(({ captions }) => captions)).toEqual([
      ['a flower .', 'it is blue .'],
      ['a flower .', 'it is red .'],
      ['class 00003'],
    ]);
  });

  it('that name a function are refused, and it is not called', async () => {
    const evil = Buffer.from([
      ...globalName('os', 'system'),
      ...Buffer.from("S'exit 1'\n"),
      0x85,
      0x52,
      0x2e,
    ]);
    const folder = await folderOf(birds, { 'train/class_info.pickle': evil });
    expect(await refusal(openSmall(stackgan(folder)))).toMatchObject({
      code: 'DATASET_BAD_FILE',
      message: expect.stringMatching(/class_info\.pickle: byte \d+: the pickle names "os\.system"/),
    });
  });

  it.each([
    ['without a pickle', { 'test/filenames.pickle': null }, 'DATASET_NOT_FOUND', /filenames\.pickle/],
    [
      'without pictures in either size',
      { 'test/76images.pickle': null },
      'DATASET_NOT_FOUND',
      /test\/76images\.pickle: .*or 304images\.pickle/,
    ],
    [
      'with lists of unlike lengths',
      stackganFiles({ train: { 'class_info.pickle': [2] } }),
      'DATASET_BAD_FILE',
      /3 in 76images\.pickle.*1 in class_info/,
    ],
    [
      'with a name that leads out',
      stackganFiles({ test: { 'filenames.pickle': ['../x'] } }),
      'DATASET_UNSAFE_PATH',
      /goes up/,
    ],
    [
      'with a class in both parts',
      stackganFiles({ test: { 'filenames.pickle': ['002.Laysan_Albatross/L_9'] } }),
      'DATASET_SPLIT_OVERLAP',
      /002\.Laysan_Albatross/,
    ],
    [
      'with a picture that is none',
      stackganFiles({ test: { '76images.pickle': [7] } }),
      'DATASET_BAD_FILE',
      /B_1 is no \[76, 76, 3\] or \[304, 304, 3\] array/,
    ],
    [
      'with one picture twice',
      stackganFiles({ train: { 'filenames.pickle': ['002.L/a', '002.L/a', '003.S/b'] } }),
      'DATASET_BAD_FILE',
      /listed twice/,
    ],
  ])('%s are refused by name', async (_, changes, code, message) => {
    const error = await refusal(openSmall(stackgan(await folderOf(birds, changes))));
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
