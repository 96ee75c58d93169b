import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { countParameters } from '../network.ts';
import { runningNormalize } from '../normalization.ts';
import { randomTensor, seeded, snapshot, useWasm } from '../wasm.fixture.ts';
import { alphabet, alphabetSize, charactersOf, oneHotTexts, textLength } from './alphabet.ts';
import { createCaptionEmbedding, disposeCaptionEmbedding, trainCaptionPairs } from './caption-embedding.ts';
import { encodeText, textEncoderSpecs } from './char-cnn-rnn.ts';
import { type TextEncoderConfig, type TextEncoderVariant, textEncoderVariants } from './config.ts';
import { encodeImage, imageEncoderSpecs } from './image-encoder.ts';
import { createJointEmbedding, disposeJointEmbedding, trainJointEmbedding } from './joint-embedding.ts';
import { jointEmbeddingLoss } from './joint-embedding.loss.ts';

beforeAll(useWasm);

const tiny = (variant: TextEncoderVariant = 'cvpr'): TextEncoderConfig => ({
  variant,
  conv1Width: 4,
  conv2Width: 5,
  conv3Width: 6,
  embeddingDim: 7,
  imageWidth: 2,
  initial: 'released',
});

const paper = (variant: TextEncoderVariant): TextEncoderConfig => ({
  variant,
  conv1Width: 384,
  conv2Width: 512,
  conv3Width: variant === 'cvpr' ? 256 : 512,
  embeddingDim: 1024,
  imageWidth: 64,
  initial: 'released',
});

describe('the alphabet', () => {
  it("is the released one: 70 columns, '-' twice and the last wins, the space at the end", () => {
    expect(alphabetSize).toBe(70);
    expect([...alphabet].filter((character) => character === '-')).toHaveLength(2);
    expect(charactersOf('a-B ')).toEqual([0, alphabet.lastIndexOf('-'), 1, 69]);
  });

  it('reads 201 characters, zeros behind the end, and unknown ones as spaces', () => {
    expect(charactersOf('x'.repeat(500))).toHaveLength(textLength);
    expect(charactersOf('é')).toEqual([69]);
    const rows = oneHotTexts(['ab', '']);
    expect(rows.shape).toEqual([2, 201, 70]);
    expect([...tf.sum(rows, 2).dataSync().slice(0, 4)]).toEqual([1, 1, 0, 0]);
    expect(tf.sum(rows).dataSync()[0]).toBe(2);
  });
});

describe('the released widths', () => {
  // Weights and biases by the layers of HybridCNN.lua and HybridCNNLong.lua.
  it.each([
    ['cvpr', 107_904 + 786_944 + 524_544 + 131_584 + 263_168],
    ['icml-flowers', 107_904 + 786_944 + 1_049_088 + 525_312 + 525_312],
    ['icml-birds', 107_904 + 786_944 + 1_049_088 + 3 * 525_312 + 525_312],
  ] as const)('of %s have the released number of parameters', (variant, count) => {
    expect(countParameters(textEncoderSpecs(paper(variant)))).toBe(count);
  });

  it('have unique parameter names', () => {
    for (const specs of [textEncoderSpecs(paper('icml-birds')), imageEncoderSpecs(paper('cvpr'))]) {
      expect(new Set(specs.map(({ name }) => name)).size).toBe(specs.length);
    }
  });
});

describe('the loss', () => {
  it('sums over all violators, both ways, over B squared, and leaves satisfied pairs alone', () => {
    const images = tf.tensor2d([
      [3, 0],
      [0, 3],
    ]);
    const satisfied = tf.tensor2d([
      [1, 0],
      [0, 1],
    ]);
    expect(jointEmbeddingLoss(images, satisfied).loss.dataSync()[0]).toBe(0);
    const swapped = tf.reverse(satisfied, 0) as tf.Tensor2D;
    const { loss, accuracies } = jointEmbeddingLoss(images, swapped);
    // Each of the two queries of each direction: 1 + 3 - 0.
    expect(loss.dataSync()[0]).toBe((2 * 4 + 2 * 4) / 4);
    expect(accuracies.map((accuracy) => accuracy.dataSync()[0])).toEqual([0, 0]);
  });
});

