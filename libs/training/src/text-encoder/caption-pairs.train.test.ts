/** The text encoder of COCO: two captions of each picture, and no picture. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type TextEncoderHyperparameters, textEncoderHyperparameters } from '@plumage/contract';
import { type Dataset, embedCaptions } from '@plumage/data';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../checkpoint.format.ts';
import { FolderCheckpointStore } from '../checkpoint.store.ts';
import { train } from '../train.ts';
import { openTrainingData } from '../training.data.ts';
import { drawnDataset, listen, memoryStore, surroundings, tinyRun, useWasm } from '../training.fixture.ts';
import { openCaptionEncoder } from './caption.encoder.ts';
import { jointEncoderOf, textSideOf } from './char-encoder.open.ts';
import { type TextEncoderDependencies, trainTextEncoder } from './text-encoder.train.ts';

let folder: string;
beforeAll(async () => {
  await useWasm();
  folder = await mkdtemp(path.join(os.tmpdir(), 'plumage-pairs-'));
});
afterAll(() => rm(folder, { recursive: true }));

const tiny = (overrides: Record<string, unknown> = {}): TextEncoderHyperparameters =>
  textEncoderHyperparameters.parse({
    preset: 'cpu-tiny',
    objective: 'caption-pairs',
    optimizer: 'adam',
    variant: 'icml-birds',
    steps: 6,
    conv1_width: 3,
    conv2_width: 4,
    conv3_width: 5,
    embedding_dim: 6,
    log_every: 1,
    checkpoint_every: 0,
    ...overrides,
  });

/** Whatever asks for a picture fails. */
const blind = (dataset: Dataset = drawnDataset()): Dataset => {
  const refuse = (): never => {
    throw new Error('a picture was asked for');
  };
  return { ...dataset, rgba: refuse, record: refuse };
};

const trained = async (overrides: Record<string, unknown>, more: Partial<TextEncoderDependencies> = {}) => {
  const { written, store } = memoryStore();
  const { reporter, heard } = listen();
  const { signal, now, command } = surroundings();
  const edges = { reporter, checkpoints: store, signal, now, command };
  const outcome = await trainTextEncoder(tiny(overrides), { dataset: blind(), ...edges, ...more });
  return { outcome, written, ...heard };
};

const arrays = ({ model, optimizer }: Checkpoint) =>
  Object.fromEntries([...model, ...optimizer].map(([name, { data }]) => [name, [...data]]));

const reread = (checkpoint: Checkpoint) => decodeCheckpoint(encodeCheckpoint(checkpoint), 'memory');

const namesIn = ({ model, optimizer }: Checkpoint) => [...model.keys(), ...optimizer.keys()];

