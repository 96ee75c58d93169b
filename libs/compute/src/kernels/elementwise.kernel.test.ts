import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectSameOnWasm, fixed, onBackend, useWasm } from '../reference.fixture.ts';

beforeAll(useWasm);

describe('leaky ReLU', () => {
  it.each([[[1]], [[7]], [[3, 5, 2]], [[64, 16]]])(
    'of %j has the gradient of plain JavaScript',
    async (shape) => {
      await expectSameOnWasm(() => {
        const dy = fixed(shape, 2);
        const loss = (x: tf.Tensor) => tf.sum(tf.mul(tf.leakyRelu(x, 0.2), dy));
        return [tf.leakyRelu(fixed(shape, 1), 0.2), tf.grad(loss)(fixed(shape, 1))];
      });
    },
  );

  it('takes integers, as tfjs does', async () => {
    await expectSameOnWasm(() => [tf.leakyRelu(tf.tensor1d([-5, 0, 5], 'int32'), 0.2)]);
  });

  it('can be differentiated twice', async () => {
    await expectSameOnWasm(() => {
      const score = (x: tf.Tensor) => tf.sum(tf.pow(tf.leakyRelu(x, 0.2), 3)) as tf.Scalar;
      const penalty = (x: tf.Tensor) => tf.sum(tf.square(tf.grad(score)(x))) as tf.Scalar;
      return [tf.grad(penalty)(fixed([9], 1))];
    });
  });
});

describe('tanh', () => {
  it('is within 3e-7 of plain JavaScript, with its sign, at every size', async () => {
    const values = [
      -100, -9.02, -9, -3.3, -0.3501, -0.35, -0.3499, -1e-3, -1e-20, 0, 1e-20, 0.2, 0.35, 0.36, 1, 5, 90,
    ];
    const [found] = (await onBackend('wasm', () => [tf.tanh(tf.tensor1d(values))])) as [Float32Array];
    values.forEach((value, at) => {
      const expected = Math.tanh(value);
      expect(Math.abs((found[at] ?? 0) - expected)).toBeLessThanOrEqual(
        3e-7 * Math.max(1e-20, Math.abs(expected)),
      );
    });
  });

  it('keeps what is not a number, and bounds what is infinite', async () => {
    const [found] = (await onBackend('wasm', () => [
      tf.tanh(tf.tensor1d([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])),
    ])) as [Float32Array];
    expect([...found]).toEqual([Number.NaN, 1, -1]);
  });
});

describe('the gradient of gather', () => {
  it.each([0, 1])('along axis %i adds up what was gathered more than once', async (axis) => {
    await expectSameOnWasm(() => {
      const indices = tf.tensor1d([2, 0, 2, 2, 1], 'int32');
      const dy = fixed(axis === 0 ? [5, 4] : [3, 5], 2);
      const x = fixed(axis === 0 ? [3, 4] : [3, 4], 1);
      return [tf.grad((a: tf.Tensor) => tf.sum(tf.mul(tf.gather(a, indices, axis), dy)))(x)];
    });
  });
});

describe('a clone', () => {
  it('shares its numbers, and outlives the original', async () => {
    const [values] = (await onBackend('wasm', () => {
      const original = tf.tensor1d([1, 2, 3]);
      const copy = original.clone();
      original.dispose();
      return [copy];
    })) as [Float32Array];
    expect([...values]).toEqual([1, 2, 3]);
  });
});
