import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectSameOnWasm, fixed, onBackend, useWasm } from '../reference.fixture.ts';

beforeAll(useWasm);

type Pad =
  | number
  | 'same'
  | 'valid'
  | [[number, number], [number, number], [number, number], [number, number]];

interface Case {
  /** [B, H, W, I] */
  input: [number, number, number, number];
  /** [kh, kw, O] */
  kernel: [number, number, number];
  strides: [number, number];
  pad: Pad;
}

const uneven: Pad = [
  [0, 0],
  [1, 0],
  [2, 1],
  [0, 0],
];

const cases: Case[] = [
  { input: [2, 8, 8, 4], kernel: [4, 4, 8], strides: [2, 2], pad: 1 },
  { input: [2, 16, 16, 3], kernel: [4, 4, 16], strides: [2, 2], pad: 1 },
  { input: [2, 4, 4, 8], kernel: [4, 4, 1], strides: [1, 1], pad: 'valid' },
  { input: [2, 9, 7, 3], kernel: [3, 3, 5], strides: [1, 1], pad: 'same' },
  { input: [1, 7, 9, 5], kernel: [4, 4, 3], strides: [2, 2], pad: 'valid' },
  { input: [3, 6, 6, 12], kernel: [3, 3, 20], strides: [2, 2], pad: uneven },
  { input: [2, 5, 5, 8], kernel: [1, 1, 8], strides: [1, 1], pad: 'valid' },
  { input: [2, 5, 5, 7], kernel: [1, 1, 9], strides: [2, 2], pad: 'same' },
  { input: [2, 6, 9, 2], kernel: [2, 3, 6], strides: [1, 2], pad: 'same' },
  { input: [2, 1, 23, 6], kernel: [1, 4, 9], strides: [1, 1], pad: 'valid' },
  { input: [5, 3, 3, 33], kernel: [3, 3, 17], strides: [1, 1], pad: 'same' },
  { input: [7, 8, 8, 8], kernel: [4, 4, 9], strides: [2, 2], pad: 1 },
  { input: [6, 5, 6, 12], kernel: [5, 5, 7], strides: [1, 1], pad: 'same' },
  { input: [40, 4, 4, 4], kernel: [3, 3, 4], strides: [1, 1], pad: 'same' },
];

const narrow: Case[] = [1, 2, 3, 4].map((channels) => ({
  input: [2, 12, 22, channels],
  kernel: [4, 4, 6],
  strides: [2, 2],
  pad: 1,
}));
cases.push(...narrow, { input: [2, 9, 11, 3], kernel: [3, 3, 5], strides: [1, 1], pad: 'valid' });

const title = ({ input, kernel, strides, pad }: Case) =>
  `[${input.join(',')}] by [${kernel.join(',')}], strides ${strides.join(',')}, pad ${JSON.stringify(pad)}`;

describe.each(cases.map((each) => [title(each), each] as const))('a convolution of %s', (_title, each) => {
  const { input, kernel, strides, pad } = each;
  const filterShape = [kernel[0], kernel[1], input[3], kernel[2]];
  const forward = (x: tf.Tensor, filter: tf.Tensor) =>
    tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad as 'same');

  it('has the forward pass and both gradients of plain JavaScript', async () => {
    await expectSameOnWasm(() => {
      const [x, filter] = [fixed(input, 1), fixed(filterShape, 2)];
      const y = forward(x, filter);
      const dy = fixed(y.shape, 3);
      const gradients = tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(forward(a, b), dy)));
      return [y, ...gradients([x, filter])];
    });
  });

  it('is undone in shape by its transposed convolution, with the gradients of plain JavaScript', async () => {
    await expectSameOnWasm(() => {
      const [x, filter] = [fixed(input, 1), fixed(filterShape, 2)];
      const small = fixed(forward(x, filter).shape, 4);
      const dy = fixed(input, 5);
      const transposed = (a: tf.Tensor, b: tf.Tensor) =>
        tf.conv2dTranspose(a as tf.Tensor4D, b as tf.Tensor4D, input, strides, pad as 'same');
      const gradients = tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(transposed(a, b), dy)));
      return [transposed(small, filter), ...gradients([small, filter])];
    });
  });
});

describe('a convolution', () => {
  it('with dilation is left to tfjs', async () => {
    await expectSameOnWasm(() => [
      tf.conv2d(
        fixed<tf.Tensor4D>([1, 8, 8, 3], 1),
        fixed<tf.Tensor4D>([3, 3, 3, 4], 2),
        1,
        'same',
        'NHWC',
        2,
      ),
    ]);
  });

  it('of NCHW data is refused, not computed wrongly', async () => {
    const compute = () => [
      tf.conv2d(fixed<tf.Tensor4D>([1, 3, 8, 8], 1), fixed<tf.Tensor4D>([3, 3, 3, 4], 2), 1, 'same', 'NCHW'),
    ];
    await expect(onBackend('wasm', compute)).rejects.toThrow('NHWC');
  });
});
