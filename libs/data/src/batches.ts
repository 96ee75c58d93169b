/**
 * The endless stream of a GAN's training batches: pictures, pictures that do not belong to the text, and the text. All
 * chance comes from one generator whose state is the stream's whole state, so that a resumed run sees the batches
 * that it would have seen.
 */
import type { Rng } from '@plumage/contract';
import type { Augment } from './batch.augment.ts';
import { createPairPlanner } from './batch.plan.ts';
import type { Pairing } from './batch.sampler.ts';
import type { CaptionEmbeddings } from './caption.embeddings.ts';
import type { Dataset, Split } from './dataset.type.ts';
import { type Batches, batchesOf } from './planned.batch.ts';

/** What a caption says, and of which picture: a Batch without its pictures. */
export interface TextBatch {
  /** [B, T]: the mean of `captionsPerImage` embeddings of row i's captions. */
  text: Float32Array;
  /** [B] into Dataset.items. */
  itemIndexes: Int32Array;
}

export interface Batch extends TextBatch {
  /** [B, S, S, 3] in [-1, 1], NHWC. */
  images: Float32Array;
  /** [B, S, S, 3]: row i is of another class than row i of `images` (of another instance if so paired). */
  wrongImages: Float32Array;
  /** [B] into Dataset.items. */
  wrongIndexes: Int32Array;
  /** [B, 3]: the RGB that row i of `images` was composited on, a label for style that no text holds. */
  backgrounds: Uint8Array;
}

export interface PairOptions {
  split: Split;
  batchSize: number;
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

export interface BatchOptions extends PairOptions {
  /** Its state at the call is where the stream starts; the stream goes on with a copy. */
  rng: Rng;
}

/**
 * Batches of one split, without end, assembled when they are asked for. A batch of 64 at 64x64 takes about 6 ms on one
 * core; batch.prefetch.ts assembles them beside the training step.
 * @throws DatasetError DATASET_TOO_FEW_CLASSES when no wrong pair exists, DATASET_BAD_SPEC for a senseless size
 */
export const createBatches = (
  dataset: Dataset,
  embeddings: CaptionEmbeddings,
  options: BatchOptions,
): Batches<Batch> => batchesOf(dataset, createPairPlanner(dataset, embeddings, options), options.rng);
