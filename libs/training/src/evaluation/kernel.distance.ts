/** KID: how far two sets of pictures are apart, without bias by their number, so that few pictures suffice. */
import { type Features, featureRow, product } from './features.ts';

const kernel = (a: Float32Array, b: Float32Array) => (product(a, b) / a.length + 1) ** 3;

const meanKernel = (a: Features, b: Features, withoutDiagonal: boolean): number => {
  let sum = 0;
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      if (!withoutDiagonal || i !== j) sum += kernel(featureRow(a, i), featureRow(b, j));
    }
  }
  return sum / (a.rows * (withoutDiagonal ? b.rows - 1 : b.rows));
};

/**
 * Kernel distance (Binkowski et al. 2018: squared MMD with the kernel (xy/d + 1)^3, unbiased, so that it may be
 * slightly below 0). Each set needs at least two rows.
 */
export const kernelDistance = (a: Features, b: Features): number =>
  meanKernel(a, a, true) + meanKernel(b, b, true) - 2 * meanKernel(a, b, false);
