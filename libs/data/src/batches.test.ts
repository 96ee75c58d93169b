import { createRng } from '@plumage/contract';
import { describe, expect, it } from 'vitest';
import { createPairSampler } from './batch.sampler.ts';
import { type BatchOptions, createBatches } from './batches.ts';
import type { CaptionEmbeddings } from './caption.embeddings.ts';
import { openDataset } from './dataset.open.ts';
import type { Dataset } from './dataset.type.ts';
import type { BatchState } from './planned.batch.ts';
import { classFolder, folderWith, jsonLines, plainPng, temporaryFolder } from './sources/files.fixture.ts';

/** One number for each caption: item * 100 + caption, so that a mean can be traced to what it was made of. */
const traceable: CaptionEmbeddings = {
  dimension: 2,
  encoderHash: 'traceable',
  of: (item, caption) => Float32Array.of(item * 100 + caption, 1),
};

const options = (changes: Partial<BatchOptions> = {}): BatchOptions => ({
  split: 'train',
  batchSize: 8,
  rng: createRng(3, 'batches'),
  augment: { flip: true, crop: true, background: 'light' },
  ...changes,
});

const openEmoji = async (): Promise<Dataset> =>
  openDataset({ name: 'emoji' }, { cacheDir: await temporaryFolder() });

describe('pairs', () => {
  it('known mistake, a wrong picture of the same class: it is of another, in ten thousand draws of every split', async () => {
    const dataset = await openEmoji();
    for (const split of ['train', 'validation', 'test'] as const) {
      const sampler = createPairSampler(dataset, split, 'class');
      const rng = createRng(11, split);
      for (let draw = 0; draw < 10_000; draw++) {
        const { right, wrong } = sampler.draw(rng);
        const [a, b] = [dataset.items[right], dataset.items[wrong]];
        if (a?.classId === b?.classId || a?.split !== split || b?.split !== split) {
          expect.fail(`${split}, draw ${draw}: ${a?.id} with ${b?.id}`);
        }
      }
    }
  });

  it('known mistake, a wrong picture of the same thing: matched by instance it never shows it, not as another vendor draws it', async () => {
    const dataset = await openEmoji();
    const sampler = createPairSampler(dataset, 'train', 'instance');
    const rng = createRng(12);
    let sameClass = 0;
    for (let draw = 0; draw < 10_000; draw++) {
      const { right, wrong } = sampler.draw(rng);
      if (dataset.items[right]?.name === dataset.items[wrong]?.name) expect.fail(`draw ${draw}`);
      if (dataset.items[right]?.classId === dataset.items[wrong]?.classId) sameClass++;
    }
    expect(sameClass).toBeGreaterThan(0);
  });

  it('shows every class equally often, however many pictures it has, and every picture of a class', async () => {
    const dataset = await openEmoji();
    const sampler = createPairSampler(dataset, 'train', 'class');
    const rng = createRng(13);
    const draws = 22_000;
    const seen = { right: new Map<number, number>(), wrong: new Map<number, number>() };
    const pictures = new Set<number>();
    for (let draw = 0; draw < draws; draw++) {
      const pair = sampler.draw(rng);
      pictures.add(pair.right);
      for (const side of ['right', 'wrong'] as const) {
        const classId = dataset.items[pair[side]]?.classId ?? -1;
        seen[side].set(classId, (seen[side].get(classId) ?? 0) + 1);
      }
    }
    // 11 classes, 2,000 expected each, standard deviation 43: five of them either way.
    for (const side of ['right', 'wrong'] as const) {
      expect(seen[side].size).toBe(11);
      for (const count of seen[side].values()) expect(Math.abs(count - draws / 11)).toBeLessThan(215);
    }
    expect(pictures.size).toBe(dataset.card.splits.train.images);
  });

  it('a split of one class is refused: there is no wrong picture', async () => {
    const folder = await folderWith({
      'a.png': await plainPng('#ff0000'),
      'captions.jsonl': jsonLines([{ file: 'a.png', caption: 'red', class: 'only' }]),
    });
    const dataset = await openDataset(
      { name: 'folder', path: folder },
      { cacheDir: await temporaryFolder() },
    );
    expect(() => createBatches(dataset, traceable, options())).toThrow(
      expect.objectContaining({ code: 'DATASET_TOO_FEW_CLASSES' }),
    );
  });
});

