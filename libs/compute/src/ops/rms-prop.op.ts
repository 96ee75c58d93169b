/**
 * RMSprop as Torch's optim.rmsprop has it (and PyTorch's, uncentred and without momentum):
 *   m' = alpha m + (1 - alpha) g^2,   value' = value - rate g / (sqrt(m') + epsilon),   m = 0 at first.
 * tf.train.rmsprop is another: its epsilon stands under the root. The averages are kept by variable name, so that a
 * checkpoint can carry them.
 */
import {
  add,
  div,
  mul,
  sqrt,
  square,
  sub,
  tidy,
  variable,
  zerosLike,
  type NamedTensorMap,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core';

export interface RmsPropOptions {
  readonly learningRate: number;
  /** Decay of the mean square. Default 0.99, Torch's. */
  readonly alpha?: number;
  /** Added to the root of the mean square. Default 1e-8. */
  readonly epsilon?: number;
}

/** What a checkpoint must hold to continue: steps taken, and the mean squares by variable name (not copies). */
export interface RmsPropState {
  readonly steps: number;
  readonly meanSquares: Readonly<Record<string, Tensor>>;
}

/** RMSprop over named variables. Owns its averages: call dispose when the run ends. */
export class RmsProp {
  /** May be changed between steps, for schedules. */
  learningRate: number;
  readonly #alpha: number;
  readonly #epsilon: number;
  readonly #meanSquares = new Map<string, Variable>();
  #steps = 0;

  constructor(options: RmsPropOptions) {
    this.learningRate = options.learningRate;
    this.#alpha = options.alpha ?? 0.99;
    this.#epsilon = options.epsilon ?? 1e-8;
  }

  /** One step. `gradients` by names that must be among `variables`. @throws RangeError for one that is not */
  apply(gradients: NamedTensorMap, variables: Readonly<Record<string, Variable>>): void {
    this.#steps += 1;
    for (const [name, gradient] of Object.entries(gradients)) {
      const target = variables[name];
      if (target === undefined)
        throw new RangeError(`RmsProp got a gradient for ${name}, which is not a variable`);
      const meanSquare = this.#meanSquareOf(name, target);
      tidy(() => {
        const next = add(mul(meanSquare, this.#alpha), mul(square(gradient), 1 - this.#alpha));
        const change = div(mul(gradient, this.learningRate), add(sqrt(next), this.#epsilon));
        target.assign(sub(target, change));
        meanSquare.assign(next);
      });
    }
  }

  /** The state, by reference: read or copy it before the next step. */
  state(): RmsPropState {
    return { steps: this.#steps, meanSquares: Object.fromEntries(this.#meanSquares) };
  }

  /** Continues from a state; its tensors are copied. */
  restore(state: RmsPropState): void {
    this.dispose();
    this.#steps = state.steps;
    for (const [name, meanSquare] of Object.entries(state.meanSquares)) {
      this.#meanSquares.set(name, variable(meanSquare, false));
    }
  }

  /** Frees the averages and forgets the steps. */
  dispose(): void {
    for (const meanSquare of this.#meanSquares.values()) meanSquare.dispose();
    this.#meanSquares.clear();
    this.#steps = 0;
  }

  #meanSquareOf(name: string, target: Variable): Variable {
    const known = this.#meanSquares.get(name);
    if (known) return known;
    const meanSquare = tidy(() => variable(zerosLike(target), false));
    this.#meanSquares.set(name, meanSquare);
    return meanSquare;
  }
}
