/** Derivatives of activations with a slope: one kernel a step where the back end has it (../ops). */
import { cast, greater, mul, where, zerosLike } from '@tensorflow/tfjs-core';
import { leakyReluGradient } from '../ops/leaky-relu.op.ts';
import { type Derivative, sumToShape } from './gradient.definition.ts';

export const activationGradients: readonly Derivative[] = [
  {
    kernel: 'LeakyRelu',
    inputs: ['x'],
    grad: (dy, saved, attributes) => ({
      x: () => leakyReluGradient(dy, saved.at(0), attributes['alpha'] as number),
    }),
  },
  {
    kernel: 'LeakyReluGrad',
    inputs: ['x'],
    grad: (ddx, saved, attributes) => ({
      dy: () => leakyReluGradient(ddx, saved.at(0), attributes['alpha'] as number),
      x: () => zerosLike(saved.at(0)),
    }),
  },
  {
    kernel: 'Prelu',
    inputs: ['x', 'alpha'],
    grad: (dy, saved) => {
      const [x, alpha] = [saved.at(0), saved.at(1)];
      const positive = greater(x, 0);
      return {
        x: () => where(positive, dy, mul(dy, alpha)),
        alpha: () => sumToShape(mul(mul(dy, x), cast(greater(0, x), 'float32')), alpha.shape),
      };
    },
  },
];