describe('a batch', () => {
  it('has the promised shapes, and its pictures are those of its indexes', async () => {
    const dataset = await openEmoji();
    const plain = { flip: false, crop: false, background: [[10, 20, 30]] } as const;
    const batch = createBatches(dataset, traceable, options({ augment: plain })).next();
    expect(batch.images).toHaveLength(8 * 64 * 64 * 3);
    expect(batch.wrongImages).toHaveLength(8 * 64 * 64 * 3);
    expect(batch.text).toHaveLength(8 * 2);
    expect([...batch.backgrounds.slice(0, 6)]).toEqual([10, 20, 30, 10, 20, 30]);
    for (const [images, indexes] of [
      [batch.images, batch.itemIndexes],
      [batch.wrongImages, batch.wrongIndexes],
    ] as const) {
      indexes.forEach((item, row) => {
        const rgba = dataset.rgba(item);
        for (let pixel = 0; pixel < 64 * 64; pixel += 97) {
          const alpha = (rgba[pixel * 4 + 3] ?? 0) / 255;
          plain.background[0].forEach((colour, channel) => {
            const value = alpha * (rgba[pixel * 4 + channel] ?? 0) + (1 - alpha) * colour;
            expect(images[(row * 64 * 64 + pixel) * 3 + channel]).toBeCloseTo(value / 127.5 - 1, 4);
          });
        }
      });
    }
  });

  it('stays within [-1, 1] whatever is drawn', async () => {
    const batches = createBatches(
      await openEmoji(),
      traceable,
      options({ augment: { flip: true, crop: true, background: 'any' } }),
    );
    for (let i = 0; i < 5; i++) {
      const { images, wrongImages } = batches.next();
      for (const values of [images, wrongImages]) {
        expect(values.every((value) => value >= -1 && value <= 1)).toBe(true);
      }
    }
  });

  it('its text is the mean of four of that picture’s captions, drawn with replacement', async () => {
    const dataset = await openEmoji();
    const batches = createBatches(dataset, traceable, options());
    const fractions = new Set<number>();
    for (let i = 0; i < 50; i++) {
      const { text, itemIndexes } = batches.next();
      itemIndexes.forEach((item, row) => {
        const sum = ((text[row * 2] ?? 0) - item * 100) * 4;
        const captions = dataset.items[item]?.captions.length ?? 0;
        expect(sum).toBeGreaterThanOrEqual(-0.05);
        expect(sum).toBeLessThanOrEqual(4 * (captions - 1) + 0.05);
        expect(text[row * 2 + 1]).toBeCloseTo(1, 5);
        fractions.add(Math.round(sum) % 4);
      });
    }
    expect(fractions).toEqual(new Set([0, 1, 2, 3]));
  });

  it('drawn without replacement no caption counts twice, and fewer captions than asked for give the mean of all', async () => {
    const dataset = await openDataset(
      { name: 'folder', path: await classFolder(6, 1), imageSize: 8 },
      { cacheDir: await temporaryFolder() },
    );
    const sums = (captionsPerImage: number): Set<number> => {
      const batches = createBatches(
        dataset,
        traceable,
        options({ captionsPerImage, captionsReplacement: false, batchSize: 64 }),
      );
      const { text, itemIndexes } = batches.next();
      const drawn = Math.min(captionsPerImage, 3);
      return new Set(
        Array.from(itemIndexes, (item, row) => Math.round(((text[row * 2] ?? 0) - item * 100) * drawn)),
      );
    };
    // The captions count 0, 1 and 2: two different ones make 1, 2 or 3, all three make 3.
    expect(sums(2)).toEqual(new Set([1, 2, 3]));
    expect(sums(3)).toEqual(new Set([3]));
    expect(sums(7)).toEqual(new Set([3]));
  });

  it('a single caption an image is that caption', async () => {
    const { text, itemIndexes } = createBatches(
      await openEmoji(),
      traceable,
      options({ captionsPerImage: 1 }),
    ).next();
    itemIndexes.forEach((item, row) => {
      expect(Math.round(text[row * 2] ?? 0)).toBeGreaterThanOrEqual(item * 100);
      expect((text[row * 2] ?? 0) % 1).toBe(0);
    });
  });

  it.each([{ batchSize: 0 }, { batchSize: 1.5 }, { captionsPerImage: 0 }])('refuses %j', async (changes) => {
    const folder = await classFolder(4, 1);
    const dataset = await openDataset(
      { name: 'folder', path: folder },
      { cacheDir: await temporaryFolder() },
    );
    expect(() => createBatches(dataset, traceable, options(changes))).toThrow(
      expect.objectContaining({ code: 'DATASET_BAD_SPEC' }),
    );
  });
});

describe('state', () => {
  const openSmall = async (): Promise<Dataset> =>
    openDataset(
      { name: 'folder', path: await classFolder(6, 3), imageSize: 8 },
      { cacheDir: await temporaryFolder() },
    );

  it('restored from JSON, a new stream gives the very same next batches', async () => {
    const dataset = await openSmall();
    const first = createBatches(dataset, traceable, options());
    for (let i = 0; i < 5; i++) first.next();
    const state = JSON.parse(JSON.stringify(first.state())) as BatchState;
    const expected = [first.next(), first.next(), first.next()];
    const second = createBatches(dataset, traceable, options({ rng: createRng(999) }));
    second.restore(state);
    expect([second.next(), second.next(), second.next()]).toEqual(expected);
    expect(second.state()).toEqual(first.state());
    expect(state.drawn).toBe(5);
  });

  it('equal seeds give equal streams, other seeds others, and the caller’s generator is left alone', async () => {
    const dataset = await openSmall();
    const rng = createRng(3, 'batches');
    const before = rng.state();
    const a = createBatches(dataset, traceable, options({ rng })).next();
    expect(rng.state()).toEqual(before);
    expect(createBatches(dataset, traceable, options()).next()).toEqual(a);
    const other = createBatches(dataset, traceable, options({ rng: createRng(4) })).next();
    expect(other.itemIndexes).not.toEqual(a.itemIndexes);
  });
});
