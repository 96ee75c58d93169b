import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomTensor, seeded, useWasm } from './wasm.fixture.ts';
import { createNetwork, normalization, parameter } from './network.ts';
import {
  absorbStatistics,
  activation,
  batchNormalize,
  type ObservedStatistics,
  runningNormalize,
} from './normalization.ts';

beforeAll(useWasm);

const channels = 3;
const network = () => createNetwork(normalization('layer', channels), seeded(1));

const worst = (a: tf.Tensor, b: tf.Tensor) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0] ?? Number.NaN;

describe('batch normalisation while training', () => {
  it('equals the definition, and so do its gradients', () => {
    const net = network();
    const random = seeded(2);
    const x = randomTensor<tf.Tensor4D>([4, 2, 2, channels], random);
    const weights = randomTensor([4, 2, 2, channels], random);
    const gain = parameter(net, 'layer.gain');
    const offset = parameter(net, 'layer.offset');
    const reference = (input: tf.Tensor, g: tf.Tensor, b: tf.Tensor) => {
      const mean = tf.mean(input, [0, 1, 2], true);
      const variance = tf.mean(tf.square(tf.sub(input, mean)), [0, 1, 2], true);
      return tf.add(tf.mul(tf.div(tf.sub(input, mean), tf.sqrt(tf.add(variance, 1e-5))), g), b);
    };
    const loss = (y: tf.Tensor) => tf.sum(tf.mul(tf.square(y), weights)) as tf.Scalar;
    const expected = tf.grads((i, g, b) => loss(reference(i as tf.Tensor, g as tf.Tensor, b as tf.Tensor)))([
      x,
      gain,
      offset,
    ]);
    const variables = [gain, offset];
    const ours = tf.variableGrads(() => loss(batchNormalize(net)('layer', x, activation.none)), variables);
    const ourDx = tf.grad((i) => loss(batchNormalize(net)('layer', i, activation.none)))(x);
    expect(worst(batchNormalize(net)('layer', x, activation.none), reference(x, gain, offset))).toBeLessThan(
      1e-5,
    );
    expect(worst(ourDx, expected[0] as tf.Tensor)).toBeLessThan(1e-4);
    expect(worst(ours.grads[gain.name] as tf.Tensor, expected[1] as tf.Tensor)).toBeLessThan(1e-4);
    expect(worst(ours.grads[offset.name] as tf.Tensor, expected[2] as tf.Tensor)).toBeLessThan(1e-4);
  });
});

describe('running statistics', () => {
  it('approach what the batches had, with the unbiased variance, and then normalise like them', () => {
    const net = network();
    const x = randomTensor<tf.Tensor2D>([50, channels], seeded(3));
    for (let i = 0; i < 200; i++) {
      const observed: ObservedStatistics = new Map();
      tf.tidy(() => batchNormalize(net, observed)('layer', x, activation.none));
      absorbStatistics(net, observed);
    }
    const { mean, variance } = tf.moments(x, 0);
    expect(worst(parameter(net, 'layer.mean'), mean)).toBeLessThan(1e-5);
    expect(worst(parameter(net, 'layer.variance'), tf.mul(variance, 50 / 49))).toBeLessThan(1e-5);
    expect(
      worst(
        runningNormalize(net)('layer', x, activation.none),
        batchNormalize(net)('layer', x, activation.none),
      ),
    ).toBeLessThan(0.05);
  });

  it('move by a tenth per pass, as in Torch', () => {
    const net = network();
    const x = tf.add(tf.zeros([8, channels]), 5);
    const observed: ObservedStatistics = new Map();
    tf.tidy(() => batchNormalize(net, observed)('layer', x, activation.none));
    absorbStatistics(net, observed);
    expect(parameter(net, 'layer.mean').dataSync()[0]).toBeCloseTo(0.5, 5);
    expect(parameter(net, 'layer.variance').dataSync()[0]).toBeCloseTo(0.9, 5);
  });
});
