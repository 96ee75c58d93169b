/**
 * What one parameter can be, by W&B's own formulas (the released `sweeps` package, params.py): how it is drawn at
 * random, and, where it has finitely many values, which they are and in which order a grid takes them.
 *
 * Two of W&B's habits are kept on purpose, since files carry over: quantised draws are rounded to the nearest
 * multiple of q (halves to even), so they may lie up to q/2 outside of min and max; and a grid over q_uniform is
 * numpy's arange(min, max, q), which leaves out max.
 */
import type { Distribution, ParameterValue, Rng } from '@plumage/contract';

export interface FiniteDomain {
  readonly isFinite: true;
  /** Number of values, at least 1. */
  readonly size: number;
  /** The value at `position`, 0 <= position < size. */
  at(position: number): ParameterValue;
  /** Where `value` stands, or -1; for the kinds that a condition may name (constant, categorical, int_uniform). */
  positionOf(value: ParameterValue): number;
  draw(rng: Rng): ParameterValue;
}

export interface ContinuousDomain {
  readonly isFinite: false;
  draw(rng: Rng): number;
}

export type Domain = FiniteDomain | ContinuousDomain;

/** Uniform in [0, 1) with all 53 bits, so that ranges wider than 2^32 have no holes. */
export const uniform53 = (rng: Rng): number => (rng.int(2 ** 32) * 2 ** 21 + rng.int(2 ** 21)) / 2 ** 53;

/** Box-Muller over 32 bits never leaves 6.67 standard deviations: sqrt(2 ln 2^32). */
const FARTHEST = 6.67;

/** To the nearest whole number, halves to even, as numpy.round. */
export const roundHalfEven = (x: number): number => {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
};

/** -0 is 0: one value, one text. */
const clean = (x: number): number => (x === 0 ? 0 : x);
const clamp = (x: number, min: number, max: number): number => Math.min(Math.max(x, min), max);
const between = (rng: Rng, min: number, max: number): number => {
  const u = uniform53(rng);
  return clean(clamp(min * (1 - u) + max * u, min, max));
};

const listed = (values: readonly ParameterValue[], draw: (rng: Rng) => number): FiniteDomain => {
  const valueAt = (position: number): ParameterValue => {
    const value = values[position];
    if (value === undefined) throw new RangeError(`position ${position} of ${values.length} values`);
    return value;
  };
  return {
    isFinite: true,
    size: values.length,
    at: valueAt,
    positionOf: (value) => values.indexOf(value),
    draw: (rng) => valueAt(draw(rng)),
  };
};

const categorical = (
  values: readonly ParameterValue[],
  probabilities: readonly number[] | null,
): FiniteDomain => {
  if (probabilities === null) return listed(values, (rng) => Math.floor(uniform53(rng) * values.length));
  // A value of probability 0 is no value of the space: it is never drawn, and an exhausted search has not missed it.
  const support = values.filter((_, i) => (probabilities[i] ?? 0) > 0);
  const weights = probabilities.filter((p) => p > 0);
  const total = weights.reduce((a, b) => a + b, 0);
  return listed(support, (rng) => {
    let left = uniform53(rng) * total;
    const position = weights.findIndex((weight) => (left -= weight) < 0);
    return position < 0 ? support.length - 1 : position;
  });
};

/** Multiples first*q ... last*q, drawn by rounding what `raw` draws. */
const multiples = (q: number, low: number, high: number, raw: (rng: Rng) => number): FiniteDomain => {
  const first = clamp(roundHalfEven(low / q), -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const last = clamp(roundHalfEven(high / q), -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  return {
    isFinite: true,
    size: last - first + 1,
    at: (position) => clean((first + position) * q),
    positionOf: () => -1,
    draw: (rng) => clean(clamp(roundHalfEven(raw(rng) / q), first, last) * q),
  };
};

const integers = (min: number, max: number): FiniteDomain => ({
  isFinite: true,
  size: max - min + 1,
  at: (position) => min + position,
  positionOf: (value) =>
    Number.isInteger(value) && Number(value) >= min && Number(value) <= max ? Number(value) - min : -1,
  draw: (rng) => Math.min(min + Math.floor(uniform53(rng) * (max - min + 1)), max),
});

const continuous = (draw: (rng: Rng) => number): ContinuousDomain => ({
  isFinite: false,
  draw: (rng) => clean(draw(rng)),
});

/** The domain from which random and model-based searches draw. */
export const drawnDomain = (d: Distribution): Domain => {
  switch (d.kind) {
    case 'constant':
      return listed([d.value], () => 0);
    case 'categorical':
      return categorical(d.values, d.probabilities);
    case 'int_uniform':
      return integers(d.min, d.max);
    case 'uniform':
      return continuous((rng) => between(rng, d.min, d.max));
    case 'q_uniform':
      return multiples(d.q, d.min, d.max, (rng) => between(rng, d.min, d.max));
    case 'log_uniform':
      return continuous((rng) => Math.exp(between(rng, d.min, d.max)));
    case 'log_uniform_values':
      return continuous((rng) =>
        clamp(Math.exp(between(rng, Math.log(d.min), Math.log(d.max))), d.min, d.max),
      );
    case 'q_log_uniform':
      return multiples(d.q, Math.exp(d.min), Math.exp(d.max), (rng) => Math.exp(between(rng, d.min, d.max)));
    case 'q_log_uniform_values':
      return multiples(d.q, d.min, d.max, (rng) => Math.exp(between(rng, Math.log(d.min), Math.log(d.max))));
    case 'inv_log_uniform':
      return continuous((rng) => Math.exp(-between(rng, d.min, d.max)));
    case 'inv_log_uniform_values':
      return continuous((rng) =>
        clamp(Math.exp(-between(rng, -Math.log(d.max), -Math.log(d.min))), d.min, d.max),
      );
    case 'normal':
      return continuous((rng) => d.mu + d.sigma * rng.normal());
    case 'log_normal':
      return continuous((rng) => Math.exp(d.mu + d.sigma * rng.normal()));
    case 'q_normal': {
      const reach = FARTHEST * d.sigma;
      return multiples(d.q, d.mu - reach, d.mu + reach, (rng) => d.mu + d.sigma * rng.normal());
    }
    case 'q_log_normal': {
      const reach = FARTHEST * d.sigma;
      const draw = (rng: Rng): number => Math.exp(d.mu + d.sigma * rng.normal());
      return multiples(d.q, Math.exp(d.mu - reach), Math.exp(d.mu + reach), draw);
    }
  }
};

/** arange(min, max, q): ceil((max - min) / q) values; each is min + i * ((min + q) - min), to the bit as numpy's. */
const arange = (min: number, max: number, q: number): FiniteDomain => {
  const size = Math.max(1, Math.ceil((max - min) / q));
  const step = min + q - min;
  return {
    isFinite: true,
    size,
    at: (position) => clean(position === 1 ? min + q : min + position * step),
    positionOf: () => -1,
    draw: (rng) => clean(min + Math.floor(uniform53(rng) * size) * step),
  };
};

/** The domain that a grid goes through; the definition's check has let in finite kinds only. */
export const gridDomain = (d: Distribution): Domain =>
  d.kind === 'q_uniform' ? arange(d.min, d.max, d.q) : drawnDomain(d);
