/** What a GAN's batch will be, before any pixel is touched: which pictures, which wrong ones, which text. */
import type { Rng } from '@plumage/contract';
import type { Augment } from './batch.augment.ts';
import { createPairSampler } from './batch.sampler.ts';
import type { Batch, PairOptions, TextBatch } from './batches.ts';
import type { CaptionEmbeddings } from './caption.embeddings.ts';
import { DatasetError } from './data.error.ts';
import type { Dataset } from './dataset.type.ts';
import { type Planner, planView, VIEW_NUMBERS } from './planned.batch.ts';

interface PairPlan {
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

const planPairs = (
  dataset: Dataset,
  embeddings: CaptionEmbeddings,
  options: PairOptions,
): ((rng: Rng) => PairPlan) => {
  const { split, batchSize, augment, captionsPerImage = 4, paired = 'class' } = options;
  const { captionsReplacement = true } = options;
  checkOptions(batchSize, captionsPerImage, augment);
  const sampler = createPairSampler(dataset, split, paired);
  const { dimension } = embeddings;

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
    const plan: PairPlan = {
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
      const { background } = planView(rng, dataset, augment, { index: right, views: plan.views, row });
      plan.backgrounds.set(background, row * 3);
      planView(rng, dataset, augment, { index: wrong, views: plan.wrongViews, row });
      drawText(rng, right, plan.text, row);
    }
    return plan;
  };
};

/** @throws DatasetError DATASET_TOO_FEW_CLASSES when no wrong pair exists, DATASET_BAD_SPEC for a senseless size */
export const createPairPlanner = (
  dataset: Dataset,
  embeddings: CaptionEmbeddings,
  options: PairOptions,
): Planner<Batch> => {
  const plan = planPairs(dataset, embeddings, options);
  return (rng) => {
    const { views, wrongViews, ...rest } = plan(rng);
    return {
      views: [views, wrongViews],
      finish: ([images, wrongImages]) => ({
        images: images as Float32Array,
        wrongImages: wrongImages as Float32Array,
        ...rest,
      }),
    };
  };
};

/** The texts of the same batches, drawn by the same chance; no picture is touched. @throws DatasetError as above */
export const createTextPlanner = (
  dataset: Dataset,
  embeddings: CaptionEmbeddings,
  options: PairOptions,
): Planner<TextBatch> => {
  const plan = planPairs(dataset, embeddings, options);
  return (rng) => {
    const { text, itemIndexes } = plan(rng);
    return { views: [], finish: () => ({ text, itemIndexes }) };
  };
};
