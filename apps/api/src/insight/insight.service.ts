/** From what a caller asks about a sweep to the runs, values and parameters that the figures are computed from. */
import type { Assignment, ParameterDefinition, RunState } from '@plumage/contract';
import { BadInputError } from '../errors/api.error.ts';
import type { Loaders } from '../schema/loaders.ts';
import { metricKeysOfSweep } from '../sweeps/sweep.loader.ts';
import type { MetricGoal } from './insight.enum.ts';
import { latestKey, latestOfSweep, type SweepRun, sheetOfSweep, type SweepSheet } from './insight.loader.ts';

export type Goal = 'minimize' | 'maximize';

export interface InsightQuestion {
  readonly metric?: string | null;
  readonly goal?: MetricGoal | null;
  readonly states?: readonly RunState[] | null;
}

/** A run with its value of the metric that was asked for. */
export interface ValuedRun {
  readonly id: string;
  readonly number: number;
  readonly assignment: Assignment;
  readonly value: number | null;
  readonly endedAt: number | null;
}

export interface Subject {
  readonly sweepId: string;
  readonly sheet: SweepSheet;
  readonly metric: string;
  readonly goal: Goal;
  readonly runs: readonly ValuedRun[];
}

/** Names in an error are at most so many. */
const NAMED = 30;

const listed = (names: readonly string[]): string =>
  names.length === 0
    ? 'one of none so far'
    : `one of ${names.slice(0, NAMED).join(', ')}${names.length > NAMED ? ` and ${names.length - NAMED} more` : ''}`;

export const goalOf = (goal: MetricGoal): Goal => (goal === 'MAXIMIZE' ? 'maximize' : 'minimize');
export const goalName = (goal: Goal): MetricGoal => (goal === 'maximize' ? 'MAXIMIZE' : 'MINIMIZE');

/** @throws BadInputError for a metric that neither the definition names nor a run has reported. */
async function valuesOf(
  loaders: Loaders,
  sweepId: string,
  { metrics }: SweepSheet,
  asked: { readonly path: string; readonly name: string | null },
): Promise<{ name: string; goal: Goal; of: (run: SweepRun) => number | null }> {
  const index = asked.name === null ? 0 : metrics.findIndex(({ name }) => name === asked.name);
  const objective = metrics[index];
  if (objective !== undefined) {
    return { name: objective.name, goal: objective.goal, of: (run) => run.objectives[index] ?? null };
  }
  const known = await loaders.load(metricKeysOfSweep, sweepId);
  if (asked.name === null) {
    throw new BadInputError(
      asked.path,
      null,
      `given, as the sweep has no metric of its own: ${listed(known)}`,
    );
  }
  if (!known.includes(asked.name)) {
    const names = [...new Set([...metrics.map(({ name }) => name), ...known])];
    throw new BadInputError(asked.path, asked.name, listed(names));
  }
  const latest = await loaders.load(latestOfSweep, latestKey(sweepId, asked.name));
  return { name: asked.name, goal: 'minimize', of: (run) => latest.get(run.number) ?? null };
}

const chosen = (sheet: SweepSheet, states: readonly RunState[] | null): readonly SweepRun[] =>
  states === null ? sheet.runs : sheet.runs.filter(({ state }) => states.includes(state));

async function sheetOf(loaders: Loaders, sweepId: string): Promise<SweepSheet> {
  const sheet = await loaders.load(sheetOfSweep, sweepId);
  // Deleted between the reading of the sweep and that of its runs.
  return sheet ?? { metrics: [], parameters: [], seed: 0, version: 0, runs: [] };
}

/**
 * @param states those that count unless the caller names others; null is all.
 * @throws BadInputError for an unknown metric.
 */
export async function subjectOf(
  loaders: Loaders,
  sweepId: string,
  question: InsightQuestion,
  states: readonly RunState[] | null,
): Promise<Subject> {
  const sheet = await sheetOf(loaders, sweepId);
  const values = await valuesOf(loaders, sweepId, sheet, { path: 'metric', name: question.metric ?? null });
  const runs = chosen(sheet, question.states ?? states).map((run) => ({ ...run, value: values.of(run) }));
  const goal = question.goal ? goalOf(question.goal) : values.goal;
  return { sweepId, sheet, metric: values.name, goal, runs };
}

/** The definition of a parameter; null for one that only runs of older versions have. @throws BadInputError */
export function definitionOf(
  { sheet, runs }: Pick<Subject, 'sheet' | 'runs'>,
  argument: string,
  path: string,
): ParameterDefinition | null {
  const defined = sheet.parameters.find((parameter) => parameter.path === path);
  if (defined !== undefined) return defined;
  const known = new Set(sheet.parameters.map((parameter) => parameter.path));
  for (const { assignment } of runs) for (const own of Object.keys(assignment)) known.add(own);
  if (known.has(path)) return null;
  throw new BadInputError(argument, path, listed([...known]));
}

export interface SeveralMetrics {
  readonly metrics: readonly string[];
  readonly goals: readonly Goal[];
  /** Those that have all the metrics. */
  readonly runs: readonly SweepRun[];
  /** A row for each run. */
  readonly points: readonly (readonly number[])[];
}

/** @throws BadInputError unless two to four different known metrics are named, or are the sweep's own. */
export async function severalMetrics(
  loaders: Loaders,
  sweepId: string,
  question: {
    readonly metrics?: readonly string[] | null;
    readonly goals?: readonly MetricGoal[] | null;
    readonly states?: readonly RunState[] | null;
  },
  states: readonly RunState[],
): Promise<SeveralMetrics> {
  const sheet = await sheetOf(loaders, sweepId);
  const names = question.metrics ?? sheet.metrics.map(({ name }) => name);
  if (names.length < 2 || names.length > 4 || new Set(names).size < names.length) {
    throw new BadInputError('metrics', names, 'two to four different metrics');
  }
  const { goals } = question;
  if (goals && goals.length !== names.length) {
    throw new BadInputError('goals', goals, `a goal for each of ${names.length} metrics`);
  }
  const values = await Promise.all(
    names.map((name, i) => valuesOf(loaders, sweepId, sheet, { path: `metrics[${i}]`, name })),
  );
  const rows = chosen(sheet, question.states ?? states).flatMap((run) => {
    const point = values.map((one) => one.of(run)).filter((value) => value !== null);
    return point.length === values.length ? [{ run, point }] : [];
  });
  return {
    metrics: values.map(({ name }) => name),
    goals: values.map(({ goal }, i) => (goals?.[i] ? goalOf(goals[i]) : goal)),
    runs: rows.map(({ run }) => run),
    points: rows.map(({ point }) => point),
  };
}
