/**
 * Batches that are ready when they are asked for. While a training step runs, a thread draws the pictures of the next
 * batch out of the pack, which it sees in shared memory. Chance is spent here, on the plan, one batch ahead; the state
 * that is told is that after the batch which was handed out last, so that a resumed run sees the batches that it would
 * have seen, whatever had been drawn ahead.
 *
 * The thread's program is one text, made of `composite`'s own: it runs the same from sources, from a bundle and in
 * tests, without a file to be found beside it.
 */
import { Worker } from 'node:worker_threads';
import { restoreRng } from '@plumage/contract';
import { composite } from './batch.augment.ts';
import { type BatchPlan, createPlanner, VIEW_NUMBERS } from './batch.plan.ts';
import { type Batch, batchOf, type BatchOptions, type BatchState, createBatches } from './batches.ts';
import type { CaptionEmbeddings } from './caption.embeddings.ts';
import type { Dataset } from './dataset.type.ts';

/** Batches to wait for. */
export interface BatchStream {
  /** The next batch; call it again only when the one before has come. */
  next(): Promise<Batch>;
  state(): BatchState;
  restore(state: BatchState): void;
  /** Ends the thread, if there is one. */
  close(): Promise<void>;
}

const program = `
const { parentPort, workerData } = require('node:worker_threads');
const { pixels, recordSize, imageSize } = workerData;
const composite = ${composite.toString()};
const recordBytes = recordSize * recordSize * 4;
const length = imageSize * imageSize * 3;
const fill = (views) => {
  const out = new Float32Array((views.length / ${VIEW_NUMBERS}) * length);
  for (let row = 0; row * ${VIEW_NUMBERS} < views.length; row++) {
    const [item, left, top, flip, red, green, blue] = views.subarray(row * ${VIEW_NUMBERS}, (row + 1) * ${VIEW_NUMBERS});
    const record = pixels.subarray(item * recordBytes, (item + 1) * recordBytes);
    const view = { left, top, flip: flip === 1, background: [red, green, blue] };
    composite(record, { recordSize, imageSize }, view, out, row * length);
  }
  return out;
};
parentPort.on('message', ({ id, views, wrongViews }) => {
  const images = fill(views);
  const wrongImages = fill(wrongViews);
  parentPort.postMessage({ id, images, wrongImages }, [images.buffer, wrongImages.buffer]);
});
`;

interface Drawn {
  id: number;
  images: Float32Array;
  wrongImages: Float32Array;
}

interface Waiting {
  done(drawn: Drawn): void;
  failed(error: Error): void;
}

/** The thread that draws plans' pictures, in the order in which they are asked for. */
class PictureThread {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private failure: Error | null = null;
  private asked = 0;

  constructor({ pixels, recordSize, imageSize }: Dataset) {
    // No flags of this process: a loader of TypeScript would only make the thread start slowly.
    this.worker = new Worker(program, {
      eval: true,
      execArgv: [],
      workerData: { pixels, recordSize, imageSize },
    });
    this.worker.on('message', (drawn: Drawn) => {
      this.waiting.get(drawn.id)?.done(drawn);
      this.forget(drawn.id);
    });
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', (code) =>
      this.fail(new Error(`the thread that assembles batches ended with ${code}`)),
    );
    this.worker.unref();
  }

  draw({ views, wrongViews }: BatchPlan): Promise<Drawn> {
    const id = this.asked++;
    const drawing = new Promise<Drawn>((done, failed) => {
      if (this.failure) return failed(this.failure);
      this.waiting.set(id, { done, failed });
      // A thread that something is awaited of keeps the process alive; an idle one does not.
      this.worker.ref();
      this.worker.postMessage({ id, views, wrongViews });
    });
    // A batch that was drawn ahead may never be asked for; its failure is told to who asks.
    drawing.catch(() => undefined);
    return drawing;
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private forget(id: number): void {
    this.waiting.delete(id);
    if (this.waiting.size === 0) this.worker.unref();
  }

  private fail(error: Error): void {
    this.failure ??= error;
    for (const { failed } of this.waiting.values()) failed(this.failure);
    this.waiting.clear();
  }
}

interface Ahead {
  plan: BatchPlan;
  drawing: Promise<Drawn>;
  /** The stream's state once this batch is handed out. */
  after: BatchState;
}

const prefetched = (dataset: Dataset, embeddings: CaptionEmbeddings, options: BatchOptions): BatchStream => {
  const plan = createPlanner(dataset, embeddings, options);
  const start = options.rng.state();
  let rng = restoreRng(start);
  let handedOut: BatchState = { rng: start, drawn: 0 };
  let planned = 0;
  let ahead: Ahead | null = null;
  let thread: PictureThread | null = null;

  const prepare = (): Ahead => {
    thread ??= new PictureThread(dataset);
    const next = plan(rng);
    planned++;
    return { plan: next, drawing: thread.draw(next), after: { rng: rng.state(), drawn: planned } };
  };

  return {
    async next() {
      const current = ahead ?? prepare();
      ahead = prepare();
      const { images, wrongImages } = await current.drawing;
      handedOut = current.after;
      return batchOf(current.plan, images, wrongImages);
    },
    state: () => handedOut,
    restore(state) {
      rng = restoreRng(state.rng);
      planned = state.drawn;
      handedOut = state;
      ahead = null;
    },
    async close() {
      const closing = thread;
      thread = null;
      ahead = null;
      await closing?.close();
    },
  };
};

/** The same stream without a thread, for pictures that are not in shared memory. */
const inline = (dataset: Dataset, embeddings: CaptionEmbeddings, options: BatchOptions): BatchStream => {
  const batches = createBatches(dataset, embeddings, options);
  return { ...batches, next: async () => batches.next(), close: async () => undefined };
};

/**
 * The batches of createBatches, to the bit, assembled by a thread where the dataset's pictures are in shared memory (as
 * those of openDataset are).
 * @throws DatasetError as createBatches; `next` rejects when the thread has ended
 */
export const openBatchStream = (
  dataset: Dataset,
  embeddings: CaptionEmbeddings,
  options: BatchOptions,
): BatchStream =>
  dataset.pixels?.buffer instanceof SharedArrayBuffer
    ? prefetched(dataset, embeddings, options)
    : inline(dataset, embeddings, options);
