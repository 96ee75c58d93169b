import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { selectBackend } from '../backend.select.ts';
import { Adam } from '../ops/adam.op.ts';
import { batchNormTraining } from '../ops/batch-norm.op.ts';
import { fixed, worst } from '../reference.fixture.ts';

const whyNot = await selectBackend('webgpu').then(
  () => null,
  (error: Error) => error.message,
);
if (whyNot !== null) console.warn(`WebGPU is not tested on this machine. ${whyNot}`);

async function onBoth(compute: () => tf.Tensor[]): Promise<[Float32Array[], Float32Array[]]> {
  const outcomes: Float32Array[][] = [];
  for (const name of ['cpu', 'webgpu']) {
    await tf.setBackend(name);
    const before = tf.memory().numTensors;
    const tensors = tf.tidy(compute);
    outcomes.push((await Promise.all(tensors.map((tensor) => tensor.data()))) as Float32Array[]);
    tf.dispose(tensors);
    expect(tf.memory().numTensors).toBe(before);
  }
  return outcomes as [Float32Array[], Float32Array[]];
}

describe.runIf(whyNot === null)(`WebGPU${whyNot === null ? '' : ` (not tested here: ${whyNot})`}`, () => {
  it.each([
    [[2, 8, 8, 4], [4, 4, 4, 8], 2, 1],
    [[2, 9, 7, 3], [3, 3, 3, 5], 1, 'same'],
    [[2, 4, 4, 8], [4, 4, 8, 1], 1, 'valid'],
  ] as const)(
    'convolves %j by %j, stride %i, pad %s, with the gradients of plain JavaScript',
    async (...each) => {
      const [inputShape, filterShape, stride, pad] = each;
      const forward = (x: tf.Tensor, filter: tf.Tensor) =>
        tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, pad);
      const [expected, actual] = await onBoth(() => {
        const [x, filter] = [fixed(inputShape, 1), fixed(filterShape, 2)];
        const y = forward(x, filter);
        const dy = fixed(y.shape, 3);
        return [
          y,
          ...tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(forward(a, b), dy)))([x, filter]),
        ];
      });
      expected.forEach((values, index) => expect(worst(actual[index] ?? [], values)).toBeLessThan(1e-4));
    },
  );

  it('normalises a batch and takes an Adam step as plain JavaScript does', async () => {
    const [expected, actual] = await onBoth(() => {
      const weights = tf.variable(fixed([5], 2), true);
      const adam = new Adam({ learningRate: 0.1, beta1: 0.5, epsilon: 0.1 });
      const { grads } = tf.variableGrads(
        () =>
          tf.sum(tf.square(batchNormTraining(fixed([6, 5], 1), weights, tf.zeros([5]), { slope: 0.2 }).y)),
        [weights],
      );
      adam.apply({ weights: grads[weights.name] as tf.Tensor }, { weights });
      const after = weights.clone();
      adam.dispose();
      weights.dispose();
      return [after];
    });
    expect(worst(actual[0] ?? [], expected[0] ?? [])).toBeLessThan(1e-4);
  });

  it('is left out by auto when its driver computes in software', async () => {
    const selected = await selectBackend('auto');
    const verdict = selected.considered.find(({ name }) => name === 'webgpu');
    expect(verdict?.usable).toBe(true);
    expect(selected.name === 'webgpu').toBe(!verdict?.why.includes('software driver'));
  });
});
