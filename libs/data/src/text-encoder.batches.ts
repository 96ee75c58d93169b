/**
 * Minibatches for the joint embedding: each row of another group, so that a row's partner is the one right answer
 * (train_sje_hybrid.lua draws 40 distinct classes). A group is a class, or an instance where classes are few or coarse.
 * Of each drawn group comes one item, and of it either its picture, augmented as for the GAN, and one caption; or two
 * different captions (main_txt_coco.lua). The stream's whole state is one generator of chance, as in batches.ts.
 */
import type { Rng } from '@plumage/contract';
import { type Augment, composite } from './batch.augment.ts';
import { groupItems, type Pairing } from './batch.sampler.ts';
import { DatasetError } from './data.error.ts';
import type { Dataset, Split } from './dataset.type.ts';
import { type Planner, planView, VIEW_NUMBERS } from './planned.batch.ts';

export interface DistinctBatch {
  /** [B, S, S, 3] in [-1, 1], NHWC; no two rows of one group. */
  images: Float32Array;
  /** B captions: row i describes row i of `images`. */
  captions: string[];
  /** [B] into Dataset.items. */
  itemIndexes: Int32Array;
}

export interface CaptionPairBatch {
  /** B captions, of B different groups. */
  captions: string[];
  /** B captions: row i is another one of the item that row i of `captions` describes. */
  otherCaptions: string[];
  /** [B] into Dataset.items. */
  itemIndexes: Int32Array;
}

export interface DistinctOptions {
  split: Split;
  batchSize: number;
  /** What rows differ in. */
  distinct: Pairing;
}

export interface DistinctPlanner<B> {
  /** Groups that are drawn from: an epoch of the reference has as many minibatches. */
  readonly groups: number;
  readonly plan: Planner<B>;
}

export interface CaptionPairPlanner extends DistinctPlanner<CaptionPairBatch> {
  /** Items of the split with fewer than two different captions, which are never drawn. */
  readonly leftOut: number;
}

/** `count` different numbers below `bound`, in drawn order. */
const drawDistinct = (rng: Rng, count: number, bound: number): number[] => {
  const places = Array.from({ length: bound }, (_, place) => place);
  for (let i = 0; i < count; i++) {
    const j = i + rng.int(bound - i);
    [places[i], places[j]] = [places[j] as number, places[i] as number];
  }
  return places.slice(0, count);
};

const checkGroups = (dataset: Dataset, options: DistinctOptions, groups: number, that = ''): void => {
  const { split, batchSize, distinct } = options;
  if (groups >= batchSize) return;
  const what = distinct === 'class' ? 'classes' : 'instances';
  throw new DatasetError(
    'DATASET_TOO_FEW_CLASSES',
    `dataset ${dataset.name}: its ${split} split has ${groups} ${what}${that}; a batch of ${batchSize} distinct ones needs at least as many`,
  );
};

/** One item of each of `batchSize` different groups; `draw` spends a row's further chance before the next row's. */
const drawRows = (
  rng: Rng,
  groups: readonly (readonly number[])[],
  batchSize: number,
  draw: (index: number, row: number) => void,
): Int32Array => {
  const itemIndexes = new Int32Array(batchSize);
  drawDistinct(rng, batchSize, groups.length).forEach((group, row) => {
    const members = groups[group] as readonly number[];
    const index = members[rng.int(members.length)] as number;
    itemIndexes[row] = index;
    draw(index, row);
  });
  return itemIndexes;
};

/**
 * Pictures, each with one of its captions.
 * @throws DatasetError DATASET_TOO_FEW_CLASSES when the split has fewer groups than a batch has rows
 */
export const createDistinctPlanner = (
  dataset: Dataset,
  options: DistinctOptions & { augment: Augment },
): DistinctPlanner<DistinctBatch> => {
  const { split, batchSize, augment, distinct } = options;
  const groups = groupItems(dataset, split, distinct);
  checkGroups(dataset, options, groups.length);
  return {
    groups: groups.length,
    plan(rng) {
      const views = new Int32Array(batchSize * VIEW_NUMBERS);
      const captions: string[] = [];
      const itemIndexes = drawRows(rng, groups, batchSize, (index, row) => {
        const own = dataset.items[index]?.captions ?? [];
        captions.push(own[rng.int(own.length)] as string);
        planView(rng, dataset, augment, { index, views, row });
      });
      return {
        views: [views],
        finish: ([images]) => ({ images: images as Float32Array, captions, itemIndexes }),
      };
    },
  };
};

/** The different captions of an item. */
const captionsOf = (dataset: Dataset, index: number): string[] => [
  ...new Set(dataset.items[index]?.captions ?? []),
];

/**
 * Two different captions of each drawn item, and no picture. An item with a single caption has no pair: it is left out,
 * for a caption beside itself is its own right answer whatever the encoder does, and teaches only longer vectors.
 * @throws DatasetError DATASET_TOO_FEW_CLASSES when fewer groups with such an item are left than a batch has rows
 */
export const createCaptionPairPlanner = (dataset: Dataset, options: DistinctOptions): CaptionPairPlanner => {
  const { split, batchSize, distinct } = options;
  const all = groupItems(dataset, split, distinct);
  const hasPair = (index: number): boolean => captionsOf(dataset, index).length >= 2;
  const groups = all.map((members) => members.filter(hasPair)).filter(({ length }) => length > 0);
  checkGroups(dataset, options, groups.length, ' of which an item has two captions');
  return {
    groups: groups.length,
    leftOut: all.flat().length - groups.flat().length,
    plan(rng) {
      const [captions, otherCaptions]: [string[], string[]] = [[], []];
      const itemIndexes = drawRows(rng, groups, batchSize, (index) => {
        const own = captionsOf(dataset, index);
        const first = rng.int(own.length);
        const second = rng.int(own.length - 1);
        captions.push(own[first] as string);
        otherCaptions.push(own[second < first ? second : second + 1] as string);
      });
      return { views: [], finish: () => ({ captions, otherCaptions, itemIndexes }) };
    },
  };
};

/** Some items as an evaluation sees them: the centre on white, [n, S, S, 3] in [-1, 1]. */
export const plainPictures = (dataset: Dataset, items: readonly number[]): Float32Array => {
  const { imageSize } = dataset;
  const length = imageSize ** 2 * 3;
  const pictures = new Float32Array(items.length * length);
  const sizes = { recordSize: imageSize, imageSize };
  const view = { left: 0, top: 0, flip: false, background: [255, 255, 255] } as const;
  items.forEach((item, row) => composite(dataset.rgba(item), sizes, view, pictures, row * length));
  return pictures;
};
