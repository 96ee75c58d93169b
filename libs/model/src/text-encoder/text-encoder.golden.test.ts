/** Parity with PyTorch, by tools/golden/text_encoder.py; 1e-4 of the largest expected number of each array. */
import { RmsProp } from '@plumage/compute';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Network } from '../network.ts';
import { batchNormalize } from '../normalization.ts';
import { useWasm } from '../wasm.fixture.ts';
import { charactersOf, oneHotTexts } from './alphabet.ts';
import { trainCaptionPairs } from './caption-embedding.ts';
import { encodeText, textEncoderSpecs } from './char-cnn-rnn.ts';
import type { TextEncoderConfig, TextEncoderVariant } from './config.ts';
import { encodeImage, imageEncoderSpecs } from './image-encoder.ts';
import { captionPairLoss, jointEmbeddingLoss } from './joint-embedding.loss.ts';
import { createOptimizer } from './optimizer.ts';
import golden from './text-encoder.golden.json' with { type: 'json' };

beforeAll(useWasm);
afterAll(() => tf.setBackend('wasm'));

/** Fixed numbers in [-0.5, 0.5), as `numbers` in the script. */
const numbersOf = (count: number, seed: number): Float32Array => {
  let state = (seed * 7919) >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
};

const fixed = (shape: readonly number[], seed: number, factor = 1): tf.Tensor =>
  tf.tidy(() => tf.mul(tf.tensor(numbersOf(tf.util.sizeFromShape([...shape]), seed), [...shape]), factor));

const networkOf = (specs: ReturnType<typeof textEncoderSpecs>, firstSeed: number, factor = 1): Network => ({
  params: Object.fromEntries(
    specs.map(({ name, shape }, place) => [
      name,
      tf.tidy(() => tf.variable(fixed(shape, firstSeed + place, factor))),
    ]),
  ),
  running: {},
});

const configOf = (variant: TextEncoderVariant): TextEncoderConfig => ({
  variant,
  conv1Width: golden.widths.conv1,
  conv2Width: golden.widths.conv2,
  conv3Width: golden.widths.conv3,
  embeddingDim: golden.widths.embedding,
  imageWidth: golden.widths.image,
  initial: 'released',
});

const close = (actual: tf.Tensor | undefined, expected: readonly number[], what: string): void => {
  const values = actual?.dataSync() ?? [];
  expect(values.length, what).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs), 1e-3);
  const worst = expected.reduce(
    (most, value, at) => Math.max(most, Math.abs((values[at] ?? Number.NaN) - value)),
    0,
  );
  expect(worst / scale, what).toBeLessThan(1e-4);
};

const rows = golden.texts.length;

/** Value and gradients by parameter name; extra variables by their place. */
const gradientsOf = (
  network: Network,
  extra: readonly tf.Variable[],
  loss: () => tf.Scalar,
): { value: number; byName: Record<string, tf.Tensor>; ofExtra: (tf.Tensor | undefined)[] } => {
  const { value, grads } = tf.variableGrads(loss, [...Object.values(network.params), ...extra]);
  const byName = Object.entries(network.params).map(([name, variable]) => [name, grads[variable.name]]);
  return {
    value: value.dataSync()[0] ?? Number.NaN,
    byName: Object.fromEntries(byName),
    ofExtra: extra.map((variable) => grads[variable.name]),
  };
};

