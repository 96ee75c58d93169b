/**
 * The shape in which this folder states a derivative: the tfjs kernel it belongs to, which inputs and outputs
 * the tape must keep, and one function from the output's gradient to lazily computed input gradients (a
 * closure that is not asked for costs nothing, e.g. the image side of a discriminator's first convolution).
 */
import { backend_util, reshape, sum, type GradConfig, type Tensor } from '@tensorflow/tfjs-core';

/** Kernel attributes, as the op that ran the kernel passed them. */
type Attributes = Readonly<Record<string, unknown>>;

/** One derivative. `inputs` and `outputs` are saved in that order and arrive as `saved`. */
export interface Derivative {
  readonly kernel: string;
  readonly inputs?: readonly string[];
  readonly saveAllInputs?: true;
  readonly outputs?: readonly boolean[];
  /** `saved` is typed loosely on purpose: the tape guarantees its length, the compiler cannot. */
  readonly grad: (dy: Tensor, saved: Saved, attributes: Attributes) => Record<string, () => Tensor>;
}

/** The saved tensors by position; asking for one that was not saved is a fault of the derivative. */
export class Saved {
  readonly #tensors: readonly Tensor[];

  constructor(tensors: readonly Tensor[]) {
    this.#tensors = tensors;
  }

  /** The i-th saved tensor. Throws RangeError when the derivative did not ask for it. */
  at(index: number): Tensor {
    const tensor = this.#tensors[index];
    if (tensor === undefined)
      throw new RangeError(`a gradient read saved tensor ${index}, which was not saved`);
    return tensor;
  }

  /** All of them, for kernels with a variable number of inputs. */
  all(): readonly Tensor[] {
    return this.#tensors;
  }
}

/** The derivative as tfjs registers it. */
export function toGradConfig(derivative: Derivative): GradConfig {
  return {
    kernelName: derivative.kernel,
    ...(derivative.inputs ? { inputsToSave: [...derivative.inputs] } : {}),
    ...(derivative.saveAllInputs ? { saveAllInputs: true } : {}),
    ...(derivative.outputs ? { outputsToSave: [...derivative.outputs] } : {}),
    gradFunc: (dy, saved, attributes) => derivative.grad(dy as Tensor, new Saved(saved), attributes),
  };
}

/** Sums `gradient` over the axes along which a tensor of `shape` was broadcast, and gives it that shape. */
export function sumToShape(gradient: Tensor, shape: number[]): Tensor {
  const axes = backend_util.getReductionAxes(shape, gradient.shape);
  const reduced = axes.length > 0 ? sum(gradient, axes) : gradient;
  return backend_util.getReductionAxes(shape, reduced.shape).length === 0 && sameShape(reduced.shape, shape)
    ? reduced
    : reshape(reduced, shape);
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
