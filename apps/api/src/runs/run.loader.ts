/** Relations of runs, read in batches: `context.loaders.load(runById, sample.runId)`. */
import type {
  Attempt,
  Checkpoint,
  PrismaClient,
  Run,
  RunMetric,
  Sample,
} from '../generated/prisma/client.ts';
import { newestSampleSteps, sampleStepsOf } from '../samples/sample.sql.ts';

export async function runById(database: PrismaClient, ids: readonly string[]): Promise<(Run | null)[]> {
  const rows = await database.run.findMany({ where: { id: { in: [...ids] } } });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** The run that each slot holds now. */
export async function runOfSlot(database: PrismaClient, slotIds: readonly string[]): Promise<(Run | null)[]> {
  const rows = await database.run.findMany({
    where: { leaseSlotId: { in: [...slotIds] }, state: 'RUNNING' },
  });
  const bySlot = new Map(rows.map((row) => [row.leaseSlotId, row]));
  return slotIds.map((id) => bySlot.get(id) ?? null);
}

export async function attemptById(
  database: PrismaClient,
  ids: readonly string[],
): Promise<(Attempt | null)[]> {
  const rows = await database.attempt.findMany({ where: { id: { in: [...ids] } } });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** In order of their epochs. */
export async function attemptsOfRun(database: PrismaClient, runIds: readonly string[]): Promise<Attempt[][]> {
  const rows = await database.attempt.findMany({
    where: { runId: { in: [...runIds] } },
    orderBy: { epoch: 'asc' },
  });
  return grouped(runIds, rows);
}

/** Those that still count, and those that an agent could not read; newest first. */
export async function checkpointsOfRun(
  database: PrismaClient,
  runIds: readonly string[],
): Promise<Checkpoint[][]> {
  const rows = await database.checkpoint.findMany({
    where: { runId: { in: [...runIds] }, OR: [{ superseded: false }, { damagedAt: { not: null } }] },
    orderBy: [{ step: 'desc' }, { epoch: 'desc' }],
  });
  return grouped(runIds, rows);
}

/** By key. */
export async function metricsOfRun(
  database: PrismaClient,
  runIds: readonly string[],
): Promise<RunMetric[][]> {
  const rows = await database.runMetric.findMany({
    where: { runId: { in: [...runIds] } },
    orderBy: { key: 'asc' },
  });
  return grouped(runIds, rows);
}

export async function sampleStepsOfRun(
  database: PrismaClient,
  runIds: readonly string[],
): Promise<number[][]> {
  const rows = await sampleStepsOf(database, runIds);
  const byRun = new Map(rows.map((row) => [row.runId, row.steps]));
  return runIds.map((id) => byRun.get(id) ?? []);
}

/** The training grid of each run's newest step, by caption and seed. */
/** What the training itself drew, whatever its kind; not what a person asked for. */
export async function latestSamplesOfRun(
  database: PrismaClient,
  runIds: readonly string[],
): Promise<Sample[][]> {
  const newest = await newestSampleSteps(database, {
    runIds,
    kind: null,
    sweepId: null,
    projectId: null,
  });
  if (newest.length === 0) return runIds.map(() => []);
  const rows = await database.sample.findMany({
    where: { OR: newest.map(({ runId, step }) => ({ runId, step })), renderId: null, superseded: false },
    orderBy: [{ promptIndex: 'asc' }, { seed: 'asc' }, { id: 'asc' }],
  });
  return grouped(runIds, rows);
}

function grouped<Row extends { runId: string }>(runIds: readonly string[], rows: readonly Row[]): Row[][] {
  const byRun = new Map<string, Row[]>(runIds.map((id) => [id, []]));
  for (const row of rows) byRun.get(row.runId)?.push(row);
  return runIds.map((id) => byRun.get(id) ?? []);
}
