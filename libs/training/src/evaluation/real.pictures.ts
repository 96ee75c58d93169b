/** The real side of every figure: which items are looked at, and their pictures on white. */
import { createRng, type Rng } from '@plumage/contract';
import type { Dataset, DatasetItem, Split } from '@plumage/data';
import { imageSide } from '@plumage/model';
import type { Features, FeatureSource } from './features.ts';

/** Of larger sets a fixed choice is looked at, so that an evaluation costs the same whatever the set. */
const mostItems = 4000;
const blockRows = 128;
const pictureValues = imageSide * imageSide * 3;

export const shuffled = <T>(values: readonly T[], rng: Rng): T[] => {
  const result = [...values];
  for (let i = result.length - 1; i > 0; i--) {
    const j = rng.int(i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
};

/** The items that are looked at: a row of features each, in this order. */
export interface RealPool {
  /** Into Dataset.items. */
  readonly indexes: readonly number[];
  readonly items: readonly DatasetItem[];
}

export const poolOf = ({ items }: Pick<Dataset, 'items'>): RealPool => {
  const all = items.map((_, index) => index);
  const indexes =
    all.length <= mostItems ? all : shuffled(all, createRng(1, 'evaluation pool')).slice(0, mostItems);
  return { indexes, items: indexes.map((index) => items[index] as DatasetItem) };
};

/** Rows of the pool's items of a split. */
export const rowsOf = ({ items }: RealPool, split: Split): number[] =>
  items.flatMap((item, row) => (item.split === split ? [row] : []));

/** Up to `most` rows, each of another name, in an order drawn by `rng`. */
export const distinctRows = (pool: RealPool, split: Split, most: number, rng: Rng): number[] => {
  const names = new Set<string>();
  return shuffled(rowsOf(pool, split), rng).filter((row) => {
    const { name } = pool.items[row] as DatasetItem;
    if (names.has(name) || names.size === most) return false;
    names.add(name);
    return true;
  });
};

/** Pictures of items on white, [n, 64, 64, 3] in [-1, 1]. @param indexes into Dataset.items */
export const realPictures = (dataset: Pick<Dataset, 'rgba'>, indexes: readonly number[]): Float32Array => {
  const pictures = new Float32Array(indexes.length * pictureValues);
  indexes.forEach((index, row) => {
    const rgba = dataset.rgba(index);
    for (let pixel = 0; pixel < imageSide * imageSide; pixel++) {
      const alpha = (rgba[pixel * 4 + 3] as number) / 255;
      for (let c = 0; c < 3; c++) {
        const value = alpha * (rgba[pixel * 4 + c] as number) + (1 - alpha) * 255;
        pictures[row * pictureValues + pixel * 3 + c] = value / 127.5 - 1;
      }
    }
  });
  return pictures;
};

/** Features of all of the pool's pictures, in its order. */
export const realFeatures = async (
  dataset: Pick<Dataset, 'rgba'>,
  { indexes }: RealPool,
  source: FeatureSource,
): Promise<Features> => {
  const blocks: Features[] = [];
  for (let from = 0; from < indexes.length; from += blockRows) {
    blocks.push(await source.of(realPictures(dataset, indexes.slice(from, from + blockRows))));
  }
  const length = blocks[0]?.length ?? 0;
  const values = new Float32Array(indexes.length * length);
  blocks.forEach((block, i) => values.set(block.values, i * blockRows * length));
  return { rows: indexes.length, length, values };
};
