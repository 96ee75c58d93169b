import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { latentPath } from './latent.path.ts';
import { seeded, useWasm } from './wasm.fixture.ts';

beforeAll(useWasm);

const normal = (size: number, seed: number): tf.Tensor1D => {
  const random = seeded(seed);
  return tf.tensor1d(Float32Array.from({ length: size }, () => random.normal()));
};
const rowsOf = (path: tf.Tensor2D): number[][] => path.arraySync();
const lengthOf = (vector: readonly number[]): number => Math.hypot(...vector);

describe('the path between two latent points', () => {
  it.each(['linear', 'spherical'] as const)('is [F, D] and has exactly its ends, %s', (shape) => {
    const [from, to] = [normal(100, 1), normal(100, 2)];
    const path = latentPath(from, to, [0, 0.25, 0.5, 1], shape);
    expect(path.shape).toEqual([4, 100]);
    const rows = rowsOf(path);
    expect(rows[0]).toEqual([...from.dataSync()]);
    expect(rows[3]).toEqual([...to.dataSync()]);
  });

  it('goes straight when linear: the middle is the mean', () => {
    const path = latentPath(tf.tensor1d([0, 2]), tf.tensor1d([4, 0]), [0.5], 'linear');
    expect(rowsOf(path)).toEqual([[2, 1]]);
  });

  it('goes along the arc when spherical: equal angles, and as long as its ends', () => {
    const path = latentPath(tf.tensor1d([3, 0]), tf.tensor1d([0, 3]), [1 / 3, 2 / 3], 'spherical');
    const [first = [], second = []] = rowsOf(path);
    expect(first[0]).toBeCloseTo(3 * Math.cos(Math.PI / 6), 4);
    expect(first[1]).toBeCloseTo(3 * Math.sin(Math.PI / 6), 4);
    expect(second[0]).toBeCloseTo(3 * Math.cos(Math.PI / 3), 4);
  });

  it('keeps noise as long as noise is, where the chord loses a third of it', () => {
    const [from, to] = [normal(100, 3), normal(100, 4)];
    const usual = (lengthOf([...from.dataSync()]) + lengthOf([...to.dataSync()])) / 2;
    const middle = (shape: 'linear' | 'spherical') =>
      lengthOf(rowsOf(latentPath(from, to, [0.5], shape))[0] ?? []) / usual;
    expect(middle('spherical')).toBeGreaterThan(0.95);
    expect(middle('linear')).toBeLessThan(0.8);
  });

  it('is as long as its ends all along the arc, where both are equally long', () => {
    const [from, to] = [normal(100, 8), normal(100, 9)].map(
      (end) => tf.div(end, tf.norm(end)) as tf.Tensor1D,
    );
    const positions = Array.from({ length: 33 }, (_, i) => i / 32);
    const path = latentPath(from as tf.Tensor1D, to as tf.Tensor1D, positions, 'spherical');
    for (const row of rowsOf(path)) expect(lengthOf(row)).toBeCloseTo(1, 5);
  });

  it('has no jump where the arc gives way to the chord: ends that are nearly the same', () => {
    for (const angle of [0.9e-3, 1.1e-3]) {
      const to = tf.tensor1d([Math.cos(angle), Math.sin(angle)]);
      const [[x = 0, y = 0] = []] = rowsOf(latentPath(tf.tensor1d([1, 0]), to, [0.5], 'spherical'));
      expect(x).toBeCloseTo(Math.cos(angle / 2), 5);
      expect(y).toBeCloseTo(Math.sin(angle / 2), 5);
    }
  });

  it('falls back to the chord where there is no one arc: equal, opposite and zero vectors', () => {
    const one = tf.tensor1d([1, 2]);
    expect(rowsOf(latentPath(one, one, [0, 0.5, 1], 'spherical'))).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    expect(rowsOf(latentPath(one, tf.neg(one), [0.5], 'spherical'))).toEqual([[0, 0]]);
    const fromZero = rowsOf(latentPath(tf.zeros([2]), one, [0, 0.5, 1], 'spherical'));
    expect(fromZero.flat().every(Number.isFinite)).toBe(true);
  });

  it('leaves no tensor but its result', () => {
    const [from, to] = [normal(5, 5), normal(5, 6)];
    const before = tf.memory().numTensors;
    latentPath(from, to, [0, 0.5, 1], 'spherical').dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
