/** Which figures the page shows, what each may be compared with, and how several seeds become one entry. */
import type { RecordedRun } from './record.ts';

export interface Figure {
  readonly metric: string;
  readonly title: string;
  /** What luck gives, where that is known beforehand. */
  readonly luck?: number;
  /** A metric that says what real pictures reach, the same for all runs. */
  readonly real?: string;
}

export const unseenFigures: readonly Figure[] = [
  { metric: 'eval/reciprocal_rank_unseen', title: 'reciprocal rank, colours, up', luck: 0.052 },
  { metric: 'eval/r_precision_unseen', title: 'R-precision, colours, up', luck: 0.01 },
  {
    metric: 'eval/r_precision_joint_unseen',
    title: 'R-precision, judge, up',
    luck: 0.01,
    real: 'eval/r_precision_joint_unseen_real',
  },
  {
    metric: 'eval/class_accuracy_colour_unseen',
    title: 'class, colours, up',
    luck: 1 / 2,
    real: 'eval/class_accuracy_colour_unseen_real',
  },
  {
    metric: 'eval/class_accuracy_joint_unseen',
    title: 'class, judge, up',
    luck: 1 / 2,
    real: 'eval/class_accuracy_joint_unseen_real',
  },
  { metric: 'eval/kid_unseen', title: 'kernel distance, colours, down', real: 'eval/kid_unseen_floor' },
  {
    metric: 'eval/kid_joint_unseen',
    title: 'kernel distance, judge, down',
    real: 'eval/kid_joint_unseen_floor',
  },
];

export const seenFigures: readonly Figure[] = [
  { metric: 'eval/reciprocal_rank', title: 'reciprocal rank, colours, up', luck: 0.052 },
  { metric: 'eval/r_precision', title: 'R-precision, colours, up', luck: 0.01 },
  {
    metric: 'eval/r_precision_joint',
    title: 'R-precision, judge, up',
    luck: 0.01,
    real: 'eval/r_precision_joint_real',
  },
  {
    metric: 'eval/class_accuracy_colour',
    title: 'class, colours, up',
    luck: 1 / 11,
    real: 'eval/class_accuracy_colour_real',
  },
  { metric: 'eval/kid', title: 'kernel distance, colours, down', real: 'eval/kid_floor' },
  { metric: 'eval/fid_colour', title: 'Frechet distance, colours, down', real: 'eval/fid_colour_floor' },
  { metric: 'eval/kid_joint', title: 'kernel distance, judge, down', real: 'eval/kid_joint_floor' },
  { metric: 'eval/diversity', title: 'diversity of one caption' },
  { metric: 'eval/nearest_ratio_colour', title: 'nearest training picture' },
  { metric: 'eval/match_gap', title: "the discriminator's match gap, up", luck: 0 },
];

const three = (value: number): string => String(Number(value.toPrecision(3)));

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of a sample: n - 1. */
export const deviation = (values: readonly number[]): number => {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
};

/** `0.123 ± 0.004`, as many decimals in both; the mean alone where there is nothing to deviate. */
export const spread = (values: readonly number[]): string => {
  const [middle, wide] = [mean(values), values.length > 1 ? deviation(values) : 0];
  if (wide < 1e-9) return three(middle);
  const decimals = Math.min(4, Math.max(0, 1 - Math.floor(Math.log10(wide))));
  return `${middle.toFixed(decimals).replace(/^-(0\.0*)$/, '$1')} ± ${wide.toFixed(decimals)}`;
};

export const valuesOf = (runs: readonly RecordedRun[], metric: string): number[] =>
  runs.flatMap(({ figures }) => (figures[metric] === undefined ? [] : [figures[metric]]));

/** What is beside a figure: luck and what real pictures reach. */
export const besides = (runs: readonly RecordedRun[], { luck, real }: Figure): [string, string] => {
  const reached = real === undefined ? undefined : valuesOf(runs, real)[0];
  return [luck === undefined ? '' : three(luck), reached === undefined ? '' : three(reached)];
};
