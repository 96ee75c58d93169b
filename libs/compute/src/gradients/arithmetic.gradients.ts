/** Derivatives of the element-wise kernels with two inputs; each sums over the axes it broadcast. */
import {
  cast,
  div,
  greater,
  greaterEqual,
  less,
  lessEqual,
  log,
  mul,
  neg,
  pow,
  square,
  sub,
  where,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { type Derivative, sumToShape } from './gradient.definition.ts';

const both = ['a', 'b'] as const;

function masked(mask: Tensor, dy: Tensor): Tensor {
  return mul(dy, cast(mask, 'float32'));
}

/** A comparison is flat: second derivatives run over masks, whose own derivative is zero. */
function comparison(kernel: string): Derivative {
  return {
    kernel,
    inputs: both,
    grad: (_dy, saved) => ({
      a: () => cast(zerosLike(saved.at(0)), 'float32'),
      b: () => cast(zerosLike(saved.at(1)), 'float32'),
    }),
  };
}

export const arithmeticGradients: readonly Derivative[] = [
  {
    kernel: 'Add',
    inputs: both,
    grad: (dy, saved) => ({
      a: () => sumToShape(dy, saved.at(0).shape),
      b: () => sumToShape(dy, saved.at(1).shape),
    }),
  },
  {
    kernel: 'Sub',
    inputs: both,
    grad: (dy, saved) => ({
      a: () => sumToShape(dy, saved.at(0).shape),
      b: () => sumToShape(neg(dy), saved.at(1).shape),
    }),
  },
  {
    kernel: 'Multiply',
    inputs: both,
    grad: (dy, saved) => ({
      a: () => sumToShape(mul(dy, saved.at(1)), saved.at(0).shape),
      b: () => sumToShape(mul(dy, saved.at(0)), saved.at(1).shape),
    }),
  },
  {
    kernel: 'RealDiv',
    inputs: both,
    grad: (dy, saved) => ({
      a: () => sumToShape(div(dy, saved.at(1)), saved.at(0).shape),
      b: () => sumToShape(neg(div(mul(dy, saved.at(0)), square(saved.at(1)))), saved.at(1).shape),
    }),
  },
  {
    kernel: 'SquaredDifference',
    inputs: both,
    grad: (dy, saved) => {
      const scaled = (): Tensor => mul(dy, mul(2, sub(saved.at(0), saved.at(1))));
      return {
        a: () => sumToShape(scaled(), saved.at(0).shape),
        b: () => sumToShape(neg(scaled()), saved.at(1).shape),
      };
    },
  },
  {
    kernel: 'Maximum',
    inputs: both,
    grad: (dy, saved) => ({
      a: () => sumToShape(masked(greaterEqual(saved.at(0), saved.at(1)), dy), saved.at(0).shape),
      b: () => sumToShape(masked(less(saved.at(0), saved.at(1)), dy), saved.at(1).shape),
    }),
  },
  {
    kernel: 'Minimum',
    inputs: both,
    grad: (dy, saved) => ({
      a: () => sumToShape(masked(lessEqual(saved.at(0), saved.at(1)), dy), saved.at(0).shape),
      b: () => sumToShape(masked(greater(saved.at(0), saved.at(1)), dy), saved.at(1).shape),
    }),
  },
  {
    kernel: 'Pow',
    inputs: both,
    outputs: [true],
    grad: (dy, saved) => ({
      a: () => {
        const exponent = cast(saved.at(1), 'float32');
        return sumToShape(mul(dy, mul(exponent, pow(saved.at(0), sub(exponent, 1)))), saved.at(0).shape);
      },
      b: () => {
        const base = saved.at(0);
        const logOfBase = where(greater(base, 0), log(base), zerosLike(base));
        return sumToShape(mul(dy, mul(saved.at(2), logOfBase)), saved.at(1).shape);
      },
    }),
  },
  {
    kernel: 'AddN',
    saveAllInputs: true,
    grad: (dy, saved) => Object.fromEntries(saved.all().map((_, index) => [String(index), () => dy.clone()])),
  },
  ...['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual', 'LogicalAnd'].map(comparison),
];
