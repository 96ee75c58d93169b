/**
 * Taking metric points. In the transaction that takes them the run's objective moves, the sweep's target is checked
 * and the stopping rule is asked, so that its verdict is never about points that were not kept.
 */
import type { SweepDefinition } from '@plumage/contract';
import type { Transaction } from '../database.ts';
import { BadInputError, LeaseLostError } from '../errors/api.error.ts';
import type { PrismaClient, RunCommand } from '../generated/prisma/client.ts';
import { announce } from '../live/announce.sql.ts';
import type { NewChange } from '../live/change.type.ts';
import { wakeReaders } from '../live/wake-readers.sql.ts';
import type { Fence } from '../runs/lease.sql.ts';
import { judgeRun } from '../stopping/judge.service.ts';
import { stopOnTarget } from '../sweeps/sweep.service.ts';
import { ingestBatch, type Ingested, type MetricColumn } from './metric.sql.ts';
import { comparedMetrics, moveObjectives } from './objectives.service.ts';
import { foldObjective, type Objective, reaches } from './objective.rule.ts';

export interface GivenColumn {
  readonly key: string;
  readonly steps: readonly number[];
  readonly values: readonly number[];
  readonly times: readonly number[];
}

export interface ReportResult {
  readonly accepted: boolean;
  readonly duplicate: boolean;
  readonly command: RunCommand;
  readonly reason: string | null;
}

export const MAX_COLUMNS = 256;
export const MAX_POINTS = 100_000;

/**
 * @param batch its sequence is at least 0 and is never used twice in an epoch for different points.
 * @throws BadInputError with the path of the first wrong column; LeaseLostError when the lease is another's.
 */
export async function reportMetrics(
  database: PrismaClient,
  fence: Fence,
  batch: { readonly sequence: number; readonly columns: readonly GivenColumn[] },
): Promise<ReportResult> {
  if (batch.sequence < 0) throw new BadInputError('input.sequence', batch.sequence, 'at least 0');
  const columns = compileColumns(batch.columns);
  const given = { sequence: batch.sequence, columns };
  const compared = await comparedMetrics(database, fence.runId);
  const isCompared = columns.some(({ key }) => compared.includes(key));
  const outright = isCompared ? undefined : await ingestBatch(database, fence, { ...given, ranks: false });
  if (outright !== undefined) {
    if (outright.inserted > 0) wakeReaders(database);
    return result(outright, outright.inserted === 0 && columns.length > 0);
  }
  const ranked = await database.$transaction((tx) => takeAndRank(tx, fence, given));
  wakeReaders(database);
  // After the commit, since a sweep is always locked before its runs.
  if (ranked.targetReached) await stopOnTarget(database, ranked.sweepId);
  return ranked.report;
}

/** @throws LeaseLostError; then nothing was written. */
async function takeAndRank(
  tx: Transaction,
  fence: Fence,
  given: { readonly sequence: number; readonly columns: readonly MetricColumn[] },
) {
  const { columns } = given;
  const taken = await ingestBatch(tx, fence, { ...given, ranks: true });
  if (taken === undefined)
    throw new LeaseLostError('This lease is no longer yours: the points were not taken.');
  const { sweepId } = taken;
  if (taken.inserted === 0) {
    return { sweepId, targetReached: false, report: result(taken, columns.length > 0) };
  }
  const ranking = await rank(tx, fence, taken, columns);
  await announce(tx, ranking?.changes ?? []);
  const report = result({ ...taken, ...ranking?.command }, false);
  return { sweepId, targetReached: ranking?.targetReached ?? false, report };
}

const result = (taken: Pick<Ingested, 'command' | 'commandReason'>, duplicate: boolean): ReportResult => ({
  accepted: true,
  duplicate,
  command: taken.command,
  reason: taken.commandReason,
});

interface Ranking {
  readonly changes: readonly NewChange[];
  readonly targetReached: boolean;
  /** Set when the stopping rule has just ended the run. */
  readonly command?: Pick<Ingested, 'command' | 'commandReason'>;
}

