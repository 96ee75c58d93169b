import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createRng, textEncoderHyperparameters } from '@plumage/contract';
import { encodeText, type Network, oneHotTexts } from '@plumage/model';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../checkpoint.format.ts';
import { FolderCheckpointStore } from '../checkpoint.store.ts';
import { drawnDataset, useWasm } from '../training.fixture.ts';
import { jointEncoderOf, openJointEncoder } from './char-encoder.open.ts';
import { openObjective, textEncoderConfigOf } from './objective.ts';
import { capture } from './text-encoder.state.ts';

let folder: string;
let stored: string;
let checkpoint: Checkpoint;
let expected: Float32Array;

const config = textEncoderHyperparameters.parse({ preset: 'cpu-tiny', image_width: 2 });
const texts = ['a red disc', 'disc 1-1'];

beforeAll(async () => {
  await useWasm();
  folder = await mkdtemp(path.join(os.tmpdir(), 'plumage-encoder-'));
  const run = { step: 0, objective: openObjective(config, drawnDataset()) };
  const surrounding = { datasetDigest: 'd'.repeat(64), pending: { steps: 0, sums: [] } };
  checkpoint = await capture(run, config, surrounding);
  stored = (await new FolderCheckpointStore(folder).write(checkpoint)).folder;
  expected = tf.tidy(
    () =>
      encodeText(
        run.objective.networks['text'] as Network,
        textEncoderConfigOf(config),
        oneHotTexts(texts),
      ).dataSync() as Float32Array,
  );
});

afterAll(() => rm(folder, { recursive: true }));

describe('a trained text encoder, opened from its folder', () => {
  it('gives the vectors of the network that was stored, again after it was disposed, and frees it', async () => {
    const before = tf.memory().numTensors;
    const { text } = await openJointEncoder(stored);
    expect(text).toMatchObject({ name: 'char-cnn-rnn', dimension: config.embedding_dim });
    for (const written of [texts, ['  A red\n DISC', 'disc 1-1']]) {
      expect([...(await text.encode(written))]).toEqual([...expected]);
      text.dispose();
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('turns pictures into features that do not depend on their neighbours', async () => {
    const { image } = await openJointEncoder(stored);
    const rng = createRng(1, 'pictures');
    const pictures = Float32Array.from({ length: 3 * 64 * 64 * 3 }, () => 2 * rng.next() - 1);
    const all = await image.encode(pictures);
    expect(all).toHaveLength(3 * image.dimension);
    const second = await image.encode(pictures.subarray(64 * 64 * 3, 2 * 64 * 64 * 3));
    expect([...second]).toEqual([...all.subarray(image.dimension, 2 * image.dimension)]);
    image.dispose();
  });

  it('has hashes of its weights: equal for equal ones, another for one changed value, each side its own', () => {
    const same = jointEncoderOf(checkpoint, 'memory');
    expect(jointEncoderOf(checkpoint, 'elsewhere')).toMatchObject({ hash: same.hash });
    expect(same.text.hash).toMatch(/^[0-9a-f]{64}$/);
    const weight = checkpoint.model.get('text/conv1.weight') as {
      shape: readonly number[];
      data: Float32Array;
    };
    const data = weight.data.map((value, at) => (at === 0 ? value + 1 : value));
    const model = new Map(checkpoint.model).set('text/conv1.weight', { ...weight, data });
    const other = jointEncoderOf({ ...checkpoint, model }, 'memory');
    expect(other.text.hash).not.toBe(same.text.hash);
    expect(other.image.hash).toBe(same.image.hash);
    expect(other.hash).not.toBe(same.hash);
  });

  it('refuses an empty text by its place', async () => {
    const { text } = await openJointEncoder(stored);
    expect(() => text.encode(['disc', '  '])).toThrow(/text 1 is empty/);
  });
});

describe('what is no text encoder', () => {
  it('is refused in words: no folder, a damaged file, a missing tensor, a GAN', async () => {
    await expect(openJointEncoder(path.join(folder, 'nowhere'))).rejects.toMatchObject({
      code: 'CHECKPOINT_CORRUPT',
      message: expect.stringContaining('it is not there'),
    });
    const model = new Map(checkpoint.model);
    model.delete('text/rnn.hidden.bias');
    expect(() => jointEncoderOf({ ...checkpoint, model }, 'memory')).toThrow(/text\/rnn.hidden.bias/);
    const unsaid = { ...checkpoint.state, trainer: undefined };
    expect(() => jointEncoderOf({ ...checkpoint, state: unsaid }, 'memory')).toThrow(
      /it is of the trainer gan-cls, expected text-encoder/,
    );
    await writeFile(path.join(stored, 'model.safetensors'), 'no longer');
    await expect(openJointEncoder(stored)).rejects.toMatchObject({ code: 'CHECKPOINT_CORRUPT' });
  });
});
