/**
 * Finds a local minimum of a smooth function within a box: L-BFGS (Nocedal & Wright, Numerical Optimization,
 * algorithm 7.4) on the coordinates that are not held at a bound, with backtracking along the projected path
 * (Bertsekas 1982). Deterministic; made for a few dozen coordinates and functions that cost microseconds.
 */

export interface Problem {
  /** The function's value at x; writes its gradient to `gradient`. May be NaN or Infinity where it has none. */
  evaluate(x: Float64Array, gradient: Float64Array): number;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

export interface MinimizeOptions {
  readonly maxEvaluations: number;
  /** Done when no coordinate's projected gradient is larger. */
  readonly gradientTolerance: number;
  /** Done when a step gains less than this, relative to 1 + |value|. */
  readonly gainTolerance: number;
  /** Length of the first step. */
  readonly firstStep: number;
}

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly evaluations: number;
}

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly inverse: number;
}

const MEMORY = 8;
const SUFFICIENT = 1e-4;

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};

const addScaled = (a: Float64Array, factor: number, b: Float64Array): void => {
  for (let i = 0; i < a.length; i++) a[i] = (a[i] as number) + factor * (b[i] as number);
};

const clampTo = (x: Float64Array, { low, high }: Problem): void => {
  for (let i = 0; i < x.length; i++) {
    x[i] = Math.min(Math.max(x[i] as number, low[i] as number), high[i] as number);
  }
};

/** The gradient without the coordinates that a bound holds. */
const freeGradient = (x: Float64Array, gradient: Float64Array, { low, high }: Problem): Float64Array =>
  gradient.map((g, i) => {
    const held = g > 0 ? (x[i] as number) <= (low[i] as number) : (x[i] as number) >= (high[i] as number);
    return held ? 0 : g;
  });

/** Minus the inverse Hessian, as the pairs know it, times `free`; held coordinates stay held. */
const quasiNewton = (free: Float64Array, pairs: readonly Pair[], firstStep: number): Float64Array => {
  const direction = free.map((g) => -g);
  const factors: number[] = [];
  for (const { step, change, inverse } of pairs.toReversed()) {
    const factor = inverse * dot(step, direction);
    factors.push(factor);
    addScaled(direction, -factor, change);
  }
  const last = pairs.at(-1);
  const scale =
    last === undefined
      ? firstStep / Math.sqrt(dot(free, free))
      : 1 / (last.inverse * dot(last.change, last.change));
  for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] as number) * scale;
  for (const { step, change, inverse } of pairs) {
    addScaled(direction, (factors.pop() as number) - inverse * dot(change, direction), step);
  }
  for (let i = 0; i < direction.length; i++) if (free[i] === 0) direction[i] = 0;
  return direction;
};

/** A local minimum near `start`, never worse than it. */
export const minimize = (problem: Problem, start: Float64Array, options: MinimizeOptions): Minimum => {
  let x = start.slice();
  clampTo(x, problem);
  let gradient = new Float64Array(x.length);
  let value = problem.evaluate(x, gradient);
  let evaluations = 1;
  let pairs: Pair[] = [];
  while (evaluations < options.maxEvaluations && Number.isFinite(value)) {
    const free = freeGradient(x, gradient, problem);
    if (free.every((g) => Math.abs(g) <= options.gradientTolerance)) break;
    let direction = quasiNewton(free, pairs, options.firstStep);
    if (!(dot(direction, free) < 0)) {
      pairs = [];
      direction = quasiNewton(free, pairs, options.firstStep);
    }
    let next: Float64Array<ArrayBuffer> | null = null;
    let nextValue = value;
    let nextGradient = gradient;
    for (let length = 1; evaluations < options.maxEvaluations && length > 1e-10; length *= 0.3) {
      const tried = x.slice();
      addScaled(tried, length, direction);
      clampTo(tried, problem);
      const moved = tried.map((t, i) => t - (x[i] as number));
      const triedGradient = new Float64Array(x.length);
      const triedValue = problem.evaluate(tried, triedGradient);
      evaluations++;
      if (triedValue <= value + SUFFICIENT * dot(gradient, moved)) {
        [next, nextValue, nextGradient] = [tried, triedValue, triedGradient];
        break;
      }
    }
    if (next === null) {
      if (pairs.length === 0) break;
      pairs = [];
      continue;
    }
    const step = next.map((n, i) => n - (x[i] as number));
    const change = nextGradient.map((g, i) => g - (gradient[i] as number));
    const curvature = dot(step, change);
    if (curvature > 1e-12 * dot(change, change)) {
      pairs = [...pairs.slice(1 - MEMORY), { step, change, inverse: 1 / curvature }];
    }
    const gain = value - nextValue;
    [x, value, gradient] = [next, nextValue, nextGradient];
    if (gain <= options.gainTolerance * (1 + Math.abs(value))) break;
  }
  return { x, value, evaluations };
};
