/** One parameter against a metric, run by run: the columns of a slice plot, with ranks for those of a rank plot. */
import type { Assignment, ParameterDefinition } from '@plumage/contract';
import { plotAxis, type PlotAxis } from './plot-axis.ts';
import { ranksOf } from './rank.ts';

export interface PlottedRun {
  readonly assignment: Assignment;
  readonly value: number | null;
}

export interface Slice<Run extends PlottedRun> {
  /** Those with a finite value in which the parameter is active, in the order given. */
  readonly runs: readonly Run[];
  readonly axis: PlotAxis;
  readonly xs: readonly number[];
  readonly values: readonly number[];
  /** Among these runs, 1 is the best; equals share the mean of theirs. */
  readonly ranks: readonly number[];
  /** Runs with a finite value in which the parameter is inactive. */
  readonly inactive: number;
}

/** 1 is the best by the goal. */
export const qualityRanks = (values: readonly number[], goal: 'minimize' | 'maximize'): number[] =>
  ranksOf(goal === 'minimize' ? values : values.map((value) => -value));

export const usableRuns = <Run extends PlottedRun>(runs: readonly Run[]): Run[] =>
  runs.filter(({ value }) => value !== null && Number.isFinite(value));

export const slice = <Run extends PlottedRun>(
  all: readonly Run[],
  path: string,
  definition: ParameterDefinition | null,
  goal: 'minimize' | 'maximize',
): Slice<Run> => {
  const usable = usableRuns(all);
  const runs = usable.filter(({ assignment }) => assignment[path] !== undefined);
  const axis = plotAxis(
    path,
    definition,
    runs.map(({ assignment }) => assignment),
  );
  const values = runs.map(({ value }) => value ?? Number.NaN);
  return {
    runs,
    axis,
    xs: axis.places.map((place) => place ?? Number.NaN),
    values,
    ranks: qualityRanks(values, goal),
    inactive: usable.length - runs.length,
  };
};
