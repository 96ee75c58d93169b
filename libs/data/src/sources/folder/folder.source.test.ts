import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DatasetError } from '../../data.error.ts';
import { openDataset } from '../../dataset.open.ts';
import { folderWith, jsonLines, plainPng, temporaryFolder } from '../files.fixture.ts';

const open = async (folder: string, badImageLimit?: number) =>
  openDataset(
    { name: 'folder', path: folder, imageSize: 16 },
    { cacheDir: await temporaryFolder(), badImageLimit },
  );

const failure = (opening: Promise<unknown>): Promise<DatasetError> =>
  opening.then(
    () => expect.fail('expected a refusal'),
    (error: unknown) => error as DatasetError,
  );

describe('a plain folder', () => {
  it('reads captions.jsonl: one or several captions, a class, several lines a file', async () => {
    const folder = await folderWith({
      'a.png': await plainPng('#ff0000'),
      'sub/b.png': await plainPng('#00ff00'),
      'captions.jsonl': `\uFEFF${jsonLines([
        { file: 'a.png', caption: 'A  Red Square', class: 'red' },
        { file: 'sub/b.png', captions: ['green', 'GREEN', 'a green square'], class: 'green' },
        { file: 'a.png', caption: 'something red' },
      ])}\n\n`,
    });
    const dataset = await open(folder);
    expect(dataset.items.map(({ id, captions }) => [id, captions])).toEqual([
      ['a.png', ['a red square', 'something red']],
      ['sub/b.png', ['green', 'a green square']],
    ]);
    expect(dataset.classes.map((c) => c.name)).toEqual(['green', 'red']);
    expect([...dataset.rgba(0).slice(0, 4)]).toEqual([255, 0, 0, 255]);
    expect([...dataset.rgba(1).slice(-4)]).toEqual([0, 255, 0, 255]);
  });

  it('reads captions.csv with its columns in any order', async () => {
    const folder = await folderWith({
      'a.png': await plainPng('#ff0000'),
      'captions.csv': 'caption,file\r\n"red, and square",a.png\r\nsquare,a.png\r\n',
    });
    expect((await open(folder)).items[0]?.captions).toEqual(['red, and square', 'square']);
  });

  it('makes a picture without a class a class of its own', async () => {
    const files = ['a.png', 'b.png', 'c.png', 'd.png', 'e.png'];
    const folder = await folderWith({
      ...Object.fromEntries(await Promise.all(files.map(async (file) => [file, await plainPng('#123456')]))),
      'captions.jsonl': jsonLines(files.map((file) => ({ file, caption: 'blue' }))),
    });
    const dataset = await open(folder);
    expect(dataset.classes).toHaveLength(5);
    expect(dataset.card.splits).toMatchObject({
      train: { images: 3 },
      validation: { images: 1 },
      test: { images: 1 },
    });
  });

  it('stores a margin for random crops, fills the square and keeps the middle of a wide picture', async () => {
    const folder = await folderWith({
      'wide.png': await plainPng('#0000ff', 90, 30),
      'captions.jsonl': jsonLines([{ file: 'wide.png', caption: 'blue' }]),
    });
    const dataset = await open(folder);
    expect([dataset.imageSize, dataset.recordSize]).toEqual([16, 19]);
    expect(dataset.record(0)).toHaveLength(19 * 19 * 4);
    expect(dataset.rgba(0)).toHaveLength(16 * 16 * 4);
    expect([...dataset.rgba(0).slice(-4)]).toEqual([0, 0, 255, 255]);
  });

  it('notices a replaced picture and a changed caption', async () => {
    const folder = await folderWith({
      'a.png': await plainPng('#ff0000'),
      'captions.jsonl': jsonLines([{ file: 'a.png', caption: 'square' }]),
    });
    const spec = { name: 'folder', path: folder, imageSize: 16 } as const;
    const cacheDir = await temporaryFolder();
    const first = await openDataset(spec, { cacheDir });
    await writeFile(path.join(folder, 'a.png'), await plainPng('#00ff00'));
    await utimes(path.join(folder, 'a.png'), 1, 1);
    const second = await openDataset(spec, { cacheDir });
    await writeFile(path.join(folder, 'captions.jsonl'), jsonLines([{ file: 'a.png', caption: 'green' }]));
    const third = await openDataset(spec, { cacheDir });
    expect(new Set([first.digest, second.digest, third.digest]).size).toBe(3);
  });
});

