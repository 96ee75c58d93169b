/**
 * The endless stream of training batches: pictures, pictures that do not belong to the text, and the text. All
 * chance comes from one generator whose state is the stream's whole state, so that a resumed run sees the batches
 * that it would have seen.
 */
import { type Rng, type RngState, restoreRng } from '@plumage/contract';
import { type Augment, composite, drawView, type View } from './batch.augment.ts';
import { createPairSampler, type Pairing } from './batch.sampler.ts';
import type { CaptionEmbeddings } from './caption.embeddings.ts';
import { DatasetError } from './data.error.ts';
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

const checkCount = (name: string, value: number): void => {
  if (Number.isInteger(value) && value >= 1) return;
  throw new DatasetError('DATASET_BAD_SPEC', `${name} is ${value}; expected an integer of at least 1`);
};

const checkOptions = (batchSize: number, captionsPerImage: number, augment: Augment): void => {
  checkCount('batchSize', batchSize);
  checkCount('captionsPerImage', captionsPerImage);
  if (typeof augment.background !== 'string')
    checkCount('number of background colours', augment.background.length);
};

/** Which of `count` captions go into a mean. */
const drawCaptions = (rng: Rng, count: number, wanted: number, replacement: boolean): number[] => {
  if (replacement) return Array.from({ length: wanted }, () => rng.int(count));
  const order = Array.from({ length: count }, (_, caption) => caption);
  const some = Math.min(wanted, count);
  for (let place = 0; place < some; place++) {
    const other = place + rng.int(count - place);
    [order[place], order[other]] = [order[other] as number, order[place] as number];
  }
  return order.slice(0, some);
};

/**
 * Batches of one split, without end. A batch of 64 at 64x64 takes about 6 ms on one core.
 * @throws DatasetError DATASET_TOO_FEW_CLASSES when no wrong pair exists, DATASET_BAD_SPEC for a senseless size
 */
export const createBatches = (
  dataset: Dataset,
  embeddings: CaptionEmbeddings,
  options: BatchOptions,
): Batches => {
  const { split, batchSize, augment, captionsPerImage = 4, paired = 'class' } = options;
  const { captionsReplacement = true } = options;
  checkOptions(batchSize, captionsPerImage, augment);
  const sampler = createPairSampler(dataset, split, paired);
  const pictureLength = dataset.imageSize ** 2 * 3;
  const { dimension } = embeddings;
  let rng = restoreRng(options.rng.state());
  let drawn = 0;

  const drawPicture = (index: number, out: Float32Array, row: number): View => {
    const view = drawView(rng, augment, dataset, dataset.items[index]?.flippable ?? false);
    composite(dataset.record(index), dataset, view, out, row * pictureLength);
    return view;
  };

  const drawText = (index: number, out: Float32Array, row: number): void => {
    const count = embeddings.count?.(index) ?? dataset.items[index]?.captions.length ?? 0;
    const drawn = drawCaptions(rng, count, captionsPerImage, captionsReplacement);
    for (const caption of drawn) {
      const vector = embeddings.of(index, caption);
      for (let t = 0; t < dimension; t++) {
        out[row * dimension + t] =
          (out[row * dimension + t] as number) + (vector[t] as number) / drawn.length;
      }
    }
  };

  const next = (): Batch => {
    const batch: Batch = {
      images: new Float32Array(batchSize * pictureLength),
      wrongImages: new Float32Array(batchSize * pictureLength),
      text: new Float32Array(batchSize * dimension),
      itemIndexes: new Int32Array(batchSize),
      wrongIndexes: new Int32Array(batchSize),
      backgrounds: new Uint8Array(batchSize * 3),
    };
    for (let row = 0; row < batchSize; row++) {
      const { right, wrong } = sampler.draw(rng);
      batch.itemIndexes[row] = right;
      batch.wrongIndexes[row] = wrong;
      batch.backgrounds.set(drawPicture(right, batch.images, row).background, row * 3);
      drawPicture(wrong, batch.wrongImages, row);
      drawText(right, batch.text, row);
    }
    drawn++;
    return batch;
  };

  return {
    next,
    state: () => ({ rng: rng.state(), drawn }),
    restore(state) {
      rng = restoreRng(state.rng);
      drawn = state.drawn;
    },
  };
};
