import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixed, numbers, useWasm, worst } from '../reference.fixture.ts';
import { RmsProp } from './rms-prop.op.ts';

beforeAll(useWasm);

const rate = 0.01;

const train = (optimizer: RmsProp, weights: tf.Variable, from: number, to: number): Float32Array => {
  for (let step = from; step <= to; step += 1) {
    const gradient = fixed([7], step);
    optimizer.apply({ weights: gradient }, { weights });
    gradient.dispose();
  }
  return weights.dataSync() as Float32Array;
};

const start = () => tf.tidy(() => tf.variable(fixed<tf.Tensor>([7], 99)));

describe('RMSprop', () => {
  it.each(['wasm', 'cpu'])("on %s takes Torch's steps: epsilon outside of the root", async (backend) => {
    await tf.setBackend(backend);
    const expected = [...numbers(7, 99)];
    const squares = expected.map(() => 0);
    for (let step = 1; step <= 3; step += 1) {
      numbers(7, step).forEach((gradient, at) => {
        squares[at] = 0.99 * (squares[at] ?? 0) + 0.01 * gradient ** 2;
        expected[at] = (expected[at] ?? 0) - (rate * gradient) / (Math.sqrt(squares[at] ?? 0) + 0.1);
      });
    }
    const actual = train(new RmsProp({ learningRate: rate, epsilon: 0.1 }), start(), 1, 3);
    expect(worst(actual, expected)).toBeLessThan(1e-6);
  });

  it('continues from a saved state as if it had never stopped, and frees what it made', async () => {
    await tf.setBackend('wasm');
    const before = tf.memory().numTensors;
    const [whole, first, second] = [0, 1, 2].map(() => new RmsProp({ learningRate: rate })) as [
      RmsProp,
      RmsProp,
      RmsProp,
    ];
    const [through, weights] = [start(), start()];
    const expected = [...train(whole, through, 1, 6)];
    train(first, weights, 1, 3);
    second.restore(first.state());
    expect(second.state().steps).toBe(3);
    expect([...train(second, weights, 4, 6)]).toEqual(expected);
    for (const optimizer of [whole, first, second]) optimizer.dispose();
    tf.dispose([through, weights]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses a gradient for a variable that it was not given', () => {
    const gradient = fixed([7], 1);
    expect(() => new RmsProp({ learningRate: rate }).apply({ other: gradient }, {})).toThrow('other');
    gradient.dispose();
  });
});
