/** The derivative of a (batched) matrix product, for the four ways of transposing its factors. */
import { matMul } from '@tensorflow/tfjs-core';
import type { Derivative } from './gradient.definition.ts';

export const linearGradients: readonly Derivative[] = [
  {
    kernel: 'BatchMatMul',
    inputs: ['a', 'b'],
    grad: (dy, saved, attributes) => {
      const { transposeA, transposeB } = attributes as { transposeA: boolean; transposeB: boolean };
      const [a, b] = [saved.at(0), saved.at(1)];
      return {
        a: () => (transposeA ? matMul(b, dy, transposeB, true) : matMul(dy, b, false, !transposeB)),
        b: () => (transposeB ? matMul(dy, a, true, transposeA) : matMul(a, dy, !transposeA, false)),
      };
    },
  },
];