describe('a captions file that cannot be right', () => {
  it.each([
    ['captions.jsonl', '{"file": "a.png", "caption": "x"}\n{"file": "b.png"', 2, 'not JSON'],
    ['captions.jsonl', '{"file": "a.png"}', 1, 'either "caption" or "captions"'],
    ['captions.jsonl', '{"file": "a.png", "caption": "  "}', 1, 'caption'],
    ['captions.jsonl', '{"file": "a.png", "captions": []}', 1, 'captions'],
    ['captions.jsonl', '{"file": "a.png", "caption": "x", "label": 3}', 1, 'label'],
    ['captions.jsonl', '[1]', 1, 'expected object'],
    [
      'captions.jsonl',
      '{"file":"a","caption":"x","class":"k"}\n\n{"file":"a","caption":"y","class":"l"}',
      3,
      'in line 1',
    ],
    ['captions.jsonl', '{"file":"a","caption":"x"}\n{"file":"./a","caption":"y"}', 2, 'another spelling'],
    ['captions.csv', 'name,caption\na.png,x', 1, 'expected file, caption'],
    ['captions.csv', 'file,caption\na.png,x\nb.png', 3, 'the header has 2'],
    ['captions.csv', 'file,caption\na.png,x\n,y', 3, 'file is empty'],
    ['captions.csv', 'file,caption\na.png,"x', 2, 'quote'],
  ])('%s %j is refused with file and line', async (name, content, line, complaint) => {
    const folder = await folderWith({ [name]: content });
    const error = await failure(open(folder));
    expect(error).toMatchObject({ code: 'DATASET_BAD_CAPTIONS', line });
    expect(error.file).toMatch(new RegExp(`${name}$`));
    expect(error.message).toContain(complaint);
  });

  it('is refused when both spellings are there', async () => {
    const folder = await folderWith({ 'captions.jsonl': '', 'captions.csv': '' });
    expect(await failure(open(folder))).toMatchObject({ code: 'DATASET_BAD_CAPTIONS' });
  });

  it('is missed by name, as the folder is', async () => {
    expect(await failure(open(await folderWith({})))).toMatchObject({ code: 'DATASET_NOT_FOUND' });
    const nowhere = path.join(await temporaryFolder(), 'nowhere');
    expect(await failure(open(nowhere))).toMatchObject({ code: 'DATASET_NOT_FOUND', file: nowhere });
  });

  it('is refused when it lists nothing', async () => {
    expect(await failure(open(await folderWith({ 'captions.csv': 'file,caption\n' })))).toMatchObject({
      code: 'DATASET_EMPTY',
    });
  });
});

describe('a path that leads out of the folder', () => {
  it.each([
    '../a.png',
    'x/../../a.png',
    '..\\a.png',
    '/etc/passwd',
    'C:\\a.png',
    '\\\\host\\a.png',
    'a\0.png',
  ])('%j is refused', async (file) => {
    const folder = await folderWith({
      'captions.jsonl': jsonLines([
        { file: 'ok.png', caption: 'x' },
        { file, caption: 'x' },
      ]),
    });
    expect(await failure(open(folder))).toMatchObject({ code: 'DATASET_UNSAFE_PATH', line: 2 });
  });

  it('is refused behind a symbolic link; a link that stays inside is not', async () => {
    const outside = await folderWith({ 'secret.png': await plainPng('#ff0000') });
    const folder = await folderWith({
      'a.png': await plainPng('#ff0000'),
      'captions.jsonl': jsonLines([{ file: 'link.png', caption: 'x' }]),
    });
    await symlink('a.png', path.join(folder, 'link.png'));
    expect((await open(folder)).items).toHaveLength(1);

    const escaping = await folderWith({
      'captions.jsonl': jsonLines([{ file: 'd/secret.png', caption: 'x' }]),
    });
    await symlink(outside, path.join(escaping, 'd'));
    expect(await failure(open(escaping))).toMatchObject({ code: 'DATASET_UNSAFE_PATH', line: 1 });
  });
});

describe('pictures that cannot be used', () => {
  const folderWithBad = async (good: number): Promise<string> => {
    const picture = await plainPng('#ff0000', 64, 64);
    const names = Array.from({ length: good }, (_, i) => `${i}.png`);
    const bad = ['missing.png', 'text.png', 'cut.png', 'folder.png'];
    const folder = await folderWith({
      ...Object.fromEntries(names.map((name) => [name, picture])),
      'text.png': 'no picture at all',
      'cut.png': picture.subarray(0, picture.length >> 1),
      'captions.jsonl': jsonLines([...names, ...bad].map((file) => ({ file, caption: 'x' }))),
    });
    await mkdir(path.join(folder, 'folder.png'));
    return folder;
  };

  it('are counted, named and skipped while they are few', async () => {
    const dataset = await open(await folderWithBad(6), 0.4);
    expect(dataset.items).toHaveLength(6);
    expect(dataset.card).toMatchObject({ images: 6, skipped: 4 });
    const reasons = new Map(dataset.skipped.map(({ file, reason }) => [file, reason]));
    expect([...reasons.keys()].sort()).toEqual(['cut.png', 'folder.png', 'missing.png', 'text.png']);
    expect(reasons.get('missing.png')).toBe('no such file');
    expect(reasons.get('folder.png')).toBe('not a file');
    expect([...dataset.rgba(5).slice(0, 4)]).toEqual([255, 0, 0, 255]);
  });

  it('refuse the dataset with the list when they are more than one in a hundred', async () => {
    const error = await failure(open(await folderWithBad(6)));
    expect(error).toMatchObject({ code: 'DATASET_TOO_MANY_BAD_IMAGES' });
    expect(error.message).toContain('4 of 10 images are unusable, expected at most 1.0%');
    expect(error.skipped.map(({ file }) => file)).toContain('cut.png');
  });

  it('refuse it again from the cache when the limit is lowered', async () => {
    const spec = { name: 'folder', path: await folderWithBad(6), imageSize: 16 } as const;
    const cacheDir = await temporaryFolder();
    await openDataset(spec, { cacheDir, badImageLimit: 0.4 });
    expect(await failure(openDataset(spec, { cacheDir }))).toMatchObject({
      code: 'DATASET_TOO_MANY_BAD_IMAGES',
    });
  });
});
