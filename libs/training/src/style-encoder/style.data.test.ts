/** What a style encoder trains on, opened as an agent opens it: from folders alone. */
import { cp, mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hyperparameters, styleEncoderHyperparameters, textEncoderHyperparameters } from '@plumage/contract';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FolderCheckpointStore } from '../checkpoint.store.ts';
import { trainTextEncoder } from '../text-encoder/text-encoder.train.ts';
import { train } from '../train.ts';
import type { TrainOutcome } from '../trainer.contract.ts';
import { openTrainingData } from '../training.data.ts';
import { drawnDataset, listen, memoryStore, surroundings, useWasm } from '../training.fixture.ts';
import { openStyleEncoderData } from './style.data.ts';
import { generatorHashOf } from './style.generator.ts';
import { trainStyleEncoder } from './style.train.ts';

let folder: string;
let cacheDir: string;
let inputs: { generator_checkpoint: string; text_encoder_checkpoint: string };

/** Six classes of two squares, in a folder as a user would have it. */
const writePictures = async (into: string): Promise<void> => {
  await mkdir(into);
  const lines = await Promise.all(
    Array.from({ length: 12 }, async (_, i) => {
      const background = { r: 20 * i, g: 255 - 20 * i, b: 100 };
      const file = `${i}.png`;
      await sharp({ create: { width: 64, height: 64, channels: 3, background } })
        .png()
        .toFile(path.join(into, file));
      return JSON.stringify({ file, captions: [`square ${i}`, 'a square'], class: `class ${i >> 1}` });
    }),
  );
  await writeFile(path.join(into, 'captions.jsonl'), lines.join('\n'));
};

/** The folder of the checkpoint that a run ended with. */
const folderOf = (outcome: TrainOutcome): string => {
  if (outcome.kind !== 'finished') throw new Error(outcome.kind);
  return outcome.checkpoint.folder;
};

const around = (name: string) => {
  const { signal, now, command } = surroundings();
  const checkpoints = new FolderCheckpointStore(path.join(folder, name));
  return { signal, now, command, checkpoints, reporter: listen().reporter };
};

const gan = (datasetPath: string) =>
  hyperparameters.parse({
    preset: 'cpu-tiny',
    steps: 1,
    batch_size: 2,
    generator_width: 2,
    discriminator_width: 2,
    noise_dim: 4,
    projection_dim: 4,
    sample_every: 0,
    eval_every: 0,
    dataset: 'folder',
    dataset_path: datasetPath,
    text_encoder: 'char-cnn-rnn',
    text_encoder_checkpoint: 'texts/tern-0001',
  });

const style = (overrides: Record<string, unknown> = {}) =>
  styleEncoderHyperparameters.parse({
    preset: 'cpu-tiny',
    generator_checkpoint: 'gans/gull-0001',
    steps: 1,
    batch_size: 2,
    width: 2,
    sample_every: 0,
    eval_every: 0,
    ...overrides,
  });

beforeAll(async () => {
  await useWasm();
  folder = await mkdtemp(path.join(tmpdir(), 'plumage-style-data-'));
  cacheDir = path.join(folder, 'cache');
  await writePictures(path.join(folder, 'pictures'));
  const texts = textEncoderHyperparameters.parse({ preset: 'cpu-tiny', steps: 1, image_width: 1 });
  const text = await trainTextEncoder(texts, { dataset: drawnDataset(), ...around('texts') });
  inputs = { generator_checkpoint: '', text_encoder_checkpoint: folderOf(text) };
  const config = gan(path.join(folder, 'pictures'));
  const data = await openTrainingData(config, { cacheDir, inputs });
  inputs = {
    ...inputs,
    generator_checkpoint: folderOf(await train(config, { ...data, ...around('gans') })),
  };
});

afterAll(() => rm(folder, { recursive: true }));

describe("a style encoder's data", () => {
  it('are the generator, and the dataset and text encoder of its own run; a training runs on them', async () => {
    const data = await openStyleEncoderData(style(), { cacheDir, inputs });
    const { generator, dataset, embeddings } = data;
    expect(generator.state).toMatchObject({ trainer: 'gan-cls', step: 1, datasetDigest: dataset.digest });
    expect(dataset.items).toHaveLength(12);
    expect(embeddings).toMatchObject({ dimension: 16, encoderHash: generator.state.encoderHash });
    expect(await data.encodeText(['a square'])).toHaveLength(16);
    const { written, store } = memoryStore();
    const outcome = await trainStyleEncoder(style(), { ...data, ...around('styles'), checkpoints: store });
    expect(outcome).toMatchObject({ kind: 'finished', step: 1 });
    expect(written[0]?.state.generatorHash).toBe(generatorHashOf(generator));
  });

  it('are found where dataset_path says, if not where the generator found them', async () => {
    const elsewhere = path.join(folder, 'elsewhere');
    await cp(path.join(folder, 'pictures'), elsewhere, { recursive: true });
    const { dataset, generator } = await openStyleEncoderData(style({ dataset_path: elsewhere }), {
      cacheDir: path.join(folder, 'another cache'),
      inputs,
    });
    expect(dataset.digest).toBe(generator.state.datasetDigest);
  });

  it('are refused where other pictures lie, with both digests', async () => {
    const other = path.join(folder, 'other');
    await cp(path.join(folder, 'pictures'), other, { recursive: true });
    await cp(path.join(other, '0.png'), path.join(other, '5.png'));
    const opening = openStyleEncoderData(style({ dataset_path: other }), { cacheDir, inputs });
    await expect(opening).rejects.toThrow(
      /generator_checkpoint: its dataset has digest [0-9a-f]{64}, the one at hand/,
    );
  });
});
