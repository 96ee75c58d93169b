/** What the tests of this library share: fixed numbers, both back ends, and a comparison that names the culprit. */
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { selectBackend } from './backend.select.ts';

/** Fixed numbers in [-1, 1). */
export function numbers(count: number, seed = 1): Float32Array {
  let state = (seed * 7919) >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

export function fixed<T extends tf.Tensor>(shape: readonly number[], seed = 1): T {
  return tf.tensor(numbers(tf.util.sizeFromShape([...shape]), seed), [...shape]) as T;
}

/** Registers everything and leaves wasm set. */
export async function useWasm(): Promise<void> {
  await selectBackend('wasm');
}

/** The numbers that `compute` gives on a back end, and that it leaves no tensor behind there. */
export async function onBackend(name: string, compute: () => tf.Tensor[]): Promise<Float32Array[]> {
  await tf.setBackend(name);
  const before = tf.memory().numTensors;
  const tensors = tf.tidy(compute);
  const values = tensors.map((tensor) => tensor.dataSync() as Float32Array);
  tf.dispose(tensors);
  expect(tf.memory().numTensors, `tensors after ${name}`).toBe(before);
  return values;
}

/** The largest difference, relative to the largest expected number (or absolute, where all are below 1). */
export function worst(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let largest = 1;
  let difference = 0;
  for (let at = 0; at < expected.length; at += 1) {
    largest = Math.max(largest, Math.abs(expected[at] ?? 0));
    difference = Math.max(difference, Math.abs((actual[at] ?? Number.NaN) - (expected[at] ?? Number.NaN)));
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
  }
  return difference / largest;
}

/** Expects `compute` to give on wasm what it gives in plain JavaScript. */
export async function expectSameOnWasm(compute: () => tf.Tensor[], tolerance = 1e-5): Promise<void> {
  const expected = await onBackend('cpu', compute);
  const actual = await onBackend('wasm', compute);
  expect(actual.length).toBe(expected.length);
  expected.forEach((values, index) => {
    expect(worst(actual[index] ?? [], values), `result ${index}`).toBeLessThan(tolerance);
  });
}