describe('a run on pairs of captions', () => {
  it('looks at no picture, and ends with a checkpoint of the text side alone and no tensor left', async () => {
    const before = tf.memory().numTensors;
    const { outcome, written, points, messages } = await trained({});
    expect(outcome).toMatchObject({ kind: 'finished', step: 6 });
    expect(Object.keys(points[0]?.values ?? {}).sort()).toEqual([
      'lr',
      'train/accuracy_first',
      'train/accuracy_second',
      'train/loss',
    ]);
    for (const { values } of points) expect(Object.values(values).every(Number.isFinite)).toBe(true);
    const checkpoint = written[0] as Checkpoint;
    expect(checkpoint.state).toMatchObject({ trainer: 'text-encoder', updates: { text: 6 } });
    expect(namesIn(checkpoint).every((name) => name.startsWith('text/'))).toBe(true);
    expect(messages[0]).toMatch(
      /parameters, on captions alone; 15 training pictures of 15 instances of drawn; steps 1/,
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  it('gives the same numbers for the same seed, and others for another', async () => {
    const [first, same, other] = [
      await trained({ steps: 2 }),
      await trained({ steps: 2 }),
      await trained({ steps: 2, seed: 2 }),
    ];
    expect(same.points).toEqual(first.points);
    expect(same.written).toEqual(first.written);
    expect(arrays(other.written[0] as Checkpoint)).not.toEqual(arrays(first.written[0] as Checkpoint));
  });

  it.each([
    ['adam', '.first'],
    ['rmsprop', '.square'],
  ])('by %s, resumed equals the uninterrupted one to the bit', async (optimizer, moments) => {
    const config = { optimizer, checkpoint_every: 3, log_every: 2, eval_every: 2 };
    const whole = await trained(config);
    const middle = whole.written.find(({ state }) => state.step === 3) as Checkpoint;
    expect(namesIn(middle).some((name) => name.endsWith(moments))).toBe(true);
    const rest = await trained(config, { resumeFrom: reread(middle) });
    expect(rest.written.at(-1)).toEqual(whole.written.at(-1));
    expect(rest.points).toEqual(whole.points.filter(({ step }) => step > 3));
  });

  it('evaluates what captions alone can be asked, and changes nothing by it', async () => {
    const [evaluated, plain] = [await trained({ eval_every: 3 }), await trained({})];
    expect(arrays(evaluated.written[0] as Checkpoint)).toEqual(arrays(plain.written[0] as Checkpoint));
    const figures = evaluated.points.filter(({ values }) => 'eval/caption_retrieval' in values);
    expect(figures.map(({ step }) => step)).toEqual([3, 6]);
    expect(Object.keys(figures[0]?.values ?? {}).some((name) => name.includes('zero_shot'))).toBe(false);
  });

  it('learns which of two sentences speak of one thing', async () => {
    const words = ['whale', 'apple', 'tulip', 'zebra', 'onion', 'mouse', 'bread', 'shark'];
    const dataset = drawnDataset();
    const items = dataset.items.slice(0, words.length).map((item, index) => {
      const word = words[index] ?? '';
      return { ...item, name: word, captions: [`a ${word}`, `this is a ${word}`, `one small ${word}`] };
    });
    const wide = { conv1_width: 16, conv2_width: 16, conv3_width: 16, embedding_dim: 16 };
    const told = {
      ...wide,
      steps: 150,
      batch_size: 8,
      learning_rate: 5e-3,
      variant: 'cvpr',
      eval_every: 150,
    };
    const { points } = await trained({ ...told, log_every: 10 }, { dataset: blind({ ...dataset, items }) });
    const losses = points.flatMap(({ values }) => values['train/loss'] ?? []);
    expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] ?? 0));
    expect(points.at(-1)?.values['eval/caption_retrieval_train']).toBeGreaterThan(0.5); // chance: 0.125
  }, 120_000);

  it('leaves out and counts pictures with a single caption, and is refused where too few are left', async () => {
    const dataset = drawnDataset();
    const single = (count: number) => ({
      ...dataset,
      items: dataset.items.map((item, i) => (i < count ? { ...item, captions: [item.name] } : item)),
    });
    const { messages } = await trained({ steps: 1 }, { dataset: blind(single(5)) });
    expect(messages[0]).toMatch(/of 10 instances of drawn; 5 pictures with a single caption are left out;/);
    await expect(trained({}, { dataset: blind(single(12)) })).rejects.toMatchObject({
      code: 'DATASET_TOO_FEW_CLASSES',
      message: expect.stringMatching(/3 instances of which an item has two captions; a batch of 4/),
    });
  });

  it('does not go on from a checkpoint of the other objective or another optimizer, in words', async () => {
    const resumeFrom = (await trained({ steps: 1 })).written[0] as Checkpoint;
    await expect(trained({ objective: 'image-text' }, { resumeFrom })).rejects.toMatchObject({
      differences: ['objective was "caption-pairs", is "image-text"'],
    });
    await expect(trained({ optimizer: 'rmsprop' }, { resumeFrom })).rejects.toMatchObject({
      differences: ['optimizer was "adam", is "rmsprop"'],
    });
  });
});

describe('its checkpoint', () => {
  let stored: string;
  let checkpoint: Checkpoint;
  beforeAll(async () => {
    const { written } = await trained({ steps: 1 });
    checkpoint = written[0] as Checkpoint;
    stored = (await new FolderCheckpointStore(path.join(folder, 'checkpoints')).write(checkpoint)).folder;
  });

  it("is a GAN's text encoder", async () => {
    const named = { text_encoder: 'char-cnn-rnn', text_encoder_checkpoint: 'texts/wren-0001' } as const;
    const encoder = await openCaptionEncoder(named, { inputs: { text_encoder_checkpoint: stored } });
    expect(encoder).toMatchObject({ dimension: 6, hash: textSideOf(checkpoint, 'memory').hash });
    const embeddings = await embedCaptions(drawnDataset(), encoder, { cacheDir: folder });
    const { written, store } = memoryStore();
    const config = tinyRun({ ...named, steps: 1 });
    await train(config, surroundings({ embeddings, encodeText: encoder.encode, checkpoints: store }));
    expect(written[0]?.state.encoderHash).toBe(encoder.hash);
    encoder.dispose();
  });

  it('has no image side, and is refused as eval_encoder_checkpoint in words', async () => {
    const sentence =
      /has no image side to measure pictures with: it was trained with objective caption-pairs/;
    expect(() => jointEncoderOf(checkpoint, 'memory')).toThrow(sentence);
    const config = tinyRun({ eval_encoder_checkpoint: 'texts/wren-0001' });
    const options = { cacheDir: folder, inputs: { eval_encoder_checkpoint: stored } };
    await expect(openTrainingData(config, options)).rejects.toMatchObject({
      code: 'CHECKPOINT_MISMATCH',
      message: expect.stringMatching(sentence),
    });
  });
});