describe.each(['wasm', 'cpu'])('on %s', (backend) => {
  beforeAll(() => tf.setBackend(backend));

  describe.each(golden.variants)('$variant', (expected) => {
    const config = configOf(expected.variant as TextEncoderVariant);

    it("embeds, and has PyTorch's loss and every gradient", () => {
      const network = networkOf(textEncoderSpecs(config), 1);
      const texts = oneHotTexts(golden.texts);
      const images = tf.variable(fixed([rows, config.embeddingDim], 50, 8));
      close(encodeText(network, config, texts), expected.embeddings, 'embeddings');
      const { value, byName, ofExtra } = gradientsOf(
        network,
        [images],
        () => jointEmbeddingLoss(images as tf.Tensor as tf.Tensor2D, encodeText(network, config, texts)).loss,
      );
      expect(Math.abs(value / expected.loss - 1)).toBeLessThan(1e-4);
      const gradients: Record<string, number[]> = expected.gradients;
      expect(Object.keys(byName)).toEqual(Object.keys(gradients));
      for (const [name, gradient] of Object.entries(byName)) close(gradient, gradients[name] ?? [], name);
      close(ofExtra[0], expected.imageGradient, 'gradient of the pictures');
    });

    it('is after three steps of RMSprop where PyTorch is', () => {
      const network = networkOf(textEncoderSpecs(config), 1);
      const texts = oneHotTexts(golden.texts);
      const images = fixed([rows, config.embeddingDim], 50, 8) as tf.Tensor2D;
      const optimizer = new RmsProp({ learningRate: golden.rate });
      const losses = expected.losses.map(() => {
        const { value, byName } = gradientsOf(
          network,
          [],
          () => jointEmbeddingLoss(images, encodeText(network, config, texts)).loss,
        );
        optimizer.apply(byName, network.params);
        return value;
      });
      losses.forEach((loss, step) => {
        expect(Math.abs(loss / (expected.losses[step] ?? 0) - 1), `step ${step}`).toBeLessThan(1e-4);
      });
      const trained: Record<string, number[]> = expected.trained;
      for (const [name, value] of Object.entries(network.params)) close(value, trained[name] ?? [], name);
    });
  });

  it('the image encoder has its embeddings and every gradient', () => {
    const config = configOf('cvpr');
    const network = networkOf(imageEncoderSpecs(config), 101);
    const pictures = fixed([3, 64, 64, 3], 60, 2) as tf.Tensor4D;
    const weights = fixed([3, config.embeddingDim], 61);
    const encode = () => encodeImage(network, pictures, batchNormalize(network));
    close(encode(), golden.image.embeddings, 'embeddings');
    const { byName } = gradientsOf(network, [], () => tf.sum(tf.mul(encode(), weights)));
    const gradients: Record<string, number[]> = golden.image.gradients;
    for (const [name, gradient] of Object.entries(byName)) close(gradient, gradients[name] ?? [], name);
  });

  it('two captions of each picture have the one-way loss and its gradients', () => {
    const first = tf.variable(fixed([5, 4], 70, 2));
    const second = tf.variable(fixed([5, 4], 71, 2));
    const { value, ofExtra } = gradientsOf(
      { params: {}, running: {} },
      [first, second],
      () => captionPairLoss(first as tf.Tensor as tf.Tensor2D, second as tf.Tensor as tf.Tensor2D).loss,
    );
    expect(Math.abs(value / golden.pairs.loss - 1)).toBeLessThan(1e-4);
    close(ofExtra[0], golden.pairs.first, 'first');
    close(ofExtra[1], golden.pairs.second, 'second');
  });

  it('pairs of captions: is after three steps of Adam where PyTorch is', () => {
    const config = configOf('icml-birds');
    const { rate, beta1, factor } = golden.adam;
    const text = networkOf(textEncoderSpecs(config), 1, factor);
    const initial = Object.fromEntries(
      Object.entries(text.params).map(([name, value]) => [name, new Float32Array(value.dataSync())]),
    );
    const model = { config, text, textOptimizer: createOptimizer({ name: 'adam', beta1 }) };
    const pairs = { first: oneHotTexts(golden.texts), second: oneHotTexts(golden.otherTexts) };
    golden.captions.losses.forEach((expected, step) => {
      const [loss = Number.NaN] = trainCaptionPairs(model, pairs, rate).dataSync();
      expect(Math.abs(loss / expected - 1), `step ${step}`).toBeLessThan(1e-4);
    });
    const trained: Record<string, number[]> = golden.captions.trained;
    expect(Object.keys(text.params)).toEqual(Object.keys(trained));
    // Whole moves: Adam makes a step out of a gradient that is all rounding too, so that a few values differ (1% of conv1's).
    const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
      Math.sqrt(Array.from(a).reduce((sum, value, at) => sum + (value - (b[at] ?? Number.NaN)) ** 2, 0));
    for (const [name, value] of Object.entries(text.params)) {
      const expected = trained[name] ?? [];
      const moved = distance(expected, initial[name] ?? []);
      expect(moved, name).toBeGreaterThan(0);
      expect(distance(value.dataSync(), expected) / moved, name).toBeLessThan(0.03);
    }
  });
});

it('characters have the columns of the released table', () => {
  const columns = charactersOf(golden.texts[2] ?? '');
  expect(columns).toEqual(golden.characters);
});
