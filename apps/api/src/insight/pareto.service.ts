/** The Pareto front of a sweep by two to four metrics. */
import { hypervolume, paretoFront } from '@plumage/search';
import type { RunState } from '@plumage/contract';
import { BadInputError } from '../errors/api.error.ts';
import type { Loaders } from '../schema/loaders.ts';
import { runColumns } from './insight.columns.ts';
import type { MetricGoal } from './insight.enum.ts';
import { goalName, severalMetrics } from './insight.service.ts';
import type { ParetoFront } from './insight.type.ts';

/** The hypervolume of more than two metrics is measured for fronts of up to so many different points. */
const MEASURABLE = 1_000;

export interface ParetoQuestion {
  readonly metrics?: readonly string[] | null;
  readonly goals?: readonly MetricGoal[] | null;
  readonly states?: readonly RunState[] | null;
  readonly reference?: readonly number[] | null;
}

/** @throws BadInputError for unknown metrics, or a reference that is no point of them. */
export async function paretoColumns(
  loaders: Loaders,
  sweepId: string,
  question: ParetoQuestion,
  states: readonly RunState[],
): Promise<ParetoFront> {
  const { metrics, goals, runs, points } = await severalMetrics(loaders, sweepId, question, states);
  const given = question.reference ?? null;
  if (given !== null && given.length !== metrics.length) {
    throw new BadInputError('reference', given, `a number for each of ${metrics.length} metrics`);
  }
  const signs = goals.map((goal) => (goal === 'minimize' ? 1 : -1));
  const signed = (point: readonly number[]): number[] => point.map((value, i) => value * (signs[i] ?? 1));
  const losses = points.map(signed);
  const front = paretoFront(losses);
  const worst = metrics.map((_, i) =>
    losses.reduce((most, point) => Math.max(most, point[i] ?? 0), -Infinity),
  );
  const reference = given === null ? (runs.length === 0 ? [] : worst) : signed(given);
  const onFront = front.map((i) => losses[i] ?? []);
  const different = new Set(onFront.map((point) => point.join())).size;
  const isMeasurable = metrics.length === 2 || different <= MEASURABLE;
  // Of metrics near the largest numbers the volume may be no number any more.
  const volume = isMeasurable ? hypervolume(onFront, reference) : Number.NaN;
  const members = new Set(front);
  return {
    metrics: [...metrics],
    goals: goals.map(goalName),
    ...runColumns(runs),
    values: metrics.map((_, i) => points.map((point) => point[i] ?? Number.NaN)),
    onFront: points.map((_, i) => members.has(i)),
    reference: signed(reference),
    hypervolume: Number.isFinite(volume) ? volume : null,
  };
}
