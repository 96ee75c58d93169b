/**
 * A batch in two halves. The plan spends all of the batch's chance: which pictures, which views of them, which texts.
 * Filling the pictures in spends none, so that whoever does it, and when, changes nothing (batch.prefetch.ts has a
 * thread do it).
 */
import { type Rng, type RngState, restoreRng } from '@plumage/contract';
import { type Augment, composite, drawView, type View } from './batch.augment.ts';
import type { Dataset } from './dataset.type.ts';

/** A picture to draw as numbers, for a thread: item, left, top, flip, red, green, blue. */
export const VIEW_NUMBERS = 7;

export interface PlannedBatch<B> {
  /** Lists of pictures to draw, [n, VIEW_NUMBERS] each. */
  readonly views: readonly Int32Array[];
  /** @param pictures one [n, S, S, 3] for each list of `views` */
  finish(pictures: readonly Float32Array[]): B;
}

/** Plans the next batch with the chance that it is given. */
export type Planner<B> = (rng: Rng) => PlannedBatch<B>;

/** Plain JSON; belongs into a checkpoint. */
export interface BatchState {
  rng: RngState;
  /** Batches handed out so far. */
  drawn: number;
}

/** The endless stream of a planner's batches. */
export interface Batches<B> {
  next(): B;
  state(): BatchState;
  restore(state: BatchState): void;
}

/** Draws a view of a picture and writes it into row `row` of `views`. */
export const planView = (
  rng: Rng,
  dataset: Dataset,
  augment: Augment,
  place: { index: number; views: Int32Array; row: number },
): View => {
  const { index, views, row } = place;
  const view = drawView(rng, augment, dataset, dataset.items[index]?.flippable ?? false);
  views.set([index, view.left, view.top, view.flip ? 1 : 0, ...view.background], row * VIEW_NUMBERS);
  return view;
};

/** A list of views as pictures: [n, S, S, 3] in [-1, 1]. */
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

/** Batches of a planner, each assembled when it is asked for. @param start the stream goes on with a copy of it */
export const batchesOf = <B>(dataset: Dataset, plan: Planner<B>, start: Rng): Batches<B> => {
  let rng = restoreRng(start.state());
  let drawn = 0;
  return {
    next() {
      const { views, finish } = plan(rng);
      drawn++;
      return finish(views.map((list) => fill(dataset, list)));
    },
    state: () => ({ rng: rng.state(), drawn }),
    restore(state) {
      rng = restoreRng(state.rng);
      drawn = state.drawn;
    },
  };
};
