/**
 * Minibatches for the joint embedding of pictures and texts: each row of another group, so that a row's partner is
 * the one right answer (train_sje_hybrid.lua draws 40 distinct classes). A group is a class, or an instance where
 * classes are few or coarse; of each drawn group one picture, of that picture one caption, pictures augmented as for
 * the GAN. The stream's whole state is one generator of chance, as in batches.ts.
 */
import { type Rng, restoreRng } from '@plumage/contract';
import { type Augment, composite, drawView } from './batch.augment.ts';
import { groupItems, type Pairing } from './batch.sampler.ts';
import type { BatchState } from './batches.ts';
import { DatasetError } from './data.error.ts';
import type { Dataset, Split } from './dataset.type.ts';

export interface DistinctBatch {
  /** [B, S, S, 3] in [-1, 1], NHWC; no two rows of one group. */
  images: Float32Array;
  /** B captions: row i describes row i of `images`. */
  captions: string[];
  /** [B] into Dataset.items. */
  itemIndexes: Int32Array;
}

export interface DistinctBatchOptions {
  split: Split;
  batchSize: number;
  /** Its state at the call is where the stream starts; the stream goes on with a copy. */
  rng: Rng;
  augment: Augment;
  /** What rows differ in. */
  distinct: Pairing;
}

export interface DistinctBatches {
  /** Groups of the split: an epoch of the reference has as many minibatches. */
  readonly groups: number;
  next(): DistinctBatch;
  state(): BatchState;
  restore(state: BatchState): void;
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

/** @throws DatasetError DATASET_TOO_FEW_CLASSES when the split has fewer groups than a batch has rows */
export const createDistinctBatches = (dataset: Dataset, options: DistinctBatchOptions): DistinctBatches => {
  const { split, batchSize, augment, distinct } = options;
  const groups = groupItems(dataset, split, distinct);
  if (groups.length < batchSize) {
    const what = distinct === 'class' ? 'classes' : 'instances';
    throw new DatasetError(
      'DATASET_TOO_FEW_CLASSES',
      `dataset ${dataset.name}: its ${split} split has ${groups.length} ${what}; a batch of ${batchSize} distinct ones needs at least as many`,
    );
  }
  const pictureLength = dataset.imageSize ** 2 * 3;
  let rng = restoreRng(options.rng.state());
  let drawn = 0;

  const next = (): DistinctBatch => {
    const batch: DistinctBatch = {
      images: new Float32Array(batchSize * pictureLength),
      captions: [],
      itemIndexes: new Int32Array(batchSize),
    };
    drawDistinct(rng, batchSize, groups.length).forEach((group, row) => {
      const members = groups[group] as readonly number[];
      const index = members[rng.int(members.length)] as number;
      const { captions = [], flippable = false } = dataset.items[index] ?? {};
      batch.itemIndexes[row] = index;
      batch.captions.push(captions[rng.int(captions.length)] as string);
      const view = drawView(rng, augment, dataset, flippable);
      composite(dataset.record(index), dataset, view, batch.images, row * pictureLength);
    });
    drawn++;
    return batch;
  };

  return {
    groups: groups.length,
    next,
    state: () => ({ rng: rng.state(), drawn }),
    restore(state) {
      rng = restoreRng(state.rng);
      drawn = state.drawn;
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