/** Moves the objectives, then asks target and stopping rule about the one that ranks. */
async function rank(
  tx: Transaction,
  { runId, epoch }: Fence,
  taken: Ingested,
  columns: readonly MetricColumn[],
): Promise<Ranking | undefined> {
  const { sweepId } = taken;
  const sweep = await tx.sweep.findUniqueOrThrow({
    where: { id: sweepId },
    select: { definition: true, version: true },
  });
  const definition = sweep.definition as unknown as SweepDefinition;
  const { metric } = definition;
  if (metric === null) return undefined;
  const column = columns.find(({ key }) => key === metric.name);
  const objective = await moveFirst(tx, runId, taken, definition, column);
  const keys = columns.map(({ key }) => key);
  await moveObjectives(tx, runId, definition, keys, objective);
  const changes: NewChange[] = [{ kind: 'RUN', sweepId, runId, detail: { state: 'RUNNING' } }];
  if (column === undefined) return { changes, targetReached: false };
  const targetReached =
    metric.target !== null && objective !== null && reaches(metric.target, objective.value, metric.goal);
  if (definition.earlyTerminate === null || taken.command !== 'CONTINUE') return { changes, targetReached };
  const judged = { runId, epoch, sweepId, version: sweep.version, definition, steps: column.steps };
  const stop = await judgeRun(tx, judged);
  if (stop === null) return { changes, targetReached };
  await tx.run.update({
    where: { id: runId },
    data: { command: 'PRUNE', commandReason: stop.sentence, stopReason: stop.reason },
  });
  return { changes, targetReached, command: { command: 'PRUNE', commandReason: stop.sentence } };
}

/** The objective that ranks, with the points that have arrived. */
async function moveFirst(
  tx: Transaction,
  runId: string,
  taken: Ingested,
  { metric, objectiveAt }: SweepDefinition,
  column: MetricColumn | undefined,
): Promise<Objective | null> {
  const before: Objective | null =
    taken.objective === null ? null : { value: taken.objective, step: taken.objectiveStep ?? 0 };
  if (column === undefined || metric === null) return before;
  const objective = foldObjective(before, column, { goal: metric.goal, at: objectiveAt });
  if (objective !== null && (objective.value !== before?.value || objective.step !== before.step)) {
    const data = { objective: objective.value, objectiveStep: objective.step };
    await tx.run.update({ where: { id: runId }, data });
  }
  return objective;
}

function compileColumns(given: readonly GivenColumn[]): MetricColumn[] {
  if (given.length > MAX_COLUMNS)
    throw new BadInputError('input.columns', given.length, `at most ${MAX_COLUMNS} columns`);
  const keys = new Set<string>();
  let points = 0;
  const columns = given.map((column, i) => {
    const path = `input.columns[${i}]`;
    if (column.key === '' || column.key.length > 200)
      throw new BadInputError(`${path}.key`, column.key, '1 to 200 characters');
    if (keys.has(column.key))
      throw new BadInputError(`${path}.key`, column.key, 'a key that stands once in a batch');
    keys.add(column.key);
    points += column.steps.length;
    return compileColumn(column, path);
  });
  if (points > MAX_POINTS)
    throw new BadInputError('input.columns', points, `at most ${MAX_POINTS} points a batch`);
  return columns;
}

function compileColumn(column: GivenColumn, path: string): MetricColumn {
  const { steps, values, times } = column;
  if (steps.length === 0) throw new BadInputError(`${path}.steps`, steps.length, 'at least one point');
  if (values.length !== steps.length)
    throw new BadInputError(`${path}.values`, values.length, `${steps.length} values, one a step`);
  if (times.length !== steps.length)
    throw new BadInputError(`${path}.times`, times.length, `${steps.length} times, one a step`);
  const negative = steps.findIndex((step) => step < 0);
  if (negative >= 0) throw new BadInputError(`${path}.steps[${negative}]`, steps[negative], 'at least 0');
  const endless = times.findIndex((time) => !Number.isFinite(time));
  if (endless >= 0)
    throw new BadInputError(`${path}.times[${endless}]`, times[endless], 'milliseconds since 1970');
  return { ...ascending(column), ...finiteRange(values) };
}

/** As given where the steps ascend already, which is nearly always; else sorted, equal steps in the order given. */
function ascending(column: GivenColumn): GivenColumn {
  if (column.steps.every((step, i) => i === 0 || step >= (column.steps[i - 1] ?? 0))) return column;
  const order = column.steps.map((_, i) => i).sort((a, b) => (column.steps[a] ?? 0) - (column.steps[b] ?? 0));
  const pick = (numbers: readonly number[]) => order.map((i) => numbers[i] ?? Number.NaN);
  return {
    key: column.key,
    steps: pick(column.steps),
    values: pick(column.values),
    times: pick(column.times),
  };
}

function finiteRange(values: readonly number[]): { min: number | null; max: number | null } {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min <= max ? { min, max } : { min: null, max: null };
}
