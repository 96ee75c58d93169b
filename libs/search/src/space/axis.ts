/**
 * Parameters as the model-based samplers see them: a number is a place in the unit interval, at which share of its
 * own distribution it stands, so that even places give draws from the distribution and no sampler knows logarithms,
 * quanta or normal curves; a categorical value is one of a list.
 */
import type { Condition, Distribution, ParameterDefinition, ParameterValue } from '@plumage/contract';
import { drawnDomain, roundHalfEven } from './domain.ts';
import { normalCdf, normalQuantile } from './normal-distribution.ts';

interface AxisBase {
  /** Dotted path, which is the key in an assignment. */
  readonly path: string;
  readonly when: readonly Condition[];
}

export interface NumericAxis extends AxisBase {
  readonly kind: 'numeric';
  /** Number of different values; Infinity when continuous. */
  readonly levels: number;
  /** The value at a place from 0 to 1: the distribution's quantile. Places outside are taken as the nearest end. */
  fromUnit(u: number): number;
  /**
   * The places that give `value`, as an interval within [0, 1]; of no length when continuous. Null when it is no value
   * of this axis: of another type, or out of its range.
   */
  cellOf(value: ParameterValue | undefined): readonly [low: number, high: number] | null;
  /** The middle of the cell; null as there. */
  toUnit(value: ParameterValue | undefined): number | null;
}

export interface CategoricalAxis extends AxisBase {
  readonly kind: 'categorical';
  /** At least 1; values of probability 0 are left out. */
  readonly values: readonly ParameterValue[];
  /** One for each of values, summing to 1. */
  readonly probabilities: readonly number[];
  /** Where `value` stands in values; -1 when it is none of them. */
  indexOf(value: ParameterValue | undefined): number;
}

export interface ConstantAxis extends AxisBase {
  readonly kind: 'constant';
  readonly value: ParameterValue;
}

export type Axis = NumericAxis | CategoricalAxis | ConstantAxis;

/** A growing function from the unit interval to numbers, and its inverse. */
interface Scale {
  readonly of: (u: number) => number;
  readonly inverse: (x: number) => number;
}

/** Shares beyond these are more than 6.7 standard deviations out. */
const SMALLEST_SHARE = 1e-11;

const clamp = (x: number, min: number, max: number): number => Math.min(Math.max(x, min), max);
const clean = (x: number): number => (x === 0 ? 0 : x);

const linear = (min: number, max: number): Scale => ({
  of: (u) => min * (1 - u) + max * u,
  inverse: (x) => (max > min ? (x - min) / (max - min) : 0.5),
});

/** @param min, max exponents of e */
const exponential = (min: number, max: number): Scale => {
  const exponent = linear(min, max);
  return {
    of: (u) => Math.exp(exponent.of(u)),
    inverse: (x) => (x > 0 ? exponent.inverse(Math.log(x)) : 0),
  };
};

const gaussian = (mu: number, sigma: number): Scale => ({
  of: (u) => mu + sigma * normalQuantile(clamp(u, SMALLEST_SHARE, 1 - SMALLEST_SHARE)),
  inverse: (x) => (sigma > 0 ? normalCdf((x - mu) / sigma) : 0.5),
});

const logGaussian = (mu: number, sigma: number): Scale => {
  const logarithm = gaussian(mu, sigma);
  return {
    of: (u) => Math.exp(logarithm.of(u)),
    inverse: (x) => (x > 0 ? logarithm.inverse(Math.log(x)) : 0),
  };
};

type NumericKind = Exclude<Distribution, { kind: 'constant' | 'categorical' }>;

const scaleOf = (d: NumericKind): Scale => {
  switch (d.kind) {
    case 'int_uniform':
      return linear(d.min - 0.5, d.max + 0.5);
    case 'uniform':
    case 'q_uniform':
      return linear(d.min, d.max);
    case 'log_uniform':
    case 'q_log_uniform':
      return exponential(d.min, d.max);
    case 'log_uniform_values':
    case 'q_log_uniform_values':
    case 'inv_log_uniform_values':
      return exponential(Math.log(d.min), Math.log(d.max));
    case 'inv_log_uniform':
      return exponential(-d.max, -d.min);
    case 'normal':
    case 'q_normal':
      return gaussian(d.mu, d.sigma);
    case 'log_normal':
    case 'q_log_normal':
      return logGaussian(d.mu, d.sigma);
  }
};

