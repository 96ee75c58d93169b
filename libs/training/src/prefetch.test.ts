import { textEncoderHyperparameters } from '@plumage/contract';
import type { Dataset } from '@plumage/data';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Checkpoint } from './checkpoint.format.ts';
import { trainTextEncoder } from './text-encoder/text-encoder.train.ts';
import { train } from './train.ts';
import type { LoopDependencies } from './trainer.contract.ts';
import { drawnDataset, listen, memoryStore, surroundings, tinyRun, useWasm } from './training.fixture.ts';

beforeAll(useWasm);

/** The same pictures where a thread can read them. */
const inSharedMemory = (dataset: Dataset): Dataset => {
  const bytes = dataset.recordSize ** 2 * 4;
  const pixels = new Uint8Array(new SharedArrayBuffer(dataset.items.length * bytes));
  dataset.items.forEach((_, item) => pixels.set(dataset.record(item), item * bytes));
  return { ...dataset, pixels };
};

type Trainer = (dataset: Dataset, more: Partial<LoopDependencies>) => Promise<unknown>;

/** Those whose steps take pictures of the data. */
const trainers: readonly (readonly [string, Trainer])[] = [
  [
    'gan-cls',
    (dataset, more) => train(tinyRun({ steps: 4, checkpoint_every: 2 }), surroundings({ dataset, ...more })),
  ],
  [
    'text-encoder',
    (dataset, more) => {
      const told = { preset: 'cpu-tiny', steps: 4, checkpoint_every: 2, log_every: 1, image_width: 1 };
      const config = textEncoderHyperparameters.parse(told);
      return trainTextEncoder(config, { ...surroundings(), dataset, ...more });
    },
  ],
];

describe.each(trainers)('a training of %s whose batches a thread assembles', (_, trainer) => {
  const trained = async (dataset: Dataset, resumeFrom?: Checkpoint) => {
    const { written, store } = memoryStore();
    const { reporter, heard } = listen();
    await trainer(dataset, { checkpoints: store, reporter, ...(resumeFrom ? { resumeFrom } : {}) });
    return { written, points: heard.points };
  };

  it('learns to the bit what one without learns, and goes on to the bit from its checkpoints', async () => {
    const plain = await trained(drawnDataset());
    const threaded = await trained(inSharedMemory(drawnDataset()));
    expect(threaded.points).toEqual(plain.points);
    expect(threaded.written).toEqual(plain.written);
    const middle = threaded.written.find(({ state }) => state.step === 2);
    expect(middle?.state.batches.drawn).toBe(2);
    const resumed = await trained(inSharedMemory(drawnDataset()), middle);
    expect(resumed.written.at(-1)).toEqual(plain.written.at(-1));
  });
});
