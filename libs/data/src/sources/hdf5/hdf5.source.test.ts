import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { goldenPath } from '../../formats/golden.fixture.ts';
import { temporaryFolder } from '../files.fixture.ts';
import { openSmall, refusal } from '../opening.fixture.ts';
import { halves, hdf5File } from '../paper.fixture.ts';

const hdf5 = (file: string) => ({ name: 'hdf5', path: file }) as const;

const examples = [
  { split: 'train', image: 'A_1', className: '001.A', captions: ['A bird\n', 'It sings\n', 'A bird\n'] },
  { split: 'train', image: 'B_10_2', className: '002.B', captions: ['A bee\n', 'It stings\n'] },
  { split: 'valid', image: 'C_1', className: '003.C', captions: ['A cat\n'] },
  { split: 'test', image: 'D_1', className: '004.D', captions: ['A dog\n'] },
];

describe('an HDF5 set', () => {
  it('makes one item of an image’s groups, with their captions and vectors', async () => {
    const dataset = await openSmall(hdf5(await hdf5File(examples, await halves())));
    expect(dataset.items.map(({ id, split, captions }) => [id, split, captions])).toEqual([
      ['test/D_1', 'test', ['a dog']],
      ['train/A_1', 'train', ['a bird', 'it sings']],
      ['train/B_10_2', 'train', ['a bee', 'it stings']],
      ['valid/C_1', 'validation', ['a cat']],
    ]);
    expect(dataset.classes.map(({ name }) => name)).toEqual(['001.A', '002.B', '003.C', '004.D']);
    expect([...(dataset.embeddings?.of(2, 1) ?? [])]).toEqual([1, 1, 1]);
    expect(dataset.record(1)[2]).toBeLessThan(50);
  });

  it('counts and names a picture that cannot be decoded, as h5py’s opaque bytes here', async () => {
    const error = await refusal(openSmall(hdf5(goldenPath('birds.hdf5'))));
    expect(error).toMatchObject({ code: 'DATASET_TOO_MANY_BAD_IMAGES' });
    expect(error.skipped.map(({ file }) => file)).toContain('train/train_bird_0/img');
  });

  it('with a class in two splits is refused', async () => {
    const overlapping = [...examples, { split: 'test', image: 'A_9', className: '001.A', captions: ['x'] }];
    expect(await refusal(openSmall(hdf5(await hdf5File(overlapping, await halves()))))).toMatchObject({
      code: 'DATASET_SPLIT_OVERLAP',
      message: expect.stringContaining('"001.A"'),
    });
  });

  it('without a test group, or that is a folder or nowhere, is refused by name', async () => {
    const file = await hdf5File(examples.slice(0, 3), await halves());
    expect(await refusal(openSmall(hdf5(file)))).toMatchObject({
      code: 'DATASET_NOT_FOUND',
      message: expect.stringContaining('the group test'),
    });
    const folder = await temporaryFolder();
    expect(await refusal(openSmall(hdf5(folder)))).toMatchObject({ code: 'DATASET_NOT_FOUND' });
    expect(await refusal(openSmall(hdf5(path.join(folder, 'x.hdf5'))))).toMatchObject({
      code: 'DATASET_NOT_FOUND',
    });
  });
});
