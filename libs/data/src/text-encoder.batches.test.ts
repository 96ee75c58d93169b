import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRng } from '@plumage/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataset } from './dataset.open.ts';
import type { Dataset } from './dataset.type.ts';
import { createDistinctBatches, type DistinctBatchOptions, plainPictures } from './text-encoder.batches.ts';

const options = (changes: Partial<DistinctBatchOptions> = {}): DistinctBatchOptions => ({
  split: 'train',
  batchSize: 8,
  rng: createRng(3, 'batches'),
  augment: { flip: true, crop: true, background: 'light' },
  distinct: 'class',
  ...changes,
});

let dataset: Dataset;
let cacheDir: string;
beforeAll(async () => {
  cacheDir = await mkdtemp(path.join(tmpdir(), 'plumage-data-'));
  dataset = await openDataset({ name: 'emoji' }, { cacheDir });
});
afterAll(() => rm(cacheDir, { recursive: true, force: true }));

describe('batches of distinct groups', () => {
  it.each(['class', 'instance'] as const)(
    'have no two rows of one %s, and each row a caption of its own picture',
    (distinct) => {
      const batches = createDistinctBatches(dataset, options({ distinct }));
      const seen = new Set<string>();
      for (let draw = 0; draw < 400; draw++) {
        const { images, captions, itemIndexes } = batches.next();
        const items = [...itemIndexes].map((index) => dataset.items[index]);
        const groups = items.map((item) => String(distinct === 'class' ? item?.classId : item?.name));
        expect(new Set(groups).size).toBe(8);
        for (const group of groups) seen.add(group);
        expect(items.every((item, row) => item?.captions.includes(captions[row] ?? ''))).toBe(true);
        expect(items.every((item) => item?.split === 'train')).toBe(true);
        if (draw === 0) expect(images.every((value) => value >= -1 && value <= 1)).toBe(true);
      }
      expect(seen.size).toBe(batches.groups);
    },
  );

  it('go on from a state as if they had never stopped', () => {
    const batches = createDistinctBatches(dataset, options());
    batches.next();
    const state = batches.state();
    const expected = batches.next();
    const others = createDistinctBatches(dataset, options({ rng: createRng(9) }));
    others.restore(state);
    expect(others.next()).toEqual(expected);
    expect(others.state()).toEqual(batches.state());
  });

  it('refuse more rows than there are groups, with both numbers', () => {
    const count = createDistinctBatches(dataset, options()).groups;
    expect(() => createDistinctBatches(dataset, options({ batchSize: count + 1 }))).toThrow(
      `${count} classes; a batch of ${count + 1} distinct ones`,
    );
  });
});

it('evaluations see the centre of a picture on white', () => {
  const pictures = plainPictures(dataset, [0, 5]);
  expect(pictures).toHaveLength(2 * 64 * 64 * 3);
  const corner = dataset.rgba(5).subarray(0, 4);
  expect(corner[3]).toBe(0);
  expect([...pictures.subarray(64 * 64 * 3, 64 * 64 * 3 + 3)]).toEqual([1, 1, 1]);
});
