import { createRng } from '@plumage/contract';
import { describe, expect, it } from 'vitest';
import { createPairPlanner, createTextPlanner } from './batch.plan.ts';
import { type BatchStream, openBatchStream } from './batch.prefetch.ts';
import { type Batch, type BatchOptions, createBatches } from './batches.ts';
import type { CaptionEmbeddings } from './caption.embeddings.ts';
import { openDataset } from './dataset.open.ts';
import type { Dataset } from './dataset.type.ts';
import { batchesOf } from './planned.batch.ts';
import { classFolder, temporaryFolder } from './sources/files.fixture.ts';
import { createDistinctPlanner } from './text-encoder.batches.ts';

const traceable: CaptionEmbeddings = {
  dimension: 2,
  encoderHash: 'traceable',
  of: (item, caption) => Float32Array.of(item * 100 + caption, 1),
};

const options: BatchOptions = {
  split: 'train',
  batchSize: 8,
  rng: createRng(3, 'batches'),
  augment: { flip: true, crop: true, background: 'any' },
};

const openSmall = async (): Promise<Dataset> =>
  openDataset(
    { name: 'folder', path: await classFolder(6, 3), imageSize: 16 },
    { cacheDir: await temporaryFolder() },
  );

const open = (dataset: Dataset, changes: Partial<BatchOptions> = {}): BatchStream<Batch> => {
  const { rng, ...rest } = { ...options, ...changes };
  return openBatchStream(dataset, createPairPlanner(dataset, traceable, rest), rng);
};

const take = async <B>(stream: BatchStream<B>, count: number): Promise<B[]> => {
  const batches: B[] = [];
  for (let i = 0; i < count; i++) batches.push(await stream.next());
  return batches;
};

describe('batches assembled by a thread', () => {
  it('are those assembled here, to the bit', async () => {
    const dataset = await openSmall();
    expect(dataset.pixels?.buffer).toBeInstanceOf(SharedArrayBuffer);
    const here = createBatches(dataset, traceable, options);
    const stream = open(dataset);
    for (const batch of await take(stream, 5)) expect(batch).toEqual(here.next());
    expect(stream.state()).toEqual(here.state());
    await stream.close();
  });

  it('go on from a checkpoint of the batch handed out last, though one more was drawn ahead', async () => {
    const dataset = await openSmall();
    const stream = open(dataset);
    await take(stream, 3);
    const state = JSON.parse(JSON.stringify(stream.state()));
    expect(state.drawn).toBe(3);
    const rest = await take(stream, 3);
    const resumed = open(dataset, { rng: createRng(99) });
    resumed.restore(state);
    expect(await take(resumed, 3)).toEqual(rest);
    stream.restore(state);
    expect(await take(stream, 3)).toEqual(rest);
    await Promise.all([stream.close(), resumed.close()]);
  });

  it('say nothing was drawn before the first, and can be gone back to it', async () => {
    const stream = open(await openSmall());
    const start = stream.state();
    expect(start).toEqual({ rng: options.rng.state(), drawn: 0 });
    const [first] = await take(stream, 2);
    stream.restore(start);
    expect((await take(stream, 1))[0]).toEqual(first);
    await stream.close();
  });

  it('come from here where the pictures are not in shared memory', async () => {
    const { pixels, ...dataset } = await openSmall();
    expect(pixels).toBeDefined();
    const stream = open(dataset);
    expect((await take(stream, 1))[0]).toEqual(createBatches(dataset, traceable, options).next());
    await stream.close();
  });

  it('are refused with the thread’s own reason once it has ended', async () => {
    const dataset = { ...(await openSmall()), imageSize: 1e6 };
    const augment = { flip: false, crop: false, background: 'white' } as const;
    const cut = open(dataset, { augment });
    await expect(take(cut, 3)).rejects.toThrow(/Invalid typed array length/);
    await expect(cut.next()).rejects.toThrow(/Invalid typed array length/);
    await cut.close();
  });

  it("are a text encoder's too, to the bit, and go on from its checkpoints", async () => {
    const dataset = await openSmall();
    const { plan } = createDistinctPlanner(dataset, { ...options, batchSize: 4, distinct: 'instance' });
    const here = batchesOf(dataset, plan, options.rng);
    const stream = openBatchStream(dataset, plan, options.rng);
    for (const batch of await take(stream, 3)) expect(batch).toEqual(here.next());
    const state = stream.state();
    expect(state).toEqual(here.state());
    const rest = await take(stream, 2);
    stream.restore(state);
    expect(await take(stream, 2)).toEqual(rest);
    await stream.close();
  });

  it('are of texts alone where only those are wanted: the same texts, and no thread for them', async () => {
    const dataset = await openSmall();
    const here = createBatches(dataset, traceable, options);
    const stream = openBatchStream(
      // A thread would end at once of such a picture.
      { ...dataset, imageSize: 1e6 },
      createTextPlanner(dataset, traceable, options),
      options.rng,
    );
    for (const batch of await take(stream, 3)) {
      const { text, itemIndexes } = here.next();
      expect(batch).toEqual({ text, itemIndexes });
    }
    expect(stream.state()).toEqual(here.state());
    await stream.close();
  });
});
