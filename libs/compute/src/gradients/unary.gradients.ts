/** Derivatives of the element-wise kernels with one input, named `x`. */
import {
  add,
  cast,
  cos,
  div,
  exp,
  greater,
  lessEqual,
  logicalAnd,
  mul,
  neg,
  sigmoid,
  sign,
  sin,
  sqrt,
  square,
  step,
  sub,
  where,
  greaterEqual,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core';
import type { Derivative } from './gradient.definition.ts';

/** dx = f(dy, x). */
function ofInput(kernel: string, f: (dy: Tensor, x: Tensor) => Tensor): Derivative {
  return { kernel, inputs: ['x'], grad: (dy, saved) => ({ x: () => f(dy, saved.at(0)) }) };
}

/** dx = f(dy, y): cheaper where the derivative reuses the output. */
function ofOutput(kernel: string, f: (dy: Tensor, y: Tensor) => Tensor): Derivative {
  return { kernel, outputs: [true], grad: (dy, saved) => ({ x: () => f(dy, saved.at(0)) }) };
}

/** A kernel that is flat almost everywhere. */
function flat(kernel: string): Derivative {
  return { kernel, grad: (dy) => ({ x: () => zerosLike(dy) }) };
}

const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

export const unaryGradients: readonly Derivative[] = [
  { kernel: 'Neg', grad: (dy) => ({ x: () => neg(dy) }) },
  { kernel: 'Identity', grad: (dy) => ({ x: () => cast(dy, 'float32') }) },
  { kernel: 'Cast', grad: (dy) => ({ x: () => dy.clone() }) },
  ofInput('Abs', (dy, x) => mul(dy, sign(cast(x, 'float32')))),
  ofInput('Square', (dy, x) => mul(dy, mul(cast(x, 'float32'), 2))),
  ofInput('Log', (dy, x) => div(dy, cast(x, 'float32'))),
  ofInput('Log1p', (dy, x) => div(dy, add(1, x))),
  ofInput('Expm1', (dy, x) => mul(dy, exp(x))),
  ofInput('Sin', (dy, x) => mul(dy, cos(cast(x, 'float32')))),
  ofInput('Cos', (dy, x) => neg(mul(dy, sin(cast(x, 'float32'))))),
  ofInput('Erf', (dy, x) => mul(dy, mul(TWO_OVER_SQRT_PI, exp(neg(square(x)))))),
  ofInput('Softplus', (dy, x) => mul(dy, sigmoid(x))),
  ofInput('Relu', (dy, x) => mul(dy, step(x))),
  ofInput('Relu6', (dy, x) => mul(dy, mul(cast(lessEqual(x, 6), 'float32'), step(x)))),
  ofInput('Rsqrt', (dy, x) => neg(div(dy, mul(2, mul(x, sqrt(x)))))),
  ofInput('Reciprocal', (dy, x) => div(dy, neg(square(x)))),
  ofOutput('Exp', (dy, y) => mul(dy, y)),
  ofOutput('Sqrt', (dy, y) => div(dy, mul(2, y))),
  ofOutput('Tanh', (dy, y) => mul(dy, sub(1, square(y)))),
  ofOutput('Sigmoid', (dy, y) => mul(dy, mul(y, sub(1, y)))),
  ofOutput('Elu', (dy, y) => mul(dy, where(greater(y, 0), add(zerosLike(y), 1), add(y, 1)))),
  flat('Sign'),
  flat('Floor'),
  flat('Ceil'),
  flat('Round'),
  flat('Step'),
  flat('ZerosLike'),
  flat('OnesLike'),
  {
    kernel: 'ClipByValue',
    inputs: ['x'],
    grad: (dy, saved, attributes) => ({
      x: () => {
        const { clipValueMin, clipValueMax } = attributes as { clipValueMin: number; clipValueMax: number };
        const x = saved.at(0);
        const inside = logicalAnd(greaterEqual(x, clipValueMin), lessEqual(x, clipValueMax));
        return mul(dy, cast(inside, 'float32'));
      },
    }),
  },
];
