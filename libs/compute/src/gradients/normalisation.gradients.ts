/**
 * The derivative of tf.batchNorm with given statistics (inference, or statistics from tf.moments whose own
 * gradient the tape adds). Training mode has its own op: ../ops/batch-norm.op.ts.
 */
import { batchNormGradient, batchNormSecondGradient } from '../ops/batch-norm.op.ts';
import { add, mul, neg, rsqrt, sub, type Tensor, zerosLike } from '@tensorflow/tfjs-core';
import { type Derivative, sumToShape } from './gradient.definition.ts';

export const normalisationGradients: readonly Derivative[] = [
  {
    kernel: 'FusedBatchNorm',
    inputs: ['x', 'mean', 'variance', 'scale'],
    grad: (dy, saved, attributes) => {
      const [x, mean, variance, scale] = [saved.at(0), saved.at(1), saved.at(2), saved.at(3)];
      const inverse = rsqrt(add(variance, attributes['varianceEpsilon'] as number));
      const scaled = (): Tensor => mul(dy, mul(inverse, scale));
      const centred = (): Tensor => sub(x, mean);
      return {
        x: scaled,
        mean: () => sumToShape(neg(scaled()), mean.shape),
        variance: () => {
          const cube = mul(mul(inverse, inverse), inverse);
          return sumToShape(mul(mul(dy, mul(centred(), scale)), mul(cube, -0.5)), variance.shape);
        },
        scale: () => sumToShape(mul(dy, mul(centred(), inverse)), scale.shape),
        offset: () => sumToShape(dy, mean.shape),
      };
    },
  },
  {
    kernel: 'BatchNormTraining',
    inputs: ['x', 'scale', 'offset'],
    outputs: [false, true, true],
    grad: (dys, saved, attributes) => {
      const [x, scale, offset, mean, variance] = [
        saved.at(0),
        saved.at(1),
        saved.at(2),
        saved.at(3),
        saved.at(4),
      ];
      const dy = (dys as unknown as Tensor[])[0] as Tensor;
      const inputs = { x, dy, scale, offset, mean, variance };
      // One kernel computes all three, so it runs at once rather than in a closure.
      const [dx, dScale, dOffset] = batchNormGradient(
        inputs,
        attributes as { epsilon: number; slope: number },
      );
      return { x: () => dx, scale: () => dScale, offset: () => dOffset };
    },
  },
  {
    kernel: 'BatchNormTrainingGrad',
    inputs: ['x', 'dy', 'scale', 'offset', 'mean', 'variance'],
    grad: (weights, saved, attributes) => {
      const [x, dy, scale, offset] = [saved.at(0), saved.at(1), saved.at(2), saved.at(3)];
      const [mean, variance] = [saved.at(4), saved.at(5)];
      const gradients = batchNormSecondGradient(
        { x, dy, scale, offset, mean, variance },
        weights as unknown as [Tensor, Tensor, Tensor],
        attributes as { epsilon: number; slope: number },
      );
      return {
        x: () => gradients.x,
        dy: () => gradients.dy,
        scale: () => gradients.scale,
        offset: () => zerosLike(offset),
        // The statistics are functions of x, and their share is already in its gradient.
        mean: () => zerosLike(mean),
        variance: () => zerosLike(variance),
      };
    },
  },
];
