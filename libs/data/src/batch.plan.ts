/**
 * What a batch will be, before any pixel is touched: which pictures, which views of them, which text. All chance of a
 * batch is spent here, so that whoever fills in the pictures, and when, changes nothing.
 */
import type { Rng } from '@plumage/contract';
import { type Augment, drawView, type View } from './batch.augment.ts';
import { createPairSampler } from './batch.sampler.ts';
import type { BatchOptions } from './batches.ts';
import type { CaptionEmbeddings } from './caption.embeddings.ts';
import { DatasetError } from './data.error.ts';
import type { Dataset } from './dataset.type.ts';

export interface BatchPlan {
  /** [B] into Dataset.items. */
  itemIndexes: Int32Array;
  wrongIndexes: Int32Array;
  /** [B, VIEW_NUMBERS] each: how to draw the right pictures, and the wrong ones. */
  views: Int32Array;
  wrongViews: Int32Array;
  /** [B, T] */
  text: Float32Array;
  /** [B, 3] */
  backgrounds: Uint8Array;
}

/** A picture to draw as numbers, for a thread: item, left, top, flip, red, green, blue. */
export const VIEW_NUMBERS = 7;

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

/** @throws DatasetError DATASET_TOO_FEW_CLASSES when no wrong pair exists, DATASET_BAD_SPEC for a senseless size */
export const createPlanner = (
  dataset: Dataset,
  embeddings: CaptionEmbeddings,
  options: Omit<BatchOptions, 'rng'>,
): ((rng: Rng) => BatchPlan) => {
  const { split, batchSize, augment, captionsPerImage = 4, paired = 'class' } = options;
  const { captionsReplacement = true } = options;
  checkOptions(batchSize, captionsPerImage, augment);
  const sampler = createPairSampler(dataset, split, paired);
  const { dimension } = embeddings;

  const drawPicture = (rng: Rng, index: number, views: Int32Array, row: number): View => {
    const view = drawView(rng, augment, dataset, dataset.items[index]?.flippable ?? false);
    views.set([index, view.left, view.top, view.flip ? 1 : 0, ...view.background], row * VIEW_NUMBERS);
    return view;
  };

  const drawText = (rng: Rng, index: number, out: Float32Array, row: number): void => {
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

  return (rng) => {
    const plan: BatchPlan = {
      itemIndexes: new Int32Array(batchSize),
      wrongIndexes: new Int32Array(batchSize),
      views: new Int32Array(batchSize * VIEW_NUMBERS),
      wrongViews: new Int32Array(batchSize * VIEW_NUMBERS),
      text: new Float32Array(batchSize * dimension),
      backgrounds: new Uint8Array(batchSize * 3),
    };
    for (let row = 0; row < batchSize; row++) {
      const { right, wrong } = sampler.draw(rng);
      plan.itemIndexes[row] = right;
      plan.wrongIndexes[row] = wrong;
      plan.backgrounds.set(drawPicture(rng, right, plan.views, row).background, row * 3);
      drawPicture(rng, wrong, plan.wrongViews, row);
      drawText(rng, right, plan.text, row);
    }
    return plan;
  };
};
