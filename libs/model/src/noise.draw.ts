/** z of the paper. */
import * as tf from '@tensorflow/tfjs-core';
import type { Random } from './network.ts';

/** [rows, Z] of standard normal noise. */
export const drawNoise = (rows: number, noiseDim: number, random: Random): tf.Tensor2D =>
  tf.tensor2d(
    Float32Array.from({ length: rows * noiseDim }, () => random.normal()),
    [rows, noiseDim],
  );
