import { rm, symlink, utimes } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../dataset.open.ts';
import { temporaryFolder } from '../files.fixture.ts';
import { openSmall, pixelOf, refusal } from '../opening.fixture.ts';
import { addFile, birdClasses, cubFiles, folderOf, tenLines } from '../paper.fixture.ts';

const cub = (folder: string, options: object = {}) => ({ name: 'cub', path: folder, ...options }) as const;

describe('CUB-200-2011', () => {
  it('is read with its ten captions a picture and the split of the class lists', async () => {
    const dataset = await openSmall(cub(await folderOf(await cubFiles())));
    expect(dataset.items).toHaveLength(8);
    expect(dataset.items[0]).toMatchObject({
      id: '001.Black_footed_Albatross/Bird_0',
      classId: 0,
      split: 'train',
    });
    expect(dataset.items[0]?.captions).toHaveLength(10);
    expect(dataset.items[0]?.captions[3]).toBe(
      'this bird is 001.black_footed_albatross/bird_0, seen 3 times .',
    );
    expect(dataset.classes).toEqual(
      birdClasses.map((name, i) => ({ name, split: ['train', 'train', 'validation', 'test'][i] })),
    );
    expect(dataset.card.splits).toMatchObject({
      train: { images: 4 },
      validation: { images: 2 },
      test: { images: 2 },
    });
  });

  it('is trained on with its validation classes too, if so told, under another digest', async () => {
    const folder = await folderOf(await cubFiles());
    const [plain, joined] = [
      await openSmall(cub(folder)),
      await openSmall(cub(folder, { trainOn: 'train+validation' })),
    ];
    expect(joined.card.splits).toMatchObject({
      train: { classes: 3, images: 6 },
      validation: { images: 0 },
      test: { images: 2 },
    });
    expect(joined.digest).not.toBe(plain.digest);
  });

  it('is squeezed into a square as the released code does, or keeps its middle', async () => {
    const folder = await folderOf(await cubFiles());
    const whole = await openSmall(cub(folder));
    expect([whole.imageSize, whole.recordSize]).toEqual([16, 19]);
    expect(pixelOf(whole, 0, 1, 9)[0]).toBeGreaterThan(240);
    expect(pixelOf(whole, 0, 17, 9)[2]).toBeGreaterThan(240);
    expect(whole.items[0]?.pose?.[0]).toEqual([0.5, 0.5]);
    const middle = await openSmall(cub(folder, { crop: 'centre' }));
    // The middle 20 of 40 columns: the part at the right edge is beyond it.
    expect(middle.items[0]?.pose?.[2]).toEqual([1.5, 1]);
  });

  it('is cropped around the bird as StackGAN does', async () => {
    const dataset = await openSmall(cub(await folderOf(await cubFiles()), { crop: 'box' }));
    // The box's centre is (30, 10), its reach 12: columns 18 to 40 (the edge), of which two are red.
    expect(pixelOf(dataset, 0, 9, 9)[2]).toBeGreaterThan(240);
    expect(pixelOf(dataset, 0, 0, 9)[0]).toBeGreaterThan(200);
    expect(dataset.items[0]?.pose?.[0]?.[0]).toBeCloseTo(2 / 22);
  });

  it('says where the parts are that a person marked, and that one is hidden', async () => {
    const dataset = await openSmall(cub(await folderOf(await cubFiles())));
    expect(dataset.poseParts).toEqual(['back', 'beak', 'left eye']);
    expect(dataset.items[5]?.pose).toEqual([[0.5, 0.5], null, [1, 1]]);
  });

  it('is found in StackGAN’s layout, without annotations, and with trainvalclasses.txt alone', async () => {
    const files = Object.entries(await cubFiles())
      .filter(([name]) => !/^(images\.txt|bounding|parts|trainclasses|valclasses)/.test(name))
      .map(([name, content]) => [name.replace(/^images\//, 'CUB_200_2011/images/'), content]);
    const folder = await folderOf(Object.fromEntries(files));
    await addFile(folder, 'trainvalclasses.txt', birdClasses.slice(0, 3).join('\n'));
    const dataset = await openSmall(cub(folder));
    expect(dataset.card.splits).toMatchObject({
      train: { classes: 3 },
      validation: { classes: 0 },
      test: { classes: 1 },
    });
    expect(dataset.poseParts).toBeUndefined();
  });

  it('is packed anew when a caption file changes', async () => {
    const folder = await folderOf(await cubFiles());
    const cacheDir = await temporaryFolder();
    const first = await openDataset(cub(folder, { imageSize: 16 }), { cacheDir });
    await addFile(folder, `text_c10/${birdClasses[0]}/Bird_0.txt`, tenLines('quite another'));
    await utimes(path.join(folder, `text_c10/${birdClasses[0]}/Bird_0.txt`), 1, 1);
    const second = await openDataset(cub(folder, { imageSize: 16 }), { cacheDir });
    expect(second.digest).not.toBe(first.digest);
  });
});

describe('CUB-200-2011 that is not whole', () => {
  const text = `text_c10/${birdClasses[0]}/Bird_0.txt`;
  it.each([
    [
      'without trainclasses.txt',
      { 'trainclasses.txt': null },
      'DATASET_NOT_FOUND',
      /trainclasses\.txt.*one a line/,
    ],
    ['without testclasses.txt', { 'testclasses.txt': null }, 'DATASET_NOT_FOUND', /testclasses\.txt/],
    ['with an empty list', { 'testclasses.txt': '\n' }, 'DATASET_EMPTY', /testclasses\.txt/],
    [
      'with a class in two lists',
      { 'testclasses.txt': `${birdClasses[3]}\n${birdClasses[0]}` },
      'DATASET_SPLIT_OVERLAP',
      /testclasses\.txt:2: .*Black_footed.*train list/,
    ],
    [
      'with a class that has no pictures',
      { 'testclasses.txt': '200.None' },
      'DATASET_NOT_FOUND',
      /200\.None/,
    ],
    [
      'with a class that leads out',
      { 'testclasses.txt': '../secret' },
      'DATASET_UNSAFE_PATH',
      /testclasses\.txt:1/,
    ],
    ['with a class in a class', { 'testclasses.txt': 'a/b' }, 'DATASET_UNSAFE_PATH', /no folder's name/],
    ['without a caption file', { [text]: null }, 'DATASET_NOT_FOUND', /Bird_0\.txt.*10 captions/],
    [
      'with nine captions',
      { [text]: tenLines('x').split('\n').slice(1).join('\n') },
      'DATASET_BAD_CAPTIONS',
      /Bird_0\.txt: 9 captions; expected 10/,
    ],
    [
      'with a part that has no name',
      { 'parts/parts.txt': '1 back\n' },
      'DATASET_BAD_FILE',
      /part_locs\.txt:2: there is no part 2/,
    ],
    [
      'with a place that is no number',
      { 'parts/part_locs.txt': '1 1 x 0 1' },
      'DATASET_BAD_FILE',
      /part_locs\.txt:1: "x" is no number/,
    ],
    ['with a short line', { 'images.txt': '1' }, 'DATASET_BAD_FILE', /images\.txt:1: .*expected ID FILE/],
  ])('%s is refused by name', async (_, changes, code, message) => {
    const error = await refusal(openSmall(cub(await folderOf(await cubFiles(), changes))));
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('cannot be cropped by boxes that are not there', async () => {
    const without = await folderOf(await cubFiles(), { 'bounding_boxes.txt': null });
    expect(await refusal(openSmall(cub(without, { crop: 'box' })))).toMatchObject({
      code: 'DATASET_NOT_FOUND',
      message: expect.stringContaining('bounding_boxes.txt'),
    });
    const short = await folderOf(await cubFiles(), { 'bounding_boxes.txt': '1 0 0 5 5' });
    expect(await refusal(openSmall(cub(short, { crop: 'box' })))).toMatchObject({
      code: 'DATASET_BAD_FILE',
      message: expect.stringContaining('no box for 001.Black_footed_Albatross/Bird_1.jpg'),
    });
  });

  it('names a picture that cannot be decoded, and is refused when such are many', async () => {
    const folder = await folderOf(await cubFiles(), {
      [`images/${birdClasses[1]}/Bird_1.jpg`]: 'no picture',
    });
    const dataset = await openSmall(cub(folder), 0.2);
    expect(dataset.items).toHaveLength(7);
    expect(dataset.skipped.map(({ file }) => file)).toEqual([`images/${birdClasses[1]}/Bird_1.jpg`]);
    expect(await refusal(openSmall(cub(folder)))).toMatchObject({ code: 'DATASET_TOO_MANY_BAD_IMAGES' });
  });

  it('does not follow a caption file out of its folder', async () => {
    const outside = await folderOf({ 'secret.txt': tenLines('secret') });
    const folder = await folderOf(await cubFiles(), { [text]: null });
    await symlink(path.join(outside, 'secret.txt'), path.join(folder, text));
    expect(await refusal(openSmall(cub(folder)))).toMatchObject({ code: 'DATASET_UNSAFE_PATH' });
  });

  it('is missed by name where there is none', async () => {
    const folder = await folderOf({});
    await rm(folder, { recursive: true });
    expect(await refusal(openSmall(cub(folder)))).toMatchObject({ code: 'DATASET_NOT_FOUND', file: folder });
  });
});
