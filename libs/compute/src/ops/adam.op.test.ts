import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixed, useWasm, worst } from '../reference.fixture.ts';
import { Adam, type AdamOptions } from './adam.op.ts';

beforeAll(useWasm);

const options: Required<AdamOptions> = { learningRate: 0.01, beta1: 0.5, beta2: 0.999, epsilon: 1e-8 };

/** Steps with gradients 1, 2, 3, ... of fixed numbers on one variable of 7 numbers. */
function train(adam: Adam, weights: tf.Variable, from: number, to: number): Float32Array {
  for (let step = from; step <= to; step += 1) {
    const gradient = fixed([7], step);
    adam.apply({ weights: gradient }, { weights });
    gradient.dispose();
  }
  return weights.dataSync() as Float32Array;
}

const start = () => tf.tidy(() => tf.variable(fixed([7], 99)));

describe('Adam', () => {
  it.each(['wasm', 'cpu'])('on %s takes the same steps as tf.train.adam', async (backend) => {
    await tf.setBackend(backend);
    const reference = start();
    const { learningRate, beta1, beta2, epsilon } = options;
    const theirs = tf.train.adam(learningRate, beta1, beta2, epsilon);
    for (let step = 1; step <= 5; step += 1) {
      const gradient = fixed([7], step);
      theirs.applyGradients([{ name: reference.name, tensor: gradient }]);
      gradient.dispose();
    }
    const ours = train(new Adam(options), start(), 1, 5);
    expect(worst(ours, reference.dataSync())).toBeLessThan(1e-6);
  });

  it('continues from a saved state as if it had never stopped', async () => {
    await tf.setBackend('wasm');
    const through = train(new Adam(options), start(), 1, 6);
    const first = new Adam(options);
    const weights = start();
    train(first, weights, 1, 3);
    const second = new Adam(options);
    second.restore(first.state());
    first.dispose();
    expect(train(second, weights, 4, 6)).toEqual(through);
  });

  it('leaves the number of tensors as it was', async () => {
    await tf.setBackend('wasm');
    const before = tf.memory().numTensors;
    const [adam, weights] = [new Adam(options), start()];
    train(adam, weights, 1, 1);
    const during = tf.memory().numTensors;
    train(adam, weights, 2, 4);
    expect(tf.memory().numTensors).toBe(during);
    adam.dispose();
    weights.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses a gradient for a variable that it was not given', async () => {
    const gradient = fixed([7], 1);
    expect(() => new Adam(options).apply({ other: gradient }, {})).toThrow('other');
  });
});
