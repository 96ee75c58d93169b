/**
 * Training-mode batch normalisation (Ioffe and Szegedy 2015, algorithm 1) as one differentiable op, with the
 * leaky ReLU that usually follows folded in. On wasm it is one kernel each way; elsewhere it is composed of
 * tf.moments and arithmetic, with the same numbers. The statistics are returned for the running averages and
 * carry no gradient of their own: the gradient through them is part of y's.
 */
import {
  add,
  div,
  engine,
  leakyRelu,
  mean,
  mul,
  onesLike,
  rsqrt,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core';
import { leakyReluGradient } from './leaky-relu.op.ts';
import { hasKernel } from './native-kernel.ts';

export interface BatchNormOptions {
  /** Added to the variance under the root. Default 1e-5. */
  readonly epsilon?: number;
  /** Slope of the activation for negative inputs: 0 is ReLU, 0.2 the GAN's leaky ReLU, 1 (default) none. */
  readonly slope?: number;
}

export interface BatchNormResult<T extends Tensor = Tensor> {
  /** The normalised (and activated) tensor, of x's shape. */
  readonly y: T;
  /** [channels] */
  readonly mean: Tensor1D;
  /** Biased variance, [channels]. */
  readonly variance: Tensor1D;
}

/**
 * Normalises x [..., channels] over all axes but the last with its own statistics. scale and offset: [channels].
 * Twice differentiable in x, scale and offset through y; x's statistics count as constants in `mean` and `variance`
 * of the result, where a kernel computes them.
 */
export function batchNormTraining<T extends Tensor>(
  x: T,
  scale: Tensor,
  offset: Tensor,
  options: BatchNormOptions = {},
): BatchNormResult<T> {
  const { epsilon = 1e-5, slope = 1 } = options;
  if (!hasKernel('BatchNormTraining')) {
    const { y, centre, spread } = composed(x, scale, offset, epsilon, slope);
    return { y: y as T, mean: centre, variance: spread };
  }
  const outputs = engine().runKernel<Tensor[]>('BatchNormTraining', { x, scale, offset }, { epsilon, slope });
  const [y, centre, spread] = outputs as [T, Tensor1D, Tensor1D];
  return { y, mean: centre, variance: spread };
}

/** The same numbers from ordinary ops; also the reference that the kernels are tested against. */
function composed(x: Tensor, scale: Tensor, offset: Tensor, epsilon: number, slope: number) {
  const axes = x.shape.map((_, axis) => axis).slice(0, -1);
  const centre = mean(x, axes) as Tensor1D; // [channels]
  const centred = sub(x, centre);
  const spread = mean(square(centred), axes) as Tensor1D; // [channels]
  const normal = mul(centred, rsqrt(add(spread, epsilon)));
  const affine = add(mul(normal, scale), offset); // [..., channels]
  return { y: slope === 1 ? affine : leakyRelu(affine, slope), centre, spread };
}

/** [dx, dScale, dOffset] for BatchNormTraining, as one kernel. */
export function batchNormGradient(
  inputs: { x: Tensor; dy: Tensor; scale: Tensor; offset: Tensor; mean: Tensor; variance: Tensor },
  attributes: { epsilon: number; slope: number },
): [Tensor, Tensor, Tensor] {
  const [dx, dScale, dOffset] = engine().runKernel<Tensor[]>('BatchNormTrainingGrad', inputs, {
    ...attributes,
  });
  return [dx, dScale, dOffset] as [Tensor, Tensor, Tensor];
}

/**
 * The vector-Jacobian product of batchNormGradient, for penalties on gradients (R1): the gradients of
 * L = sum(A*dx) + sum(b*dScale) + sum(c*dOffset) in x, dy and scale, with [A, b, c] = `weights`. Written out,
 * because a derivative may not start a tape of its own. With n rows, h = 1/sqrt(variance + epsilon), z the
 * normalised x and g the gradient behind the activation, dx = scale*h*(g - mean(g) - z*mean(g*z)), which is
 * linear and self-adjoint in g, and
 *   P = sum(A*g) - sum(A)*sum(g)/n - sum(A*z)*sum(g*z)/n, so that L = scale*h*P + b*sum(g*z) + c*sum(g).
 */
export function batchNormSecondGradient(
  inputs: { x: Tensor; dy: Tensor; scale: Tensor; offset: Tensor; mean: Tensor; variance: Tensor },
  weights: readonly [Tensor, Tensor, Tensor],
  attributes: { epsilon: number; slope: number },
): { x: Tensor; dy: Tensor; scale: Tensor } {
  const { scale } = inputs;
  const [toDx, toDScale, toDOffset] = weights;
  const axes = inputs.x.shape.map((_, axis) => axis).slice(0, -1);
  const rows = inputs.x.size / scale.size;
  const total = (a: Tensor, b: Tensor) => sum(mul(a, b), axes); // [channels]
  const h = rsqrt(add(inputs.variance, attributes.epsilon)); // [channels]
  const z = mul(sub(inputs.x, inputs.mean), h); // [..., channels]
  const mask = leakyReluGradient(onesLike(z), add(mul(z, scale), inputs.offset), attributes.slope);
  const g = mul(inputs.dy, mask); // [..., channels]
  // The projection that batch norm's gradient applies.
  const project = (a: Tensor) => sub(sub(a, mean(a, axes)), mul(z, div(total(a, z), rows)));
  const factor = mul(scale, h);
  const gz = total(g, z);
  const toDxZ = total(toDx, z);
  const p = sub(
    sub(total(toDx, g), div(mul(sum(toDx, axes), sum(g, axes)), rows)),
    div(mul(toDxZ, gz), rows),
  );
  const toZ = sub(mul(g, toDScale), mul(div(factor, rows), add(mul(toDx, gz), mul(g, toDxZ))));
  const throughH = mul(z, div(mul(mul(scale, p), square(h)), rows));
  return {
    x: sub(mul(h, project(toZ)), throughH),
    dy: mul(mask, add(mul(factor, project(toDx)), add(mul(z, toDScale), toDOffset))),
    scale: mul(h, p),
  };
}
