/**
 * Training-mode batch normalisation (Ioffe and Szegedy 2015, algorithm 1) as one differentiable op, with the
 * leaky ReLU that usually follows folded in. On wasm it is one kernel each way; elsewhere it is composed of
 * tf.moments and arithmetic, with the same numbers. The statistics are returned for the running averages and
 * carry no gradient of their own: the gradient through them is part of y's.
 */
import {
  add,
  engine,
  grads,
  leakyRelu,
  mean,
  mul,
  reshape,
  rsqrt,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core';
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
 * Differentiable in x, scale and offset, and twice differentiable where the composed form is used or in y alone.
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
 * The vector-Jacobian product of batchNormGradient, for penalties on gradients (R1): differentiates the composed
 * form twice. `weights` are the gradients of [dx, dScale, dOffset].
 */
export function batchNormSecondGradient(
  inputs: { x: Tensor; dy: Tensor; scale: Tensor; offset: Tensor },
  weights: readonly [Tensor, Tensor, Tensor],
  attributes: { epsilon: number; slope: number },
): [Tensor, Tensor, Tensor, Tensor] {
  const { x, dy, scale, offset } = inputs;
  const first = (x_: Tensor, dy_: Tensor, scale_: Tensor, offset_: Tensor): Tensor => {
    const inner = grads((a: Tensor, b: Tensor, c: Tensor) =>
      sum(mul(composed(a, b, c, attributes.epsilon, attributes.slope).y, dy_)),
    );
    const parts = inner([x_, scale_, offset_]);
    const products = parts.map((part, index) => sum(mul(part, weights[index] as Tensor)));
    return products.reduce((total, product) => add(total, reshape(product, [])));
  };
  return grads(first)([x, dy, scale, offset]) as [Tensor, Tensor, Tensor, Tensor];
}