const continuousAxis = (base: AxisBase, d: NumericKind, scale: Scale): NumericAxis => {
  const [low, high] =
    d.kind === 'uniform' || d.kind === 'log_uniform_values' || d.kind === 'inv_log_uniform_values'
      ? [d.min, d.max]
      : [-Infinity, Infinity];
  const toUnit = (value: ParameterValue | undefined): number | null => {
    if (typeof value !== 'number' || !Number.isFinite(value)) return null;
    const u = scale.inverse(value);
    return u >= -1e-9 && u <= 1 + 1e-9 ? clamp(u, 0, 1) : null;
  };
  return {
    ...base,
    kind: 'numeric',
    levels: Number.POSITIVE_INFINITY,
    fromUnit: (u) => clean(clamp(scale.of(clamp(u, 0, 1)), low, high)),
    toUnit,
    cellOf: (value) => {
      const u = toUnit(value);
      return u === null ? null : [u, u];
    },
  };
};

const discreteAxis = (base: AxisBase, d: NumericKind, scale: Scale): NumericAxis => {
  const domain = drawnDomain(d);
  if (!domain.isFinite) throw new Error(`${d.kind} has endlessly many values`);
  const q = 'q' in d ? d.q : 1;
  const ends = [domain.at(0), domain.at(domain.size - 1)].map(Number);
  const [first, last] = [Math.round((ends[0] ?? 0) / q), Math.round((ends[1] ?? 0) / q)];
  const cellOf = (value: ParameterValue | undefined): readonly [number, number] | null => {
    if (typeof value !== 'number') return null;
    const k = Math.round(value / q);
    if (k < first || k > last || Math.abs(value / q - k) > 1e-6) return null;
    const low = k === first ? 0 : clamp(scale.inverse((k - 0.5) * q), 0, 1);
    const high = k === last ? 1 : clamp(scale.inverse((k + 0.5) * q), 0, 1);
    return [low, Math.max(low, high)];
  };
  return {
    ...base,
    kind: 'numeric',
    levels: domain.size,
    fromUnit: (u) => clean(clamp(roundHalfEven(scale.of(clamp(u, 0, 1)) / q), first, last) * q),
    cellOf,
    toUnit: (value) => {
      const cell = cellOf(value);
      return cell === null ? null : (cell[0] + cell[1]) / 2;
    },
  };
};

const sameValue = (a: ParameterValue, b: ParameterValue): boolean =>
  a === b ||
  (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((part, i) => part === b[i]));

/** The axis of a parameter, by the distribution from which random searches draw it. */
export const axisOf = ({ path, when, distribution: d }: ParameterDefinition): Axis => {
  const base = { path, when };
  switch (d.kind) {
    case 'constant':
      return { ...base, kind: 'constant', value: d.value };
    case 'categorical': {
      const weights = d.probabilities ?? d.values.map(() => 1);
      const kept = d.values.flatMap((value, i) => {
        const weight = weights[i] ?? 0;
        return weight > 0 ? [{ value, weight }] : [];
      });
      const total = kept.reduce((sum, { weight }) => sum + weight, 0);
      const values = kept.map(({ value }) => value);
      return {
        ...base,
        kind: 'categorical',
        values,
        probabilities: kept.map(({ weight }) => weight / total),
        indexOf: (value) => (value === undefined ? -1 : values.findIndex((own) => sameValue(own, value))),
      };
    }
    default: {
      const scale = scaleOf(d);
      return drawnDomain(d).isFinite ? discreteAxis(base, d, scale) : continuousAxis(base, d, scale);
    }
  }
};

/** The value at a place from 0 to 1 of any axis: categories lie side by side, each as long as it is probable. */
export const valueAt = (axis: Axis, u: number): ParameterValue => {
  switch (axis.kind) {
    case 'constant':
      return axis.value;
    case 'numeric':
      return axis.fromUnit(u);
    case 'categorical': {
      let left = u;
      const index = axis.probabilities.findIndex((probability) => (left -= probability) < 0);
      const value = axis.values[index < 0 ? axis.values.length - 1 : index];
      if (value === undefined) throw new Error(`${axis.path} has no values`);
      return value;
    }
  }
};
