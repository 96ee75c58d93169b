import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, it } from 'vitest';
import { expectSameOnWasm, fixed, useWasm } from '../reference.fixture.ts';

beforeAll(useWasm);

const sizes = [
  [1, 1, 1],
  [5, 7, 3],
  [64, 100, 1],
  [3, 300, 20],
  [17, 4, 33],
] as const;

describe.each(sizes)('a product of %i x %i and %i columns', (rows, inner, columns) => {
  it.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])('transposed %s and %s agrees with plain JavaScript, gradients too', async (transposeA, transposeB) => {
    await expectSameOnWasm(() => {
      const a = fixed(transposeA ? [inner, rows] : [rows, inner], 1);
      const b = fixed(transposeB ? [columns, inner] : [inner, columns], 2);
      const product = (x: tf.Tensor, y: tf.Tensor) => tf.matMul(x, y, transposeA, transposeB);
      const dy = fixed([rows, columns], 3);
      return [product(a, b), ...tf.grads((x, y) => tf.sum(tf.mul(product(x, y), dy)))([a, b])];
    });
  });
});

describe('a batch of products', () => {
  it('agrees with plain JavaScript', async () => {
    await expectSameOnWasm(() => [tf.matMul(fixed([3, 4, 5], 1), fixed([3, 5, 6], 2))]);
  });

  it('of one product keeps its batch axis', async () => {
    await expectSameOnWasm(() => [tf.matMul(fixed([1, 4, 5], 1), fixed([1, 5, 6], 2))]);
  });
});
