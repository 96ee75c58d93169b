import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { batchNormTraining } from '../ops/batch-norm.op.ts';
import { expectSameOnWasm, fixed, onBackend, useWasm } from '../reference.fixture.ts';

beforeAll(useWasm);

const shapes = [
  [4, 3, 3, 8],
  [6, 5],
  [2, 4, 4, 7],
  [300, 4],
];

describe.each(shapes.map((shape) => [shape] as const))('training batch norm of %j', (shape) => {
  const channels = shape.at(-1) as number;

  it.each([1, 0.2, 0])(
    'with slope %f has the output, statistics and gradients of composed ops',
    async (slope) => {
      await expectSameOnWasm(() => {
        const [x, scale, offset] = [fixed(shape, 1), fixed([channels], 2), fixed([channels], 3)];
        const dy = fixed(shape, 4);
        const { y, mean, variance } = batchNormTraining(x, scale, offset, { slope });
        const loss = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) =>
          tf.sum(tf.mul(batchNormTraining(a, b, c, { slope }).y, dy));
        return [y, mean, variance, ...tf.grads(loss)([x, scale, offset])];
      }, 1e-4);
    },
  );
});

describe('training batch norm', () => {
  it('keeps its digits when all inputs share a large offset', async () => {
    const values = (await onBackend('wasm', () => {
      const x = tf.add(tf.mul(fixed([64, 4], 1), 0.01), 1000);
      return [batchNormTraining(x, tf.ones([4]), tf.zeros([4])).variance];
    })) as [Float32Array];
    const [expected] = (await onBackend('cpu', () => [
      tf.moments(tf.mul(fixed([64, 4], 1), 0.01), 0).variance,
    ])) as [Float32Array];
    values[0].forEach((value, channel) => expect(value / (expected[channel] ?? 0)).toBeCloseTo(1, 1));
  });

  it('gives every channel mean 0 and variance 1', async () => {
    const [mean, variance] = (await onBackend('wasm', () => {
      const { y } = batchNormTraining(fixed([8, 4, 4, 6], 1), tf.ones([6]), tf.zeros([6]));
      const moments = tf.moments(y, [0, 1, 2]);
      return [moments.mean, moments.variance];
    })) as [Float32Array, Float32Array];
    for (const value of mean) expect(value).toBeCloseTo(0, 5);
    for (const value of variance) expect(value).toBeCloseTo(1, 3);
  });

  it('can be differentiated twice, as a gradient penalty needs', async () => {
    const penalty = (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) => {
      const weights = fixed([6, 5], 9);
      const score = (input: tf.Tensor) =>
        tf.sum(
          tf.square(tf.mul(batchNormTraining(input, scale, offset, { slope: 0.2 }).y, weights)),
        ) as tf.Scalar;
      return tf.sum(tf.square(tf.grad(score)(x))) as tf.Scalar;
    };
    await expectSameOnWasm(() => tf.grads(penalty)([fixed([6, 5], 1), fixed([5], 2), fixed([5], 3)]), 1e-3);
  });
});
