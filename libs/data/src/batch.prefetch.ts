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
import { type Rng, restoreRng } from '@plumage/contract';
import { composite } from './batch.augment.ts';
import type { Dataset } from './dataset.type.ts';
import {
  type BatchState,
  batchesOf,
  type PlannedBatch,
  type Planner,
  VIEW_NUMBERS,
} from './planned.batch.ts';

/** Batches to wait for. */
export interface BatchStream<B> {
  /** The next batch; call it again only when the one before has come. */
  next(): Promise<B>;
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
parentPort.on('message', ({ id, views }) => {
  const pictures = views.map(fill);
  parentPort.postMessage({ id, pictures }, pictures.map(({ buffer }) => buffer));
});
`;

interface Drawn {
  id: number;
  pictures: Float32Array[];
}

interface Waiting {
  done(pictures: Float32Array[]): void;
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
    this.worker.on('message', ({ id, pictures }: Drawn) => {
      this.waiting.get(id)?.done(pictures);
      this.forget(id);
    });
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', (code) =>
      this.fail(new Error(`the thread that assembles batches ended with ${code}`)),
    );
    this.worker.unref();
  }

  /** @returns a list of pictures for each list of views */
  draw(views: readonly Int32Array[]): Promise<Float32Array[]> {
    const id = this.asked++;
    const drawing = new Promise<Float32Array[]>((done, failed) => {
      if (this.failure) return failed(this.failure);
      this.waiting.set(id, { done, failed });
      // A thread that something is awaited of keeps the process alive; an idle one does not.
      this.worker.ref();
      this.worker.postMessage({ id, views });
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

interface Ahead<B> {
  planned: PlannedBatch<B>;
  drawing: Promise<Float32Array[]>;
  /** The stream's state once this batch is handed out. */
  after: BatchState;
}

const prefetched = <B>(dataset: Dataset, plan: Planner<B>, first: Rng): BatchStream<B> => {
  const start = first.state();
  let rng = restoreRng(start);
  let handedOut: BatchState = { rng: start, drawn: 0 };
  let count = 0;
  let ahead: Ahead<B> | null = null;
  let thread: PictureThread | null = null;

  const draw = (views: readonly Int32Array[]): Promise<Float32Array[]> => {
    if (views.length === 0) return Promise.resolve([]);
    thread ??= new PictureThread(dataset);
    return thread.draw(views);
  };

  const prepare = (): Ahead<B> => {
    const planned = plan(rng);
    count++;
    return { planned, drawing: draw(planned.views), after: { rng: rng.state(), drawn: count } };
  };

  return {
    async next() {
      const current = ahead ?? prepare();
      ahead = prepare();
      const pictures = await current.drawing;
      handedOut = current.after;
      return current.planned.finish(pictures);
    },
    state: () => handedOut,
    restore(state) {
      rng = restoreRng(state.rng);
      count = state.drawn;
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
const inline = <B>(dataset: Dataset, plan: Planner<B>, first: Rng): BatchStream<B> => {
  const batches = batchesOf(dataset, plan, first);
  return { ...batches, next: async () => batches.next(), close: async () => undefined };
};

/**
 * The batches of batchesOf, to the bit, their pictures drawn by a thread where the dataset's are in shared memory (as
 * those of openDataset are). Batches without pictures need no thread and start none.
 * @param start the stream goes on with a copy of it
 * `next` rejects when the thread has ended.
 */
export const openBatchStream = <B>(dataset: Dataset, plan: Planner<B>, start: Rng): BatchStream<B> =>
  dataset.pixels?.buffer instanceof SharedArrayBuffer
    ? prefetched(dataset, plan, start)
    : inline(dataset, plan, start);
