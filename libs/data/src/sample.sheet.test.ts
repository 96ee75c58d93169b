import sharp from 'sharp';
import { expect, it } from 'vitest';
import { openDataset } from './dataset.open.ts';
import { classFolder, temporaryFolder } from './sources/files.fixture.ts';
import { sampleSheet } from './sample.sheet.ts';

it('a contact sheet shows the pictures in their colours, in rows, with gaps in the background’s colour', async () => {
  const dataset = await openDataset(
    { name: 'folder', path: await classFolder(4, 2), imageSize: 8 },
    { cacheDir: await temporaryFolder() },
  );
  const sheet = await sampleSheet(dataset, { count: 6, columns: 4, background: [1, 2, 3] });
  const { data, info } = await sharp(sheet).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([4 + 4 * 12, 4 + 2 * 12]);
  const at = (x: number, y: number) => [
    ...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3),
  ];
  expect(at(0, 0)).toEqual([1, 2, 3]);
  expect(at(5, 5)).toEqual([0xc0, 0x30, 0x20]);
  expect(at(17, 17)).toEqual([0xc0, 0x30, 0x20]);
  expect(at(40, 20)).toEqual([1, 2, 3]);
});
