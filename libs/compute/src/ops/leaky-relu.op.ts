/** The gradient of leaky ReLU as one op, itself differentiable (its gradient is the same op). */
import { cast, engine, greater, mul, where, type Tensor } from '@tensorflow/tfjs-core';
import { hasKernel } from './native-kernel.ts';

/** dx = x > 0 ? dy : alpha*dy, all of one shape. */
export function leakyReluGradient(dy: Tensor, x: Tensor, alpha: number): Tensor {
  if (hasKernel('LeakyReluGrad')) return engine().runKernel<Tensor>('LeakyReluGrad', { dy, x }, { alpha });
  return where(cast(greater(x, 0), 'bool'), dy, mul(dy, alpha));
}
