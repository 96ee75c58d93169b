import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRng } from '@plumage/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataset } from './dataset.open.ts';
import type { Dataset } from './dataset.type.ts';
import { batchesOf } from './planned.batch.ts';
import { createCaptionPairPlanner, createDistinctPlanner, plainPictures } from './text-encoder.batches.ts';

type Options = Parameters<typeof createDistinctPlanner>[1];

const options = (changes: Partial<Options> = {}): Options => ({
  split: 'train',
  batchSize: 8,
  augment: { flip: true, crop: true, background: 'light' },
  distinct: 'class',
  ...changes,
});

const pictures = (changes: Partial<Options> = {}, rng = createRng(3, 'batches')) => {
  const { groups, plan } = createDistinctPlanner(dataset, options(changes));
  return { groups, ...batchesOf(dataset, plan, rng) };
};

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
      const batches = pictures({ distinct });
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
    const batches = pictures();
    batches.next();
    const state = batches.state();
    const expected = batches.next();
    const others = pictures({}, createRng(9));
    others.restore(state);
    expect(others.next()).toEqual(expected);
    expect(others.state()).toEqual(batches.state());
  });

  it('refuse more rows than there are groups, with both numbers', () => {
    const count = pictures().groups;
    expect(() => pictures({ batchSize: count + 1 })).toThrow(
      `${count} classes; a batch of ${count + 1} distinct ones`,
    );
  });
});

describe('pairs of captions', () => {
  const pairs = (of = dataset, distinct: 'class' | 'instance' = 'instance') => {
    const planner = createCaptionPairPlanner(of, { split: 'train', batchSize: 8, distinct });
    return { ...planner, ...batchesOf(of, planner.plan, createRng(3, 'pairs')) };
  };
  const firstCaptions = (count: (index: number) => number): Dataset => ({
    ...dataset,
    items: dataset.items.map((item, index) => ({ ...item, captions: item.captions.slice(0, count(index)) })),
  });

  it.each(['class', 'instance'] as const)(
    'are two different captions of one item, and no two rows are of one %s',
    (distinct) => {
      const batches = pairs(dataset, distinct);
      for (let draw = 0; draw < 200; draw++) {
        const { captions, otherCaptions, itemIndexes } = batches.next();
        const items = [...itemIndexes].map((index) => dataset.items[index]);
        expect(new Set(items.map((item) => (distinct === 'class' ? item?.classId : item?.name))).size).toBe(
          8,
        );
        items.forEach((item, row) => {
          expect(item?.split).toBe('train');
          expect(item?.captions).toEqual(expect.arrayContaining([captions[row], otherCaptions[row]]));
          expect(captions[row]).not.toBe(otherCaptions[row]);
        });
      }
    },
  );

  it('leave out an item with a single caption, or the same one twice, and count it', () => {
    const all = pairs();
    const single = pairs(firstCaptions((index) => (index % 3 === 0 ? 1 : 9)));
    expect(single.leftOut).toBeGreaterThan(all.leftOut);
    for (let draw = 0; draw < 200; draw++) {
      for (const index of single.next().itemIndexes) expect(index % 3).not.toBe(0);
    }
    const twice = dataset.items.map((item) => ({ ...item, captions: [item.name, item.name] }));
    expect(() => pairs({ ...dataset, items: twice })).toThrow('split has 0 instances of which');
  });

  it('are refused where too few items have two captions, with both numbers', () => {
    expect(() => pairs(firstCaptions(() => 1))).toThrow(
      'its train split has 0 instances of which an item has two captions; a batch of 8 distinct ones',
    );
  });

  it('go on from a state as if they had never stopped', () => {
    const batches = pairs();
    batches.next();
    const state = batches.state();
    const expected = batches.next();
    batches.next();
    batches.restore(state);
    expect(batches.next()).toEqual(expected);
  });
});

it('evaluations see the centre of a picture on white', () => {
  const plain = plainPictures(dataset, [0, 5]);
  expect(plain).toHaveLength(2 * 64 * 64 * 3);
  const corner = dataset.rgba(5).subarray(0, 4);
  expect(corner[3]).toBe(0);
  expect([...plain.subarray(64 * 64 * 3, 64 * 64 * 3 + 3)]).toEqual([1, 1, 1]);
});
