/**
 * A run's value of each metric by which its sweep compares runs. The first, by which runs are ranked, is folded batch
 * by batch; a further one is computed from its whole curve when a batch has points of it, since only the first one's
 * step is kept.
 */
import type { SweepDefinition, SweepMetric } from '@plumage/contract';
import type { Transaction } from '../database.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { curveOf } from './metric.sql.ts';
import { foldObjective, type Objective } from './objective.rule.ts';
import { metricNamesOf, setObjectives } from './objectives.sql.ts';

/** Metrics are fixed for the life of a sweep, so what is known stays right; so many runs report at one time at most. */
const MOST_KNOWN = 10_000;
const namesByRun = new Map<string, readonly string[]>();

/** The metrics by which the run's sweep compares its runs; none for an unknown run. */
export async function comparedMetrics(database: PrismaClient, runId: string): Promise<readonly string[]> {
  const known = namesByRun.get(runId);
  if (known !== undefined) return known;
  const names = await metricNamesOf(database, runId);
  if (names === undefined) return [];
  if (namesByRun.size >= MOST_KNOWN) namesByRun.clear();
  namesByRun.set(runId, names);
  return names;
}

/** @param changed the metrics of which new points have arrived */
export async function moveObjectives(
  tx: Transaction,
  runId: string,
  definition: SweepDefinition,
  changed: readonly string[],
  first: Objective | null,
): Promise<void> {
  const { metrics } = definition;
  if (metrics.length < 2) return;
  const before = await tx.run.findUniqueOrThrow({ where: { id: runId }, select: { objectives: true } });
  const values = metrics.map((_, i) => before.objectives[i] ?? Number.NaN);
  values[0] = first?.value ?? Number.NaN;
  for (const [i, metric] of metrics.entries()) {
    if (i === 0 || !changed.includes(metric.name)) continue;
    const objective = await objectiveNow(tx, runId, metric, definition);
    values[i] = objective?.value ?? Number.NaN;
  }
  await setObjectives(tx, runId, values);
}

/** From the points that count now, after a resume has superseded some. */
export async function recomputeObjectives(
  tx: Transaction,
  runId: string,
  definition: SweepDefinition,
): Promise<void> {
  const { metric, metrics } = definition;
  if (metric === null) return;
  const first = await objectiveNow(tx, runId, metric, definition);
  const data = { objective: first?.value ?? null, objectiveStep: first?.step ?? null };
  await tx.run.update({ where: { id: runId }, data });
  const names = metrics.map(({ name }) => name);
  await moveObjectives(tx, runId, definition, names, first);
}

async function objectiveNow(
  tx: Transaction,
  runId: string,
  metric: SweepMetric,
  { objectiveAt }: SweepDefinition,
): Promise<Objective | null> {
  const curve = await curveOf(tx, runId, metric.name);
  return foldObjective(null, curve, { goal: metric.goal, at: objectiveAt });
}
