import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixed, useWasm, worst } from '../reference.fixture.ts';

beforeAll(async () => {
  await useWasm();
  await tf.setBackend('cpu');
});

type Function1 = (x: tf.Tensor) => tf.Tensor;

/** The gradient of a weighted sum of f(x) by central differences, one number at a time. */
function byDifferences(f: Function1, x: tf.Tensor): number[] {
  const step = 1e-2;
  const score = (values: Float32Array) =>
    tf.tidy(() => {
      const y = f(tf.tensor(values, x.shape));
      return tf.sum(tf.mul(y, fixed(y.shape, 7))).dataSync()[0] ?? Number.NaN;
    });
  const values = x.dataSync() as Float32Array;
  return Array.from(values, (_, at) => {
    const [above, below] = [values.slice(), values.slice()];
    above[at] = (above[at] ?? 0) + step;
    below[at] = (below[at] ?? 0) - step;
    return (score(above) - score(below)) / (2 * step);
  });
}

function byTape(f: Function1, x: tf.Tensor): ArrayLike<number> {
  return tf.tidy(() =>
    tf
      .grad((input: tf.Tensor) => {
        const y = f(input);
        return tf.sum(tf.mul(y, fixed(y.shape, 7)));
      })(x)
      .dataSync(),
  );
}

/** Numbers in (0.6, 1.4): away from every kink and pole. */
const positive = (shape: number[]) => tf.tidy(() => tf.add(tf.mul(fixed(shape, 8), 0.4), 1));

const row = () => fixed([3], 5);
const matrix = () => fixed([2, 3], 5);

const operations: Record<string, Function1> = {
  'add, broadcast left': (x) => tf.add(x, fixed([4, 2, 3], 5)),
  'add, broadcast right': (x) => tf.add(row(), x),
  sub: (x) => tf.sub(row(), x),
  mul: (x) => tf.mul(x, row()),
  'mul by itself': (x) => tf.mul(x, x),
  'div, numerator': (x) => tf.div(x, tf.add(row(), 3)),
  'div, denominator': (x) => tf.div(row(), x),
  squaredDifference: (x) => tf.squaredDifference(x, row()),
  'maximum and minimum': (x) => tf.add(tf.maximum(x, 1), tf.minimum(1, x)),
  'pow, base': (x) => tf.pow(x, 3),
  'pow, exponent': (x) => tf.pow(tf.scalar(2), x),
  addN: (x) => tf.addN([x, x, x]),
  neg: (x) => tf.neg(x),
  abs: (x) => tf.abs(tf.sub(x, 1)),
  square: (x) => tf.square(x),
  sqrt: (x) => tf.sqrt(x),
  rsqrt: (x) => tf.rsqrt(x),
  reciprocal: (x) => tf.reciprocal(x),
  exp: (x) => tf.exp(x),
  expm1: (x) => tf.expm1(x),
  log: (x) => tf.log(x),
  log1p: (x) => tf.log1p(x),
  sin: (x) => tf.sin(x),
  cos: (x) => tf.cos(x),
  erf: (x) => tf.erf(x),
  tanh: (x) => tf.tanh(x),
  sigmoid: (x) => tf.sigmoid(x),
  softplus: (x) => tf.softplus(x),
  relu: (x) => tf.relu(tf.sub(x, 1)),
  relu6: (x) => tf.relu6(tf.mul(x, 6)),
  elu: (x) => tf.elu(tf.sub(x, 1)),
  leakyRelu: (x) => tf.leakyRelu(tf.sub(x, 1), 0.2),
  prelu: (x) => tf.prelu(tf.sub(x, 1), row()),
  'prelu, slope': (x) => tf.prelu(matrix(), x),
  clip: (x) => tf.clipByValue(x, 0.92, 1.06),
  'cast and clone': (x) => tf.cast(x, 'float32').clone(),
  'where, both branches': (x) => tf.where(tf.greater(matrix(), 0), x, tf.mul(x, 2)),
  'sum over one axis': (x) => tf.sum(x, 0),
  'sum keeping axes': (x) => tf.sum(x, 1, true),
  'mean over one axis': (x) => tf.mean(x, 1),
  'mean of all': (x) => tf.mean(x),
  max: (x) => tf.max(x, 1),
  min: (x) => tf.min(x, 0),
  cumsum: (x) => tf.cumsum(x, 1),
  'cumsum, first axis, exclusive': (x) => tf.cumsum(x, 0, true),
  softmax: (x) => tf.softmax(x),
  logSoftmax: (x) => tf.logSoftmax(x),
  logSumExp: (x) => tf.logSumExp(x, 1),
  moments: (x) => tf.moments(x, 0).variance,
  reshape: (x) => tf.reshape(x, [3, 2]),
  expandDims: (x) => tf.expandDims(x, 1),
  transpose: (x) => tf.transpose(x),
  tile: (x) => tf.tile(x, [2, 3]),
  broadcastTo: (x) => tf.broadcastTo(tf.reshape(x, [2, 1, 3]), [2, 4, 3]),
  concat: (x) => tf.concat([matrix(), x, x], 1),
  split: (x) => tf.mul(...(tf.split(tf.concat([x, x], 1), 2, 1) as [tf.Tensor, tf.Tensor])),
  slice: (x) => tf.slice(x, [1, 1], [1, 2]),
  pad: (x) =>
    tf.pad(x, [
      [1, 0],
      [0, 2],
    ]),
  stack: (x) => tf.stack([x, matrix(), x], 1),
  unstack: (x) => tf.mul(...(tf.unstack(x) as [tf.Tensor, tf.Tensor])),
  reverse: (x) => tf.reverse(x, 1),
  'gather rows': (x) => tf.gather(x, tf.tensor1d([1, 0, 1], 'int32')),
  'gather columns': (x) => tf.gather(x, tf.tensor1d([2, 2, 0, 1], 'int32'), 1),
  matMul: (x) => tf.matMul(x as tf.Tensor2D, fixed<tf.Tensor2D>([3, 4], 5)),
  'matMul, transposed twice': (x) => tf.matMul(x as tf.Tensor2D, fixed<tf.Tensor2D>([4, 2], 5), true, true),
  'batchNorm, input': (x) => {
    const image = tf.reshape(x, [1, 2, 1, 3]) as tf.Tensor4D;
    return tf.batchNorm(
      image,
      fixed<tf.Tensor1D>([3], 4),
      tf.ones([3]) as tf.Tensor1D,
      row() as tf.Tensor1D,
      row() as tf.Tensor1D,
    );
  },
  'batchNorm, variance and scale': (x) => {
    const [variance, scale] = tf.unstack(x) as [tf.Tensor1D, tf.Tensor1D];
    return tf.batchNorm(fixed<tf.Tensor4D>([2, 2, 1, 3], 4), scale, variance, scale, scale);
  },
};

