/** Which values a parameter can have, for conditions and exclusions: one that names another would have no effect. */
import type { ParameterValue, Scalar } from '../assignment.ts';
import { shown } from './problem.ts';
import type { Distribution } from './sweep-definition.type.ts';

/** The least and the greatest number that can be drawn, both as values rather than exponents. */
const boundsOf = (
  d: Exclude<Distribution, { kind: 'constant' | 'categorical' }>,
): readonly [min: number, max: number] => {
  switch (d.kind) {
    case 'int_uniform':
    case 'uniform':
    case 'log_uniform_values':
    case 'inv_log_uniform_values':
      return [d.min, d.max];
    case 'q_uniform':
    case 'q_log_uniform_values':
      return [d.min - d.q / 2, d.max + d.q / 2];
    case 'log_uniform':
      return [Math.exp(d.min), Math.exp(d.max)];
    case 'q_log_uniform':
      return [Math.exp(d.min) - d.q / 2, Math.exp(d.max) + d.q / 2];
    case 'inv_log_uniform':
      return [Math.exp(-d.max), Math.exp(-d.min)];
    case 'normal':
    case 'q_normal':
      return [-Infinity, Infinity];
    case 'log_normal':
    case 'q_log_normal':
      return [0, Infinity];
  }
};

/** What can be drawn: one of a list, or a number of a range, in steps of `q` unless that is null. */
export type Possible =
  | { readonly values: readonly ParameterValue[] }
  | { readonly min: number; readonly max: number; readonly q: number | null };

export const possibleOf = (d: Distribution): Possible => {
  if (d.kind === 'constant') return { values: [d.value] };
  if (d.kind === 'categorical') return { values: d.values };
  const [min, max] = boundsOf(d);
  return { min, max, q: d.kind === 'int_uniform' ? 1 : 'q' in d ? d.q : null };
};

/** Whether a run can have `value`. A continuous range gives any one number with probability 0. */
export const isPossible = (possible: Possible, value: Scalar): boolean => {
  if ('values' in possible) return possible.values.includes(value);
  const { min, max, q } = possible;
  if (typeof value !== 'number' || q === null || value < min || value > max) return false;
  // A grid counts from min, everything else in multiples of q.
  return Math.round(value / q) * q === value || min + Math.round((value - min) / q) * q === value;
};

/** Whether a run can have a number from `min` to `max`, both included. */
export const meetsRange = (possible: Possible, min: number, max: number): boolean =>
  'values' in possible
    ? possible.values.some((value) => typeof value === 'number' && value >= min && value <= max)
    : possible.min <= max && possible.max >= min;

/** What could be named instead, in words. */
export const possibleText = (possible: Possible): string => {
  if ('values' in possible) {
    const [only, ...others] = possible.values;
    return others.length === 0 ? shown(only) : `some of ${shown(possible.values)}`;
  }
  const { min, max, q } = possible;
  if (q === 1) return `whole numbers from ${Math.ceil(min)} to ${Math.floor(max)}`;
  return q === null ? `{min, max} that meets ${min} to ${max}` : `multiples of ${q} from ${min} to ${max}`;
};
