/**
 * How each parameter goes with a metric, one at a time. Numbers: Pearson's r of the values as they are, and
 * Spearman's rho, Pearson's of their mean ranks. Categories: the correlation ratio eta, the square root of the share
 * of the metric's variance that lies between the categories; for exactly two of them also the point-biserial
 * correlation, which is Pearson's r with the first as 0 and the second as 1. p-values are two-sided: of t with n - 2
 * degrees of freedom for r and rho, of the one-way analysis of variance for eta. They do not correct for looking at
 * many parameters, and runs that a search chose are not drawn independently: a small p is a hint, not a proof.
 */
import type { Assignment, ParameterDefinition, ParameterValue } from '@plumage/contract';
import type { InsightRun } from './importance.ts';
import { ranksOf } from './rank.ts';
import { fTail, tTails } from './student-f.ts';

export interface Coefficient {
  readonly value: number;
  /** How likely a coefficient as far from 0 would be without any connection; null where it is not defined. */
  readonly p: number | null;
}

export interface Correlation {
  readonly path: string;
  readonly kind: 'numeric' | 'categorical';
  /** Runs that have both the parameter and the metric. */
  readonly count: number;
  /** Null: fewer than three runs, or all of them the same. Of categories only for two. */
  readonly pearson: Coefficient | null;
  /** Of numbers only. */
  readonly spearman: Coefficient | null;
  /** Of categories only; from 0 to 1. */
  readonly eta: Coefficient | null;
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** Of a size near 1, so that squares neither overflow nor vanish; all 0 when they are equal. */
const centred = (values: readonly number[]): number[] => {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const scaled = values.map((value) => value / largest);
  const mean = sum(scaled) / scaled.length;
  const isConstant = values.every((value) => value === values[0]);
  return scaled.map((value) => (isConstant ? 0 : value - mean));
};

/** Null with fewer than three pairs, or when one side is constant. */
export const pearson = (xs: readonly number[], ys: readonly number[]): Coefficient | null => {
  if (xs.length < 3) return null;
  const [dx, dy] = [centred(xs), centred(ys)];
  const norm = Math.sqrt(sum(dx.map((d) => d * d))) * Math.sqrt(sum(dy.map((d) => d * d)));
  if (!(norm > 0)) return null;
  const value = Math.min(1, Math.max(-1, sum(dx.map((d, i) => d * (dy[i] ?? 0))) / norm));
  const freedom = xs.length - 2;
  const t = value * Math.sqrt(freedom / ((1 - value) * (1 + value)));
  return { value, p: Number.isFinite(t) ? tTails(t, freedom) : 0 };
};

export const spearman = (xs: readonly number[], ys: readonly number[]): Coefficient | null =>
  pearson(ranksOf(xs), ranksOf(ys));

/** Null with fewer than three runs, fewer than two categories, or a constant metric. */
export const correlationRatio = (labels: readonly string[], ys: readonly number[]): Coefficient | null => {
  const groups = new Map<string, number[]>();
  for (const [i, d] of centred(ys).entries()) {
    const label = labels[i] ?? '';
    const group = groups.get(label);
    if (group === undefined) groups.set(label, [d]);
    else group.push(d);
  }
  const each = [...groups.values()];
  const total = sum(each.map((group) => sum(group.map((d) => d * d))));
  if (ys.length < 3 || each.length < 2 || !(total > 0)) return null;
  const within = sum(
    each.map((group) => {
      const mean = sum(group) / group.length;
      return sum(group.map((d) => (d - mean) ** 2));
    }),
  );
  const share = Math.min(1, Math.max(0, 1 - within / total));
  const freedom = ys.length - each.length;
  if (freedom < 1) return { value: Math.sqrt(share), p: null };
  const f = share / (each.length - 1) / ((1 - share) / freedom);
  return { value: Math.sqrt(share), p: Number.isFinite(f) ? fTail(f, each.length - 1, freedom) : 0 };
};

const correlate = (path: string, values: readonly ParameterValue[], ys: readonly number[]): Correlation => {
  const count = ys.length;
  if (values.every((value) => typeof value === 'number')) {
    const xs = values.map(Number);
    return { path, kind: 'numeric', count, pearson: pearson(xs, ys), spearman: spearman(xs, ys), eta: null };
  }
  const labels = values.map((value) => JSON.stringify(value));
  const [first, ...others] = [...new Set(labels)].sort();
  const isTwo = others.length === 1;
  const biserial = isTwo
    ? pearson(
        labels.map((label) => (label === first ? 0 : 1)),
        ys,
      )
    : null;
  return {
    path,
    kind: 'categorical',
    count,
    pearson: biserial,
    spearman: null,
    eta: correlationRatio(labels, ys),
  };
};

/** One for each parameter of which some run has a value, constants of the definition left out, in its order. */
export const correlations = (
  parameters: readonly ParameterDefinition[],
  runs: readonly InsightRun[],
): Correlation[] => {
  const usable = runs.flatMap(({ assignment, value }) =>
    value !== null && Number.isFinite(value) ? [{ assignment, value }] : [],
  );
  return parameters.flatMap(({ path, distribution }) => {
    const having = usable.filter(
      ({ assignment }: { assignment: Assignment }) => assignment[path] !== undefined,
    );
    if (distribution.kind === 'constant' || having.length === 0) return [];
    const values = having.map(({ assignment }) => assignment[path] as ParameterValue);
    return [
      correlate(
        path,
        values,
        having.map(({ value }) => value),
      ),
    ];
  });
};