describe('a derivative agrees with finite differences', () => {
  it.each(Object.entries(operations))('%s', (_name, f) => {
    const x = positive([2, 3]);
    expect(worst(byTape(f, x), byDifferences(f, x))).toBeLessThan(5e-3);
  });

  const image = () => positive([1, 4, 4, 2]);
  const images: Record<string, Function1> = {
    conv2d: (x) => tf.conv2d(x as tf.Tensor4D, fixed<tf.Tensor4D>([3, 3, 2, 3], 5), 2, 'same'),
    'conv2d, filter': (x) =>
      tf.conv2d(fixed<tf.Tensor4D>([1, 6, 6, 4], 5), tf.reshape(x, [4, 2, 4, 1]) as tf.Tensor4D, 1, 'valid'),
    maxPool: (x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'),
    avgPool: (x) => tf.avgPool(x as tf.Tensor4D, 2, 2, 'valid'),
    resizeBilinear: (x) => tf.image.resizeBilinear(x as tf.Tensor4D, [7, 5]),
    resizeNearestNeighbor: (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [8, 8]),
    'space to batch and back': (x) =>
      tf.mul(
        tf.batchToSpaceND(
          tf.mul(
            tf.spaceToBatchND(
              x,
              [2, 2],
              [
                [0, 0],
                [0, 0],
              ],
            ),
            2,
          ),
          [2, 2],
          [
            [0, 0],
            [0, 0],
          ],
        ),
        x,
      ),
  };
  it.each(Object.entries(images))('%s', (_name, f) => {
    const x = image();
    expect(worst(byTape(f, x), byDifferences(f, x))).toBeLessThan(5e-3);
  });
});

describe('a kernel without a derivative', () => {
  it('is refused by name', () => {
    expect(() => tf.grad((x: tf.Tensor) => tf.sum(tf.tan(x)))(fixed([2], 1))).toThrow('Tan');
  });

  it('is refused for a gather in batches', () => {
    const indices = tf.tensor2d([[0], [1]], [2, 1], 'int32');
    expect(() => tf.grad((x: tf.Tensor) => tf.sum(tf.gather(x, indices, 1, 1)))(fixed([2, 3], 1))).toThrow(
      'batchDims',
    );
  });

  it('is refused for a dilated convolution', () => {
    const score = (x: tf.Tensor) =>
      tf.sum(tf.conv2d(x as tf.Tensor4D, fixed<tf.Tensor4D>([3, 3, 1, 1], 2), 1, 'same', 'NHWC', 2));
    expect(() => tf.grad(score)(fixed([1, 8, 8, 1], 1))).toThrow('dilation');
  });
});
