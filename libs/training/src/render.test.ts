import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseRenderRequest, type RenderRequest } from '@plumage/contract';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CheckpointCorrupt } from './checkpoint.error.ts';
import type { CheckpointModel } from './checkpoint.format.ts';
import { FolderCheckpointStore, modelFileNames, readCheckpoint, readModel } from './checkpoint.store.ts';
import { RenderError } from './render.error.ts';
import { type RenderDependencies, type RenderProgress, renderPictures } from './render.pictures.ts';
import { train } from './train.ts';
import type { Sample } from './trainer.contract.ts';
import { listen, surroundings, tinyRun, useWasm } from './training.fixture.ts';

let folder = '';
let checkpoint: CheckpointModel;
let grid: Sample[];

/** A run on disk, with the pictures of its own last grid. */
beforeAll(async () => {
  await useWasm();
  folder = await mkdtemp(path.join(tmpdir(), 'plumage-render-'));
  const { reporter, heard } = listen();
  await train(
    tinyRun({ sample_every: 6, prompt_seeds: [7, 8] }),
    surroundings({ reporter, checkpoints: new FolderCheckpointStore(folder) }),
  );
  checkpoint = await readModel(path.join(folder, 'step-0000000006'));
  grid = heard.samples.filter(({ step }) => step === 6);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const request = (input: object): RenderRequest => {
  const parsed = parseRenderRequest(input);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.request;
};

const dependencies = (overrides: Partial<RenderDependencies> = {}): RenderDependencies => ({
  encoderHash: 'e'.repeat(64),
  encodeText: surroundings().encodeText,
  styleImages: new Map(),
  signal: new AbortController().signal,
  ...overrides,
});

const captions = ['disc 0-0', 'disc 1-1'];
const bytesOf = (pictures: readonly { png: Uint8Array }[]) =>
  pictures.map(({ png }) => Buffer.from(png).toString('base64'));
const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const pixelsOf = async (png: Uint8Array | undefined) => [...(await sharp(png).raw().toBuffer())];

/** The same model with kernels ten times as large: noise then shows as it does after a long training. */
const contrastful = (trained: CheckpointModel): CheckpointModel => ({
  ...trained,
  model: new Map(
    [...trained.model].map(([name, { shape, data }]) => [
      name,
      /average\/(up|stem|block).*weight$/.test(name)
        ? { shape, data: data.map((value) => 10 * value) }
        : { shape, data },
    ]),
  ),
});

const coloured = async (background: string, width = 64, format: 'png' | 'jpeg' = 'png') =>
  new Uint8Array(
    await sharp({ create: { width, height: 64, channels: 4, background } })
      .toFormat(format)
      .toBuffer(),
  );

describe('pictures from a checkpoint', () => {
  it('are those of the training’s own grid to the byte, for its captions and seeds', async () => {
    const pictures = await renderPictures(
      checkpoint,
      request({ kind: 'CAPTIONS', captions, seeds: [7, 8] }),
      dependencies(),
    );
    expect(pictures.map(({ index, prompt, seed }) => [index, prompt, seed])).toEqual([
      [0, 'disc 0-0', 7],
      [1, 'disc 0-0', 8],
      [2, 'disc 1-1', 7],
      [3, 'disc 1-1', 8],
    ]);
    expect(bytesOf(pictures)).toEqual(bytesOf(grid));
    expect(new Set(bytesOf(pictures)).size).toBe(4);
  });

  it.each(['linear', 'spherical'])(
    'go from one caption to another, %s, with both ends exact',
    async (along) => {
      const [from, to] = captions;
      const pictures = await renderPictures(
        checkpoint,
        request({ kind: 'TEXT_INTERPOLATION', from, to, frames: 5, seed: 8, path: along }),
        dependencies(),
      );
      const drawn = bytesOf(pictures);
      expect(pictures.map(({ prompt }) => prompt)[2]).toBe('disc 0-0 → disc 1-1');
      expect([drawn[0], drawn[4]]).toEqual([bytesOf(grid)[1], bytesOf(grid)[3]]);
      expect(new Set(drawn).size).toBeGreaterThan(2);
    },
  );

  it.each(['linear', 'spherical'])(
    'go from one noise to another, %s, with both ends exact',
    async (along) => {
      const pictures = await renderPictures(
        checkpoint,
        request({
          kind: 'NOISE_INTERPOLATION',
          caption: captions[1],
          fromSeed: 7,
          toSeed: 8,
          frames: 4,
          path: along,
        }),
        dependencies(),
      );
      expect([bytesOf(pictures)[0], bytesOf(pictures)[3]]).toEqual(bytesOf(grid).slice(2));
    },
  );

  it('take the style of pictures: what the generator drew is drawn again, and not its neighbour', async () => {
    const lively = contrastful(checkpoint);
    const caption = captions[0] ?? '';
    const originals = await renderPictures(
      lively,
      request({ kind: 'CAPTIONS', captions: [caption], seeds: [7, 8] }),
      dependencies(),
    );
    const heard: RenderProgress[] = [];
    const style = originals.map(({ png }) => sha256Of(png));
    const pictures = await renderPictures(
      lively,
      request({ kind: 'STYLE_TRANSFER', style, captionOfStyle: caption, captions }),
      dependencies({
        styleImages: new Map(originals.map(({ png }) => [sha256Of(png), png])),
        onProgress: (progress) => void heard.push(progress),
      }),
    );
    expect(pictures.map(({ index, prompt }) => [index, prompt])).toEqual([
      [0, 'disc 0-0'],
      [1, 'disc 1-1'],
      [2, 'disc 0-0'],
      [3, 'disc 1-1'],
    ]);
    const distance = async (drawn: number, original: number) => {
      const [a, b] = [await pixelsOf(pictures[drawn]?.png), await pixelsOf(originals[original]?.png)];
      return a.reduce((sum, value, i) => sum + (value - (b[i] ?? 0)) ** 2, 0);
    };
    expect(await distance(0, 0)).toBeLessThan(0.1 * (await distance(0, 1)));
    expect(await distance(2, 1)).toBeLessThan(0.1 * (await distance(2, 0)));
    expect(heard.filter(({ stage }) => stage === 'style').at(-1)).toMatchObject({ done: 200, total: 200 });
    expect(heard.at(-1)).toEqual({ stage: 'draw', done: 4, total: 4 });
  });

  it('take the style of any size and format, and of a picture that nobody described', async () => {
    const styles = [await coloured('#ff000080'), await coloured('#0000ff', 200, 'jpeg')];
    const pictures = await renderPictures(
      contrastful(checkpoint),
      request({ kind: 'STYLE_TRANSFER', style: styles.map(sha256Of), captions }),
      dependencies({ styleImages: new Map(styles.map((bytes) => [sha256Of(bytes), bytes])) }),
    );
    expect(new Set(bytesOf(pictures)).size).toBe(4);
  });

  it('are drawn in blocks, and leave no tensor behind, whatever the end', async () => {
    const before = tf.memory().numTensors;
    const many = request({
      kind: 'CAPTIONS',
      captions: Array.from({ length: 10 }, (_, i) => `disc 0-${i}`),
      seeds: Array.from({ length: 10 }, (_, i) => i),
    });
    const heard: RenderProgress[] = [];
    await renderPictures(checkpoint, many, dependencies({ onProgress: (now) => void heard.push(now) }));
    expect(heard.map(({ done }) => done)).toEqual([64, 100]);
    const stop = new AbortController();
    const stopped = renderPictures(
      checkpoint,
      many,
      dependencies({ signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) }),
    );
    await expect(stopped).rejects.toThrow('enough');
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('a request that cannot be drawn', () => {
  const one = { kind: 'CAPTIONS', captions: ['disc'], seeds: [1] };

  it('names another text encoder by both hashes', async () => {
    const work = renderPictures(checkpoint, request(one), dependencies({ encoderHash: 'f'.repeat(64) }));
    await expect(work).rejects.toMatchObject({
      code: 'RENDER_OTHER_ENCODER',
      path: 'encoderHash',
      expected: 'f'.repeat(64),
    });
  });

  it('names the style picture that is missing, cut off or no picture', async () => {
    const whole = await coloured('#00ff00', 300);
    const broken = [whole.slice(0, whole.length - 40), new TextEncoder().encode('no picture')];
    for (const bytes of broken) {
      const style = [sha256Of(whole), sha256Of(bytes)];
      const styleImages = new Map([
        [style[0] as string, whole],
        [style[1] as string, bytes],
      ]);
      const work = renderPictures(
        checkpoint,
        request({ kind: 'STYLE_TRANSFER', style, captions }),
        dependencies({ styleImages }),
      );
      await expect(work).rejects.toMatchObject({ code: 'RENDER_BAD_PICTURE', path: 'style[1]' });
    }
    const missing = request({ kind: 'STYLE_TRANSFER', style: ['a'.repeat(64)], captions });
    await expect(renderPictures(checkpoint, missing, dependencies())).rejects.toThrow(/style\[0\] is aaaa/);
  });

  it('names an encoder whose vectors do not fit', async () => {
    const encodeText = async () => new Float32Array(3);
    const work = renderPictures(checkpoint, request(one), dependencies({ encodeText }));
    await expect(work).rejects.toThrow(
      new RenderError('RENDER_BAD_TEXT', 'encoder', 'gives 3 values a text', '8'),
    );
  });

  it('names the tensor that a checkpoint lacks or has in another shape', async () => {
    const without = new Map(checkpoint.model);
    without.delete('average/up32.weight');
    await expect(
      renderPictures({ ...checkpoint, model: without }, request(one), dependencies()),
    ).rejects.toThrow(new CheckpointCorrupt('average/up32.weight', 'the tensor is missing'));
    const state = { ...checkpoint.state, config: { ...checkpoint.state.config, generator_width: 3 } };
    await expect(renderPictures({ ...checkpoint, state }, request(one), dependencies())).rejects.toThrow(
      /expected shape/,
    );
  });
});

describe('the model of a checkpoint', () => {
  it('is read without the optimiser’s moments, and is what the whole checkpoint holds', async () => {
    const whole = await readCheckpoint(path.join(folder, 'step-0000000006'));
    await rm(path.join(folder, 'step-0000000006', 'optimizer.safetensors'));
    const model = await readModel(path.join(folder, 'step-0000000006'));
    expect({ ...model, optimizer: whole.optimizer }).toEqual(whole);
    expect(modelFileNames).toEqual(['manifest.json', 'model.safetensors', 'state.json']);
    await expect(readCheckpoint(path.join(folder, 'step-0000000006'))).rejects.toThrow(/it is not there/);
  });
});
