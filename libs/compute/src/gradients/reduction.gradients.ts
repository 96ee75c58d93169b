/** Derivatives of reductions and of the softmaxes: the gradient is spread back over the reduced axes. */
import {
  cast,
  cumsum,
  equal,
  exp,
  mul,
  ones,
  reshape,
  sub,
  sum,
  util,
  type Tensor,
} from '@tensorflow/tfjs-core';
import type { Derivative } from './gradient.definition.ts';

type Axis = number | number[] | null | undefined;

function axesOf(axis: Axis, shape: number[]): number[] {
  return util.parseAxisParam(axis ?? shape.map((_, index) => index), shape);
}

/** `reduced`, with the reduced axes restored as size 1, so that it broadcasts against the input. */
function keepDims(reduced: Tensor, axis: Axis, inputShape: number[]): Tensor {
  const axes = axesOf(axis, inputShape);
  return reshape(
    reduced,
    inputShape.map((size, index) => (axes.includes(index) ? 1 : size)),
  );
}

function spread(dy: Tensor, axis: Axis, inputShape: number[]): Tensor {
  // A broadcasting product rather than Tile, which has no fast path in the wasm back end.
  return mul(keepDims(dy, axis, inputShape), ones(inputShape));
}

/** Max and Min: the gradient goes to every entry that equals the extreme, as tfjs has it. */
function extreme(kernel: 'Max' | 'Min'): Derivative {
  return {
    kernel,
    inputs: ['x'],
    outputs: [true],
    grad: (dy, saved, attributes) => ({
      x: () => {
        const axis = (attributes['reductionIndices'] ?? attributes['axis']) as Axis;
        const [x, y] = [saved.at(0), saved.at(1)];
        const hit = equal(x, keepDims(y, axis, x.shape));
        return mul(keepDims(dy, axis, x.shape), cast(hit, 'float32'));
      },
    }),
  };
}

export const reductionGradients: readonly Derivative[] = [
  {
    kernel: 'Sum',
    inputs: ['x'],
    grad: (dy, saved, attributes) => ({ x: () => spread(dy, attributes['axis'] as Axis, saved.at(0).shape) }),
  },
  {
    kernel: 'Mean',
    inputs: ['x'],
    grad: (dy, saved, attributes) => ({
      x: () => {
        const { shape } = saved.at(0);
        const axis = attributes['axis'] as Axis;
        const count = axesOf(axis, shape).reduce((product, index) => product * (shape[index] ?? 1), 1);
        return spread(mul(dy, 1 / count), axis, shape);
      },
    }),
  },
  extreme('Max'),
  extreme('Min'),
  {
    kernel: 'Cumsum',
    grad: (dy, _saved, attributes) => ({
      x: () => {
        const { axis, exclusive, reverse } = attributes as {
          axis: number;
          exclusive: boolean;
          reverse: boolean;
        };
        return cumsum(dy, axis, exclusive, !reverse);
      },
    }),
  },
  {
    kernel: 'Softmax',
    outputs: [true],
    grad: (dy, saved, attributes) => ({
      logits: () => {
        const y = saved.at(0);
        const weighted = mul(dy, y);
        return sub(weighted, mul(sum(weighted, [attributes['dim'] as number], true), y));
      },
    }),
  },
  {
    kernel: 'LogSoftmax',
    outputs: [true],
    grad: (dy, saved, attributes) => ({
      logits: () => sub(dy, mul(sum(dy, [attributes['axis'] as number], true), exp(saved.at(0)))),
    }),
  },
];
