import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectSameOnWasm, fixed, useWasm } from '../reference.fixture.ts';

beforeAll(useWasm);

type Shape = [number, number, number, number];

describe('the gradient of max pooling', () => {
  it.each<[string, Shape, [number, number], number, 'valid' | 'same']>([
    ['apart, over text', [2, 1, 12, 5], [1, 3], 3, 'valid'],
    ['overlapping, over text', [2, 1, 18, 3], [1, 3], 2, 'valid'],
    ['over pictures', [2, 6, 8, 3], [2, 2], 2, 'valid'],
    ['with padding', [1, 5, 5, 2], [3, 3], 2, 'same'],
  ])('of windows %s equals that of plain JavaScript', async (_, shape, size, stride, pad) => {
    await expectSameOnWasm(() => {
      const gradient = tf.grad((x) => {
        const pooled = tf.maxPool(x as tf.Tensor4D, size, [size[0] === 1 ? 1 : stride, stride], pad);
        return tf.sum(tf.mul(pooled, tf.reshape(tf.range(0, pooled.size), pooled.shape)));
      });
      return [gradient(fixed<tf.Tensor4D>(shape))];
    });
  });

  it.each(['wasm', 'cpu'])('on %s goes to the first of equal values, and to no other', async (backend) => {
    await tf.setBackend(backend);
    const gradient = tf.tidy(() =>
      tf.grad((x) => tf.sum(tf.maxPool(x as tf.Tensor4D, [1, 3], [1, 3], 'valid')))(tf.ones([1, 1, 6, 1])),
    );
    expect([...gradient.dataSync()]).toEqual([1, 0, 0, 1, 0, 0]);
    gradient.dispose();
    await tf.setBackend('wasm');
  });
});