describe.each(textEncoderVariants)('%s', (variant) => {
  const texts = ['a red bird', 'a blue flower with thorns', 'bread', 'whale'];
  const batchOf = () => ({
    images: randomTensor<tf.Tensor4D>([4, 64, 64, 3], seeded(3)),
    texts: oneHotTexts(texts),
  });

  it('a step moves every parameter of both encoders and leaves no tensor behind', () => {
    const model = createJointEmbedding(tiny(variant), seeded(1));
    const batch = batchOf();
    trainJointEmbedding(model, batch, 1e-3).dispose();
    const before = tf.memory().numTensors;
    const [text, image, running] = [model.text.params, model.image.params, model.image.running].map(snapshot);
    const statistics = trainJointEmbedding(model, batch, 1e-3);
    expect(statistics.shape).toEqual([3]);
    statistics.dispose();
    expect(tf.memory().numTensors).toBe(before);
    for (const [then, now] of [
      [text, snapshot(model.text.params)],
      [image, snapshot(model.image.params)],
      [running, snapshot(model.image.running)],
    ] as const) {
      for (const name of Object.keys(now)) expect(then?.[name], name).not.toEqual(now[name]);
    }
    disposeJointEmbedding(model);
  });

  it('embeds texts, and pictures that do not depend on their neighbours', () => {
    const model = createJointEmbedding(tiny(variant), seeded(2));
    const { images, texts: rows } = batchOf();
    expect(encodeText(model.text, model.config, rows).shape).toEqual([4, 7]);
    const normalize = runningNormalize(model.image);
    const all = encodeImage(model.image, images, normalize);
    expect(all.shape).toEqual([4, 7]);
    const first = encodeImage(model.image, tf.slice(images, 0, 1), normalize);
    expect([...first.dataSync()]).toEqual([...all.dataSync().slice(0, 7)]);
  });

  it('learns which of four texts belongs to which picture', () => {
    // Wide enough that no layer of ReLUs dies as a whole.
    const wide = { conv1Width: 16, conv2Width: 16, conv3Width: 16 };
    const model = createJointEmbedding({ ...tiny(variant), ...wide }, seeded(4));
    const batch = batchOf();
    const losses: number[] = [];
    for (let step = 0; step < 50; step++) {
      const statistics = trainJointEmbedding(model, batch, 2e-3);
      losses.push(statistics.dataSync()[0] ?? Number.NaN);
      statistics.dispose();
    }
    expect(losses.at(-1)).toBeLessThan(0.6 * (losses[0] ?? 0));
    disposeJointEmbedding(model);
  });

  it('on pairs of captions, a step moves every parameter and leaves no tensor behind', () => {
    const adam = { name: 'adam', beta1: 0.5 } as const;
    const model = createCaptionEmbedding(tiny(variant), seeded(1), adam);
    const others = ['this bird is red', 'thorns on a blue flower', 'a loaf', 'a large animal of the sea'];
    const pairs = { first: oneHotTexts(texts), second: oneHotTexts(others) };
    trainCaptionPairs(model, pairs, 1e-3).dispose();
    const before = tf.memory().numTensors;
    const then = snapshot(model.text.params);
    const statistics = trainCaptionPairs(model, pairs, 1e-3);
    expect(statistics.shape).toEqual([3]);
    statistics.dispose();
    expect(tf.memory().numTensors).toBe(before);
    const now = snapshot(model.text.params);
    for (const name of Object.keys(now)) expect(then[name], name).not.toEqual(now[name]);
    disposeCaptionEmbedding(model);
  });
});
