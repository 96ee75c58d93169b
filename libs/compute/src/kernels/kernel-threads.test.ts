import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend.select.ts';
import { Adam } from '../ops/adam.op.ts';
import { batchNormTraining } from '../ops/batch-norm.op.ts';
import { expectSameOnWasm, fixed, onBackend } from '../reference.fixture.ts';
import { WasmHeap } from './wasm-heap.ts';

beforeAll(async () => {
  const { device } = await selectBackend('wasm', { threads: 3 });
  heap().useThreads(3, true);
  expect(device).toContain('3 threads');
});

const heap = () => WasmHeap.of(tf.backend());

/** What `compute` gives with so many threads. */
async function withThreads(threads: number, compute: () => tf.Tensor[]): Promise<Float32Array[]> {
  await tf.setBackend('wasm');
  heap().useThreads(threads, true);
  expect(heap().threads).toBe(threads);
  try {
    return await onBackend('wasm', compute);
  } finally {
    heap().useThreads(3);
  }
}

const image = (channels: number) => fixed<tf.Tensor4D>([5, 16, 16, channels], 1);

/** A convolution with the gradients of its input and its filter, of a size that is worth sharing. */
const convolution = (channels: number, outChannels: number) => () => {
  const filter = fixed<tf.Tensor4D>([4, 4, channels, outChannels], 2);
  const y = (x: tf.Tensor, f: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 2, 1);
  const [dx, dFilter] = tf.grads((x, f) => tf.sum(tf.square(y(x, f))))([image(channels), filter]);
  return [y(image(channels), filter), dx as tf.Tensor, dFilter as tf.Tensor];
};

const work: Record<string, () => tf.Tensor[]> = {
  'a convolution and its gradients': convolution(20, 36),
  'a convolution of a picture and its gradients': convolution(3, 32),
  'products of matrices, plain and transposed': () => {
    const [a, b] = [fixed<tf.Tensor2D>([150, 100], 3), fixed<tf.Tensor2D>([100, 210], 4)];
    const c = fixed<tf.Tensor2D>([150, 90], 5);
    return [
      tf.matMul(a, b),
      tf.matMul(a, c, true),
      tf.matMul(b, fixed<tf.Tensor2D>([50, 210], 6), false, true),
    ];
  },
  'batch normalisation and its gradients': () => {
    const x = image(37);
    const [scale, offset] = [fixed([37], 7), fixed([37], 8)];
    const y = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) => batchNormTraining(a, b, c, { slope: 0.2 });
    const loss = (...args: tf.Tensor[]) => {
      const [a, b, c] = args as [tf.Tensor, tf.Tensor, tf.Tensor];
      return tf.sum(tf.mul(y(a, b, c).y, x)) as tf.Scalar;
    };
    const { y: normal, mean, variance } = y(x, scale, offset);
    return [normal, mean, variance, ...tf.grads(loss)([x, scale, offset])];
  },
  activations: () => {
    const x = image(31);
    return [tf.tanh(x), tf.leakyRelu(x, 0.2), tf.grad((a) => tf.sum(tf.leakyRelu(a, 0.2)))(x)];
  },
};

describe.each(Object.entries(work))('%s', (_what, compute) => {
  it('are the same to the bit with one thread, two and three', async () => {
    const [one, two, three] = [
      await withThreads(1, compute),
      await withThreads(2, compute),
      await withThreads(3, compute),
    ];
    expect(two).toEqual(one);
    expect(three).toEqual(one);
  });

  it('are those of plain JavaScript with three threads', () => expectSameOnWasm(compute, 2e-5));
});

describe('threads', () => {
  it('take the same optimiser steps as one', async () => {
    const steps = async (threads: number) => {
      await tf.setBackend('wasm');
      heap().useThreads(threads, true);
      const weights = tf.tidy(() => tf.variable(fixed([100_003], 9)));
      const adam = new Adam({ learningRate: 0.01 });
      for (const seed of [10, 11]) tf.tidy(() => adam.apply({ w: fixed([100_003], seed) }, { w: weights }));
      const values = weights.dataSync();
      adam.dispose();
      weights.dispose();
      return values;
    };
    expect(await steps(3)).toEqual(await steps(1));
  });

  it('see what stands in memory that was added after they started', async () => {
    await tf.setBackend('wasm');
    const before = heap().bytes();
    const held = Array.from({ length: 4 }, () => tf.zeros([(before >> 2) + 1]));
    expect(heap().bytes()).toBeGreaterThan(before * 4);
    await expectSameOnWasm(convolution(20, 36), 2e-5);
    tf.dispose(held);
  });

  it('do not let the heap grow from call to call', async () => {
    await tf.setBackend('wasm');
    const compute = () => Object.values(work).forEach((each) => tf.tidy(() => void each()));
    for (let warm = 0; warm < 3; warm += 1) compute();
    const [bytes, tensors] = [heap().bytes(), tf.memory().numTensors];
    for (let call = 0; call < 30; call += 1) compute();
    expect(heap().bytes()).toBe(bytes);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('sleep while there is no work, and hold up no process that wants to end', async () => {
    const script = `
      import * as tf from '@tensorflow/tfjs-core';
      import { selectBackend } from './index.ts';
      await selectBackend('wasm', { threads: 4 });
      const x = tf.ones([4, 64, 64, 16]), f = tf.ones([3, 3, 16, 16]);
      for (let call = 0; call < 20; call += 1) tf.tidy(() => void tf.conv2d(x, f, 1, 'same'));
      await new Promise((done) => setTimeout(done, 300));
      const before = process.cpuUsage();
      await new Promise((done) => setTimeout(done, 1000));
      const { user, system } = process.cpuUsage(before);
      process.stdout.write(String((user + system) / 1000));`;
    const folder = fileURLToPath(new URL('..', import.meta.url));
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
    expect(Number(stdout)).toBeLessThan(200); // ms of processor time in a second; a spinning thread takes 1000
  });

  it('go with their back end', async () => {
    await tf.setBackend('wasm');
    heap().close();
    expect(heap().threads).toBe(1);
    await expectSameOnWasm(convolution(20, 36), 2e-5);
  });
});
