/**
 * One parameter's search constraint from W&B's loose form (any of value, values, min and max, mu and sigma, with or
 * without `distribution`) to one distribution with all of its numbers. The table says which keys each distribution
 * needs and takes; every other key is a problem rather than silently without effect.
 */
import type { ParameterValue } from '../assignment.ts';
import { type Path, type Report, shown } from './problem.ts';
import type { RawParameter } from './parameter.schema.ts';
import type { Distribution, DistributionKind } from './sweep-definition.type.ts';

type Key = 'value' | 'values' | 'probabilities' | 'min' | 'max' | 'mu' | 'sigma' | 'q';
const keys: readonly Key[] = ['value', 'values', 'probabilities', 'min', 'max', 'mu', 'sigma', 'q'];

interface KeyRule {
  readonly needs: readonly Key[];
  readonly takes: readonly Key[];
}
const range: KeyRule = { needs: ['min', 'max'], takes: [] };
const quantizedRange: KeyRule = { needs: ['min', 'max'], takes: ['q'] };
const bell: KeyRule = { needs: [], takes: ['mu', 'sigma'] };
const quantizedBell: KeyRule = { needs: [], takes: ['mu', 'sigma', 'q'] };

const keyRules: Readonly<Record<DistributionKind, KeyRule>> = {
  constant: { needs: ['value'], takes: [] },
  categorical: { needs: ['values'], takes: ['probabilities'] },
  int_uniform: range,
  uniform: range,
  q_uniform: quantizedRange,
  log_uniform: range,
  log_uniform_values: range,
  q_log_uniform: quantizedRange,
  q_log_uniform_values: quantizedRange,
  inv_log_uniform: range,
  inv_log_uniform_values: range,
  normal: bell,
  q_normal: quantizedBell,
  log_normal: bell,
  q_log_normal: quantizedBell,
};

/** exp of anything above is Infinity, below -745 it is 0. */
const LARGEST_EXPONENT = 709;

const kindOf = (
  raw: RawParameter,
  path: Path,
  report: Report,
  isFloat: (key: Key) => boolean,
): DistributionKind | null => {
  if (raw.distribution === 'categorical_w_probabilities') return 'categorical';
  if (raw.distribution !== undefined) return raw.distribution;
  if (raw.values !== undefined) return 'categorical';
  if (raw.value !== undefined) return 'constant';
  if (raw.min !== undefined && raw.max !== undefined) {
    const whole =
      Number.isSafeInteger(raw.min) && Number.isSafeInteger(raw.max) && !isFloat('min') && !isFloat('max');
    return whole ? 'int_uniform' : 'uniform';
  }
  if (raw.min !== undefined || raw.max !== undefined) {
    const missing = raw.min === undefined ? 'min' : 'max';
    report.problem([...path, missing], 'is missing', 'min and max together, or value, or values');
  } else if (raw.mu !== undefined || raw.sigma !== undefined) {
    report.problem([...path, 'distribution'], 'is missing', 'normal, q_normal, log_normal or q_log_normal');
  } else {
    report.problem(
      path,
      'says nothing about its values',
      'value, values, min and max, or a distribution',
      raw,
    );
  }
  return null;
};

const hasWrongKeys = (raw: RawParameter, kind: DistributionKind, path: Path, report: Report): boolean => {
  const rule = keyRules[kind];
  let wrong = false;
  for (const key of keys) {
    if (rule.needs.includes(key) && raw[key] === undefined) {
      report.problem([...path, key], 'is missing', `distribution ${kind} needs ${rule.needs.join(' and ')}`);
      wrong = true;
    } else if (raw[key] !== undefined && !rule.needs.includes(key) && !rule.takes.includes(key)) {
      const known = [...rule.needs, ...rule.takes].join(', ');
      report.problem([...path, key], `has no meaning for distribution ${kind}`, `only ${known}`, raw[key]);
      wrong = true;
    }
  }
  return wrong;
};

/** Lists are one value each, so equal means equal as JSON. */
const distinct = (values: readonly ParameterValue[]): ParameterValue[] => [
  ...new Map(values.map((value) => [JSON.stringify(value), value])).values(),
];

