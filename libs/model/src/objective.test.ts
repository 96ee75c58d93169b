import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomTensor, seeded, useWasm } from './wasm.fixture.ts';
import { generatorRows, interpolateText } from './interpolation.ts';
import { crossEntropies, crossEntropy, discriminatorLoss, ganModes, generatorLoss } from './losses.ts';

beforeAll(useWasm);

const value = (tensor: tf.Tensor) => tensor.dataSync()[0] ?? Number.NaN;
const bce = (logit: number, target: number) => {
  const p = 1 / (1 + Math.exp(-logit));
  return -(target * Math.log(p) + (1 - target) * Math.log(1 - p));
};

describe('the matching-aware loss', () => {
  const example = () => ({
    real: tf.tensor1d([1.5, -0.5]),
    wrong: tf.tensor1d([0.3, 2]),
    fake: tf.tensor1d([-1, 0.7]),
  });
  const mean = (logits: number[], target: number) =>
    logits.reduce((sum, logit) => sum + bce(logit, target), 0) / logits.length;

  it('known mistake, missing factors of 0.5: the wrong and the fake pair weigh one half each under GAN-CLS', () => {
    const loss = discriminatorLoss(example(), ganModes['GAN-CLS'].matching, crossEntropies(0));
    expect(value(loss.total)).toBeCloseTo(
      mean([1.5, -0.5], 1) + 0.5 * mean([0.3, 2], 0) + 0.5 * mean([-1, 0.7], 0),
      5,
    );
  });

  it('is the plain conditional loss at c = 0, without a wrong pair', () => {
    const { real, fake } = example();
    const loss = discriminatorLoss({ real, fake }, ganModes.GAN.matching, crossEntropies(0));
    expect(value(loss.total)).toBeCloseTo(mean([1.5, -0.5], 1) + mean([-1, 0.7], 0), 5);
  });

  it('smooths only the label of real pairs', () => {
    const loss = discriminatorLoss(example(), 0.5, crossEntropies(0.1));
    expect(value(loss.real)).toBeCloseTo(mean([1.5, -0.5], 0.9), 5);
    expect(value(loss.wrong)).toBeCloseTo(mean([0.3, 2], 0), 5);
    expect(value(loss.fake)).toBeCloseTo(mean([-1, 0.7], 0), 5);
  });

  it('stays finite for logits that a probability would round to 0 or 1', () => {
    for (const target of [0, 0.9, 1]) {
      const losses = [...crossEntropy(tf.tensor1d([-200, -50, 0, 50, 200]), target).dataSync()];
      expect(losses.every(Number.isFinite)).toBe(true);
    }
  });
});

describe('the generator loss', () => {
  it('is the mean over originals and interpolated rows, the latter weighted', () => {
    const logits = tf.tensor1d([0.2, -1, 0.6]);
    expect(value(generatorLoss(logits, 2, 1, crossEntropies(0)))).toBeCloseTo(
      (bce(0.2, 1) + bce(-1, 1) + bce(0.6, 1)) / 3,
      5,
    );
    expect(value(generatorLoss(logits, 2, 0.25, crossEntropies(0)))).toBeCloseTo(
      (bce(0.2, 1) + bce(-1, 1) + 0.25 * bce(0.6, 1)) / 3,
      5,
    );
  });
});

describe('GAN-INT', () => {
  const captions = () => randomTensor<tf.Tensor2D>([4, 3], seeded(1));
  const rows = (tensor: tf.Tensor2D) => tensor.arraySync();

  it('adds half a batch of midpoints between caption i and caption i + B/2', () => {
    const text = captions();
    const mixed = interpolateText(text, 'half', seeded(2));
    expect(mixed.shape).toEqual([6, 3]);
    const [a, b, c, d] = rows(text) as [number[], number[], number[], number[]];
    const [, , , , first = [], second = []] = rows(mixed);
    expect(rows(mixed).slice(0, 4)).toEqual([a, b, c, d]);
    a.forEach((number, i) => expect(first[i]).toBeCloseTo((number + (c[i] ?? 0)) / 2, 6));
    b.forEach((number, i) => expect(second[i]).toBeCloseTo((number + (d[i] ?? 0)) / 2, 6));
  });

  it('draws a weight of its own for each row when uniform', () => {
    const wide = tf.tensor2d([
      [0, 0],
      [0, 0],
      [1, 1],
      [1, 1],
    ]);
    const [, , , , first = [], second = []] = rows(interpolateText(wide, 'uniform', seeded(3)));
    expect(first[0]).toBe(first[1]);
    expect(first[0]).not.toBe(second[0]);
    for (const beta of [first[0], second[0]]) {
      expect(beta).toBeGreaterThan(0);
      expect(beta).toBeLessThan(1);
    }
  });

  it('changes nothing when off, and copes with an odd batch', () => {
    const text = captions();
    expect(interpolateText(text, 'off', seeded(4))).toBe(text);
    const odd = randomTensor<tf.Tensor2D>([5, 3], seeded(5));
    expect(interpolateText(odd, 'half', seeded(6)).shape[0]).toBe(generatorRows(5, 'half'));
    expect(generatorRows(64, 'half')).toBe(96);
  });
});
