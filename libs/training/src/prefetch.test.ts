import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '@plumage/data';
import type { Checkpoint } from './checkpoint.format.ts';
import { train } from './train.ts';
import { drawnDataset, listen, memoryStore, surroundings, tinyRun, useWasm } from './training.fixture.ts';

beforeAll(useWasm);

/** The same pictures where a thread can read them. */
const inSharedMemory = (dataset: Dataset): Dataset => {
  const bytes = dataset.recordSize ** 2 * 4;
  const pixels = new Uint8Array(new SharedArrayBuffer(dataset.items.length * bytes));
  dataset.items.forEach((_, item) => pixels.set(dataset.record(item), item * bytes));
  return { ...dataset, pixels };
};

const trained = async (dataset: Dataset, resumeFrom?: Checkpoint) => {
  const { written, store } = memoryStore();
  const { reporter, heard } = listen();
  await train(
    tinyRun({ steps: 4, checkpoint_every: 2 }),
    surroundings({ dataset, checkpoints: store, reporter, ...(resumeFrom ? { resumeFrom } : {}) }),
  );
  return { written, points: heard.points };
};

describe('a training whose batches a thread assembles', () => {
  it('learns to the bit what one without learns, and goes on to the bit from its checkpoints', async () => {
    const plain = await trained(drawnDataset());
    const threaded = await trained(inSharedMemory(drawnDataset()));
    expect(threaded.points).toEqual(plain.points);
    expect(threaded.written).toEqual(plain.written);
    const middle = threaded.written.find(({ state }) => state.step === 2);
    const resumed = await trained(inSharedMemory(drawnDataset()), middle);
    expect(resumed.written.at(-1)).toEqual(plain.written.at(-1));
  });
});
