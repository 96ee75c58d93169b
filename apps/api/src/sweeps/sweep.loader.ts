/** Relations of sweeps, read in batches. */
import type { PrismaClient, Run, RunState, Sweep } from '../generated/prisma/client.ts';
import { bestRunIds, countRunsByState, metricKeysOf } from './sweep.sql.ts';

export async function sweepById(database: PrismaClient, ids: readonly string[]): Promise<(Sweep | null)[]> {
  const rows = await database.sweep.findMany({ where: { id: { in: [...ids] } } });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

export type CountsByState = Readonly<Record<Lowercase<RunState> | 'total', number>>;

const NONE: CountsByState = Object.freeze({
  queued: 0,
  running: 0,
  paused: 0,
  finished: 0,
  pruned: 0,
  failed: 0,
  cancelled: 0,
  total: 0,
});

export async function runCountsOfSweep(
  database: PrismaClient,
  ids: readonly string[],
): Promise<CountsByState[]> {
  const counts = new Map<string, Record<keyof CountsByState, number>>(ids.map((id) => [id, { ...NONE }]));
  for (const { sweepId, state, count } of await countRunsByState(database, ids)) {
    const of = counts.get(sweepId);
    if (of === undefined) continue;
    of[state.toLowerCase() as Lowercase<RunState>] = count;
    of.total += count;
  }
  return ids.map((id) => counts.get(id) ?? NONE);
}

/** The run with the best objective; null while none has one. */
export async function bestRunOfSweep(
  database: PrismaClient,
  ids: readonly string[],
): Promise<(Run | null)[]> {
  const best = await bestRunIds(database, ids);
  const runs = await database.run.findMany({ where: { id: { in: best.map((row) => row.runId) } } });
  const bySweep = new Map(runs.map((run) => [run.sweepId, run]));
  return ids.map((id) => bySweep.get(id) ?? null);
}

export async function metricKeysOfSweep(database: PrismaClient, ids: readonly string[]): Promise<string[][]> {
  const rows = await metricKeysOf(database, ids);
  const bySweep = new Map(rows.map((row) => [row.sweepId, row.keys]));
  return ids.map((id) => bySweep.get(id) ?? []);
}
