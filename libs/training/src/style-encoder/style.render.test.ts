import { createHash } from 'node:crypto';
import { parseRenderRequest, styleEncoderHyperparameters } from '@plumage/contract';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../checkpoint.format.ts';
import { drawPictures, encodePng } from '../picture.draw.ts';
import { type RenderProgress, renderPictures } from '../render.pictures.ts';
import { decodeStyle } from '../render.style.ts';
import { standardText } from '../text.standard.ts';
import { train } from '../train.ts';
import { memoryStore, surroundings, tinyRun, useWasm } from '../training.fixture.ts';
import { openStyleGenerator } from './style.generator.ts';
import { openStyleEncoder } from './style.open.ts';
import { trainStyleEncoder } from './style.train.ts';

let [gan, other, style]: Checkpoint[] = [];
const captions = ['disc 0-0', 'disc 1-1'];
let picture: Uint8Array;

const trained = async (steps: number): Promise<Checkpoint> => {
  const { written, store } = memoryStore();
  await train(tinyRun({ steps }), surroundings({ checkpoints: store }));
  return written[0] as Checkpoint;
};

beforeAll(async () => {
  await useWasm();
  [gan, other] = [await trained(1), await trained(2)];
  const { written, store } = memoryStore();
  const asked = { preset: 'cpu-tiny', generator_checkpoint: 'a/b', steps: 1, width: 2, sample_every: 0 };
  const config = styleEncoderHyperparameters.parse(asked);
  await trainStyleEncoder(config, { ...surroundings({ checkpoints: store }), generator: gan });
  style = written.at(-1);
  const create = { width: 80, height: 64, channels: 3, background: '#c03020' } as const;
  picture = new Uint8Array(await sharp({ create }).png().toBuffer());
});

/** Renders the picture's style with both captions. */
const render = async (checkpoint: Checkpoint, styleEncoder: Checkpoint) => {
  const sha256 = createHash('sha256').update(picture).digest('hex');
  const parsed = parseRenderRequest({ kind: 'STYLE_TRANSFER', style: [sha256], captions });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const stages: RenderProgress['stage'][] = [];
  const pictures = await renderPictures(checkpoint, parsed.request, {
    encoderHash: 'e'.repeat(64),
    encodeText: surroundings().encodeText,
    styleImages: new Map([[sha256, picture]]),
    styleEncoder,
    signal: new AbortController().signal,
    onProgress: ({ stage }) => void stages.push(stage),
  });
  return { pictures, stages };
};

describe('style transfer with a trained style encoder', () => {
  it('draws G(S(x), t), without a descent and without a tensor left', async () => {
    const first = await render(gan as Checkpoint, style as Checkpoint);
    const before = tf.memory().numTensors;
    const { pictures, stages } = await render(gan as Checkpoint, style as Checkpoint);
    expect(tf.memory().numTensors).toBe(before);
    expect(first.pictures.map(({ png }) => Buffer.from(png).toString('hex'))).toEqual(
      pictures.map(({ png }) => Buffer.from(png).toString('hex')),
    );
    expect(new Set(stages)).toEqual(new Set(['draw']));

    const { dataset, embeddings, encodeText } = surroundings();
    const generator = openStyleGenerator(gan as Checkpoint, { dataset, embeddings });
    const encoder = openStyleEncoder(style as Checkpoint);
    const [noise] = await encoder.styleOf([await decodeStyle(picture, 'x')]);
    const vectors = await encodeText(captions);
    const texts = captions.map((_, i) =>
      standardText(
        generator.standard,
        vectors.subarray(i * embeddings.dimension, (i + 1) * embeddings.dimension),
      ),
    );
    const drawn = await drawPictures(generator, texts, [noise as Float32Array, noise as Float32Array]);
    const expected = await Promise.all(captions.map((_, i) => encodePng(drawn, i)));
    expect(pictures.map(({ png }) => Buffer.from(png).toString('hex'))).toEqual(
      expected.map((png) => Buffer.from(png).toString('hex')),
    );
    generator.dispose();
    encoder.dispose();
  });

  it('refuses an encoder of another generator by both hashes, and one that is none', async () => {
    await expect(render(other as Checkpoint, style as Checkpoint)).rejects.toMatchObject({
      code: 'RENDER_OTHER_GENERATOR',
      path: 'style_encoder_checkpoint',
    });
    await expect(render(gan as Checkpoint, other as Checkpoint)).rejects.toThrow('expected style-encoder');
  });
});
