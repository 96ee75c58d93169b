/** Numbers that the golden script (tools/golden/style_encoder.py) makes by the same formula: values, and digests of many. */
import * as tf from '@tensorflow/tfjs-core';

/** scale * sin(i * stride + offset), i counting the values row by row. */
export const wave = (size: number, scale: number, stride: number, offset = 0): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => scale * Math.sin(i * stride + offset));

export interface Digest {
  norm: number;
  /** Product with cos(i). */
  projection: number;
  first: number[];
}

export const digestOf = (values: ArrayLike<number>): Digest => {
  const all = Array.from(values);
  return {
    norm: Math.hypot(...all),
    projection: all.reduce((sum, value, i) => sum + value * Math.cos(i), 0),
    first: all.slice(0, 6),
  };
};

/** The largest difference of two digests, relative to the norm of what they digest. */
export const digestError = (ours: Digest, theirs: Digest): number => {
  const differences = [
    ours.norm - theirs.norm,
    ours.projection - theirs.projection,
    ...ours.first.map((value, i) => value - (theirs.first[i] ?? Number.NaN)),
  ];
  return Math.max(...differences.map(Math.abs)) / Math.max(theirs.norm, 1e-12);
};

export const waveTensor = <T extends tf.Tensor>(shape: number[], scale: number, stride: number, offset = 0) =>
  tf.tensor(wave(tf.util.sizeFromShape(shape), scale, stride, offset), shape) as T;
