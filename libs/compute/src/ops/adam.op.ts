/**
 * Adam (Kingma and Ba 2015, algorithm 1) as one op a variable, and an optimiser around it that keeps its moments
 * by variable name, so that a checkpoint can carry them. Same numbers as tf.train.adam.
 */
import {
  add,
  div,
  engine,
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
import { hasKernel } from './native-kernel.ts';

export interface AdamOptions {
  readonly learningRate: number;
  /** Decay of the first moment. Default 0.9; GANs use 0.5. */
  readonly beta1?: number;
  /** Decay of the second moment. Default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the second moment. Default 1e-8. */
  readonly epsilon?: number;
}

/** The moments of one variable, both of its shape. */
interface Moments {
  readonly first: Variable;
  readonly second: Variable;
}

/** What a checkpoint must hold to continue: steps taken, and the moments by variable name (not copies). */
export interface AdamState {
  readonly steps: number;
  readonly moments: Readonly<Record<string, { readonly first: Tensor; readonly second: Tensor }>>;
}

interface Step {
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** [value', first', second'] for one variable; the bias corrections are already in rate and epsilon. */
function adamStep(value: Tensor, moments: Moments, gradient: Tensor, step: Step): [Tensor, Tensor, Tensor] {
  const { first, second } = moments;
  if (hasKernel('AdamStep')) {
    const inputs = { value, first, second, gradient };
    return engine().runKernel<Tensor[]>('AdamStep', inputs, { ...step }) as [Tensor, Tensor, Tensor];
  }
  const nextFirst = add(mul(first, step.beta1), mul(gradient, 1 - step.beta1));
  const nextSecond = add(mul(second, step.beta2), mul(square(gradient), 1 - step.beta2));
  const change = div(mul(nextFirst, step.rate), add(sqrt(nextSecond), step.epsilon));
  return [sub(value, change), nextFirst, nextSecond];
}

/** Adam over named variables. Owns its moments: call dispose when the run ends. */
export class Adam {
  /** May be changed between steps, for schedules. */
  learningRate: number;
  readonly #beta1: number;
  readonly #beta2: number;
  readonly #epsilon: number;
  readonly #moments = new Map<string, Moments>();
  #steps = 0;

  constructor(options: AdamOptions) {
    this.learningRate = options.learningRate;
    this.#beta1 = options.beta1 ?? 0.9;
    this.#beta2 = options.beta2 ?? 0.999;
    this.#epsilon = options.epsilon ?? 1e-8;
  }

  /** One step. `gradients` as tf.variableGrads returns them; each name must be among `variables`. */
  apply(gradients: NamedTensorMap, variables: Readonly<Record<string, Variable>>): void {
    this.#steps += 1;
    const correction = Math.sqrt(1 - this.#beta2 ** this.#steps);
    const step: Step = {
      rate: (this.learningRate * correction) / (1 - this.#beta1 ** this.#steps),
      beta1: this.#beta1,
      beta2: this.#beta2,
      epsilon: this.#epsilon * correction,
    };
    for (const [name, gradient] of Object.entries(gradients)) {
      const target = variables[name];
      if (target === undefined)
        throw new RangeError(`Adam got a gradient for ${name}, which is not a variable`);
      const moments = this.#momentsOf(name, target);
      tidy(() => {
        const [value, first, second] = adamStep(target, moments, gradient, step);
        target.assign(value);
        moments.first.assign(first);
        moments.second.assign(second);
      });
    }
  }

  /** The state, by reference: read or copy it before the next step. */
  state(): AdamState {
    return { steps: this.#steps, moments: Object.fromEntries(this.#moments) };
  }

  /** Continues from a state; its tensors are copied. */
  restore(state: AdamState): void {
    this.dispose();
    this.#steps = state.steps;
    for (const [name, { first, second }] of Object.entries(state.moments)) {
      this.#moments.set(name, { first: variable(first, false), second: variable(second, false) });
    }
  }

  /** Frees the moments and forgets the steps. */
  dispose(): void {
    for (const { first, second } of this.#moments.values()) {
      first.dispose();
      second.dispose();
    }
    this.#moments.clear();
    this.#steps = 0;
  }

  #momentsOf(name: string, target: Variable): Moments {
    const known = this.#moments.get(name);
    if (known) return known;
    const moments = tidy(() => ({
      first: variable(zerosLike(target), false),
      second: variable(zerosLike(target), false),
    }));
    this.#moments.set(name, moments);
    return moments;
  }
}
