/**
 * The endless stream of training batches: pictures, pictures that do not belong to the text, and the text. All
 * chance comes from one generator whose state is the stream's whole state, so that a resumed run sees the batches
 * that it would have seen.
 */
import { type Rng, type RngState, restoreRng } from '@plumage/contract';
import { type Augment, composite } from './batch.augment.ts';
import { type BatchPlan, createPlanner, VIEW_NUMBERS } from './batch.plan.ts';
import type { Pairing } from './batch.sampler.ts';
import type { CaptionEmbeddings } from './caption.embeddings.ts';
import type { Dataset, Split } from './dataset.type.ts';

export interface Batch {
  /** [B, S, S, 3] in [-1, 1], NHWC. */
  images: Float32Array;
  /** [B, S, S, 3]: row i is of another class than row i of `images` (of another instance if so paired). */
  wrongImages: Float32Array;
  /** [B, T]: the mean of `captionsPerImage` embeddings of row i's captions. */
  text: Float32Array;
  /** [B] into Dataset.items. */
  itemIndexes: Int32Array;
  /** [B] into Dataset.items. */
  wrongIndexes: Int32Array;
  /** [B, 3]: the RGB that row i of `images` was composited on, a label for style that no text holds. */
  backgrounds: Uint8Array;
}

export interface BatchOptions {
  split: Split;
  batchSize: number;
  /** Its state at the call is where the stream starts; the stream goes on with a copy. */
  rng: Rng;
  augment: Augment;
  /** Default 4 (released code, birds and flowers). */
  captionsPerImage?: number;
  /**
   * Whether one mean may hold a caption twice. Default true (birds and flowers); COCO's is false, and then a picture
   * with fewer captions gives the mean of all.
   */
  captionsReplacement?: boolean;
  /** What a wrong pair differs in. Default 'class'. */
  paired?: Pairing;
}

/** Plain JSON; belongs into a checkpoint. */
export interface BatchState {
  rng: RngState;
  /** Batches handed out so far. */
  drawn: number;
}

export interface Batches {
  next(): Batch;
  state(): BatchState;
  restore(state: BatchState): void;
}

/** A picture from its numbers in a plan. */
const fill = (dataset: Dataset, views: Int32Array): Float32Array => {
  const length = dataset.imageSize ** 2 * 3;
  const out = new Float32Array((views.length / VIEW_NUMBERS) * length);
  for (let row = 0; row * VIEW_NUMBERS < views.length; row++) {
    const [item = 0, left = 0, top = 0, flip = 0, red = 0, green = 0, blue = 0] = views.subarray(
      row * VIEW_NUMBERS,
      (row + 1) * VIEW_NUMBERS,
    );
    const view = { left, top, flip: flip === 1, background: [red, green, blue] as const };
    composite(dataset.record(item), dataset, view, out, row * length);
  }
  return out;
};

/** A plan with its pictures. */
export const batchOf = (plan: BatchPlan, images: Float32Array, wrongImages: Float32Array): Batch => ({
  images,
  wrongImages,
  text: plan.text,
  itemIndexes: plan.itemIndexes,
  wrongIndexes: plan.wrongIndexes,
  backgrounds: plan.backgrounds,
});

/**
 * Batches of one split, without end, assembled when they are asked for. A batch of 64 at 64x64 takes about 6 ms on one
 * core; batch.prefetch.ts assembles them beside the training step.
 * @throws DatasetError DATASET_TOO_FEW_CLASSES when no wrong pair exists, DATASET_BAD_SPEC for a senseless size
 */
export const createBatches = (
  dataset: Dataset,
  embeddings: CaptionEmbeddings,
  options: BatchOptions,
): Batches => {
  const plan = createPlanner(dataset, embeddings, options);
  let rng = restoreRng(options.rng.state());
  let drawn = 0;
  return {
    next() {
      const planned = plan(rng);
      drawn++;
      return batchOf(planned, fill(dataset, planned.views), fill(dataset, planned.wrongViews));
    },
    state: () => ({ rng: rng.state(), drawn }),
    restore(state) {
      rng = restoreRng(state.rng);
      drawn = state.drawn;
    },
  };
};
