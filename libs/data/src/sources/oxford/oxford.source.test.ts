import { describe, expect, it } from 'vitest';
import { matFile } from '../../formats/mat.fixture.ts';
import { openSmall, refusal } from '../opening.fixture.ts';
import { folderOf, oxfordFiles } from '../paper.fixture.ts';

const flowers = (folder: string) => ({ name: 'oxford-102', path: folder }) as const;

describe('Oxford-102', () => {
  it.each([true, false])(
    'takes classes from imagelabels.mat (compressed: %s), splits from the lists',
    async (compressed) => {
      const dataset = await openSmall(flowers(await folderOf(await oxfordFiles(compressed))));
      expect(dataset.items.map(({ id, split }) => [id, split])).toEqual([
        ['class_00001/image_00001', 'train'],
        ['class_00001/image_00002', 'train'],
        ['class_00002/image_00003', 'validation'],
        ['class_00002/image_00004', 'validation'],
        ['class_00003/image_00005', 'test'],
        ['class_00003/image_00006', 'test'],
      ]);
      expect(dataset.items[4]?.captions[9]).toBe('this bird is image_00005, seen 9 times .');
      expect(dataset.card.notes.join()).toContain('setid.mat is not used');
    },
  );

  it.each([
    ['without labels', { 'imagelabels.mat': null }, 'DATASET_NOT_FOUND', /imagelabels\.mat/],
    [
      'with labels of another name',
      { 'imagelabels.mat': Buffer.from(matFile('ids', [1], true)) },
      'DATASET_BAD_FILE',
      /it holds ids; expected an array named labels/,
    ],
    [
      'with a label that is none',
      { 'imagelabels.mat': Buffer.from(matFile('labels', [1, 0.5], true)) },
      'DATASET_BAD_FILE',
      /label 2 is 0\.5/,
    ],
    [
      'with a damaged MAT file',
      { 'imagelabels.mat': 'MATLAB' },
      'DATASET_BAD_FILE',
      /imagelabels\.mat: byte 0/,
    ],
    [
      'with a class in no list',
      { 'testclasses.txt': 'class_00099\n' },
      'DATASET_BAD_FILE',
      /picture 5 is of class_00003/,
    ],
    [
      'without a caption file',
      { 'text_c10/class_00003/image_00006.txt': null },
      'DATASET_NOT_FOUND',
      /image_00006\.txt/,
    ],
  ])('%s is refused by name', async (_, changes, code, message) => {
    const error = await refusal(openSmall(flowers(await folderOf(await oxfordFiles(), changes))));
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('counts and names a picture that is not there', async () => {
    const folder = await folderOf(await oxfordFiles(), { 'jpg/image_00002.jpg': null });
    const { skipped } = await openSmall(flowers(folder), 0.5);
    expect(skipped).toEqual([{ file: 'jpg/image_00002.jpg', reason: 'no such file' }]);
  });
});
