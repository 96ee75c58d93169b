import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { textEncoderHyperparameters } from '@plumage/contract';
import { embedCaptions, type TextEncoder } from '@plumage/data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FolderCheckpointStore } from '../checkpoint.store.ts';
import { train } from '../train.ts';
import { drawnDataset, listen, memoryStore, surroundings, tinyRun, useWasm } from '../training.fixture.ts';
import { openCaptionEncoder } from './caption.encoder.ts';
import { trainTextEncoder } from './text-encoder.train.ts';

let folder: string;
let checkpoint: string;
const dataset = drawnDataset();
const named = { text_encoder: 'char-cnn-rnn', text_encoder_checkpoint: 'texts/tern-0001' } as const;

beforeAll(async () => {
  await useWasm();
  folder = await mkdtemp(path.join(os.tmpdir(), 'plumage-captions-'));
  const config = textEncoderHyperparameters.parse({ preset: 'cpu-tiny', steps: 1, image_width: 1 });
  const outcome = await trainTextEncoder(config, {
    ...surroundings({ checkpoints: new FolderCheckpointStore(path.join(folder, 'checkpoints')) }),
    dataset,
  });
  if (outcome.kind !== 'finished') throw new Error(outcome.kind);
  checkpoint = outcome.checkpoint.folder;
});

afterAll(() => rm(folder, { recursive: true }));

const open = (): Promise<TextEncoder> =>
  openCaptionEncoder(named, { inputs: { text_encoder_checkpoint: checkpoint } });

describe("a GAN with another run's text encoder", () => {
  it('trains on its embeddings, which are cached by its hash, and says its hash in its checkpoints', async () => {
    const encoder = await open();
    const embeddings = await embedCaptions(dataset, encoder, { cacheDir: folder });
    expect(embeddings).toMatchObject({ dimension: 16, encoderHash: encoder.hash });
    const unused: TextEncoder = {
      ...encoder,
      encode: () => Promise.reject(new Error('the cache was not used')),
    };
    const again = await embedCaptions(dataset, unused, { cacheDir: folder });
    expect([...again.of(3, 1)]).toEqual([...embeddings.of(3, 1)]);

    const { written, store } = memoryStore();
    const { reporter, heard } = listen();
    const config = tinyRun({ ...named, steps: 2, sample_every: 2 });
    await train(
      config,
      surroundings({ embeddings, encodeText: encoder.encode, checkpoints: store, reporter }),
    );
    expect(written[0]?.state.encoderHash).toBe(encoder.hash);
    expect(heard.samples.length).toBeGreaterThan(0);
    encoder.dispose();
  });

  it('known mistake, noise for a missing pretrained path: a checkpoint that is not handed over or not there is an error', async () => {
    await expect(openCaptionEncoder(named, {})).rejects.toMatchObject({
      code: 'ENCODER_NOT_FOUND',
      message: expect.stringContaining('texts/tern-0001'),
    });
    const inputs = { text_encoder_checkpoint: path.join(folder, 'nowhere') };
    await expect(openCaptionEncoder(named, { inputs })).rejects.toMatchObject({ code: 'CHECKPOINT_CORRUPT' });
  });
});

it("a dataset's own vectors are its encoder, and a dataset without any is refused", async () => {
  const precomputed = { text_encoder: 'precomputed' } as const;
  await expect(openCaptionEncoder(precomputed, { dataset })).rejects.toMatchObject({
    code: 'DATASET_BAD_SPEC',
  });
  await expect(openCaptionEncoder(precomputed, {})).rejects.toMatchObject({ code: 'ENCODER_NOT_FOUND' });
  const stored = { dimension: 2, hash: 'a'.repeat(64), count: () => 2, of: () => Float32Array.of(1, 2) };
  const encoder = await openCaptionEncoder(precomputed, { dataset: { ...dataset, embeddings: stored } });
  expect([...(await encoder.encode(['disc 0-0']))]).toEqual([1, 2]);
  await expect(encoder.encode(['another text'])).rejects.toMatchObject({ code: 'TEXT_NOT_EMBEDDED' });
});
