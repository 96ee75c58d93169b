/** Our regrets beside Optuna's on the same function, seeds and number of trials. */
import { mannWhitney } from './mann-whitney.ts';
import { EVERY, type Mode, type StudyRequest } from './study.ts';

/** Lower, middle and upper quartile over the seeds, after each ten trials. */
export interface QuartileCurve {
  readonly lower: readonly number[];
  readonly median: readonly number[];
  readonly upper: readonly number[];
}

export interface Pair {
  readonly sampler: string;
  readonly function: string;
  readonly mode: Mode;
  readonly trials: number;
  readonly seeds: number;
  readonly medianRegret: { readonly ours: number; readonly optuna: number };
  /** That samplers which are equally good differ as much (Mann and Whitney, two-sided, over the seeds). */
  readonly p: number;
  /** Of ours: worse or better when p < 0.05. */
  readonly verdict: 'better' | 'equal' | 'worse';
  readonly curves?: { readonly ours: QuartileCurve; readonly optuna: QuartileCurve };
}

/** By seed, the regret after each ten trials. */
export type Regrets = ReadonlyMap<number, readonly number[]>;

const SIGNIFICANT = 0.05;

/** Linear between the two nearest values. */
const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
  return Number((low + (place - Math.floor(place)) * (high - low)).toPrecision(4));
};

const after = (regrets: Regrets, trials: number): number[] =>
  [...regrets.values()].map((curve) => curve[trials / EVERY - 1] as number);

const quartiles = (regrets: Regrets, trials: number): QuartileCurve => {
  const at = (share: number) =>
    Array.from({ length: trials / EVERY }, (_, i) => quantile(after(regrets, (i + 1) * EVERY), share));
  return { lower: at(0.25), median: at(0.5), upper: at(0.75) };
};

export const compare = (
  what: Omit<StudyRequest, 'seed'>,
  ours: Regrets,
  optuna: Regrets,
  withCurves: boolean,
): Pair => {
  const { trials } = what;
  const [mine, theirs] = [after(ours, trials), after(optuna, trials)];
  const { u, p } = mannWhitney(mine, theirs);
  const isWorse = u > (mine.length * theirs.length) / 2;
  return {
    ...what,
    seeds: ours.size,
    medianRegret: { ours: quantile(mine, 0.5), optuna: quantile(theirs, 0.5) },
    p: Number(p.toPrecision(3)),
    verdict: p >= SIGNIFICANT ? 'equal' : isWorse ? 'worse' : 'better',
    ...(withCurves && { curves: { ours: quartiles(ours, trials), optuna: quartiles(optuna, trials) } }),
  };
};