const compileCategorical = (raw: RawParameter, path: Path, report: Report): Distribution | null => {
  const written = raw.values ?? [];
  const values = distinct(written);
  if (raw.probabilities === undefined) {
    if (values.length < written.length) {
      report.warn([...path, 'values'], 'names a value twice; it counts once', 'each value once', written);
    }
    return { kind: 'categorical', values, probabilities: null };
  }
  const sum = raw.probabilities.reduce((a, b) => a + b, 0);
  const at = [...path, 'probabilities'];
  if (values.length < written.length) {
    report.problem(
      [...path, 'values'],
      'names a value twice',
      'each value once, with one probability',
      written,
    );
  } else if (raw.probabilities.length !== values.length) {
    const wanted = `${values.length} numbers, one for each of values`;
    report.problem(at, `has ${raw.probabilities.length} entries`, wanted, raw.probabilities);
  } else if (Math.abs(sum - 1) > 1e-6) {
    report.problem(at, `sums to ${sum}`, 'numbers that sum to 1', raw.probabilities);
  } else {
    return { kind: 'categorical', values, probabilities: raw.probabilities };
  }
  return null;
};

/** Problems of min and max under `kind`; returns whether they can be used. */
const isRangeSound = (
  kind: DistributionKind,
  min: number,
  max: number,
  path: Path,
  report: Report,
): boolean => {
  const before = report.problems.length;
  if (kind === 'int_uniform') {
    for (const [key, value] of [
      ['min', min],
      ['max', max],
    ] as const) {
      if (!Number.isSafeInteger(value))
        report.problem([...path, key], `cannot be ${value}`, 'a whole number for int_uniform', value);
    }
  }
  if (min > max || (min === max && kind !== 'int_uniform')) {
    const remedy = min === max ? `a min below max, or value: ${min}` : 'a min below max';
    report.problem([...path, 'min'], `min ${min} is not below max ${max}`, remedy, min);
  }
  if (kind.endsWith('log_uniform_values') && min <= 0) {
    report.problem([...path, 'min'], `cannot be ${min}`, 'more than 0, since its logarithm is taken', min);
  }
  if (kind.endsWith('log_uniform')) {
    const largest = kind === 'inv_log_uniform' ? -min : max;
    if (largest > LARGEST_EXPONENT) {
      const at = [...path, kind === 'inv_log_uniform' ? 'min' : 'max'];
      report.problem(
        at,
        `e^${largest} is not a finite number`,
        `exponents of e; for plain bounds write ${kind}_values`,
        largest,
      );
    } else if (min > 0 && max <= 1) {
      const [low, high] = kind === 'inv_log_uniform' ? [-max, -min] : [min, max];
      const given = `bounds are exponents of e, so this is ${Math.exp(low).toPrecision(4)} to ${Math.exp(high).toPrecision(4)}`;
      report.warn([...path, 'distribution'], given, `${kind}_values, if ${min} to ${max} was meant`, kind);
    }
  }
  return report.problems.length === before;
};

/**
 * The full distribution of `raw`, or null after reporting why there is none.
 *
 * @param path where `raw` stands in the source
 * @param isFloat whether the number under a key was written as a float
 */
export const compileDistribution = (
  raw: RawParameter,
  path: Path,
  report: Report,
  isFloat: (key: Key) => boolean,
): Distribution | null => {
  const kind = kindOf(raw, path, report, isFloat);
  if (kind === null || hasWrongKeys(raw, kind, path, report)) return null;
  const { value = 0, min = 0, max = 0, mu = 0, sigma = 1, q = 1 } = raw;
  switch (kind) {
    case 'constant':
      return { kind, value };
    case 'categorical':
      return compileCategorical(raw, path, report);
    case 'int_uniform':
    case 'uniform':
    case 'log_uniform':
    case 'log_uniform_values':
    case 'inv_log_uniform':
    case 'inv_log_uniform_values':
      return isRangeSound(kind, min, max, path, report) ? { kind, min, max } : null;
    case 'q_uniform':
    case 'q_log_uniform':
    case 'q_log_uniform_values':
      return isRangeSound(kind, min, max, path, report) ? { kind, min, max, q } : null;
    case 'normal':
    case 'log_normal':
    case 'q_normal':
    case 'q_log_normal': {
      if (sigma <= 0) {
        report.problem(
          [...path, 'sigma'],
          `cannot be ${shown(sigma)}`,
          `more than 0, or value: ${mu}`,
          sigma,
        );
        return null;
      }
      const far = Math.abs(mu) + 7 * sigma;
      if (kind.endsWith('log_normal') ? far > LARGEST_EXPONENT : !Number.isFinite(far)) {
        report.problem(
          [...path, 'mu'],
          `mu ${mu} with sigma ${sigma} gives infinite values`,
          'smaller mu and sigma',
          mu,
        );
        return null;
      }
      return kind === 'normal' || kind === 'log_normal' ? { kind, mu, sigma } : { kind, mu, sigma, q };
    }
  }
};
