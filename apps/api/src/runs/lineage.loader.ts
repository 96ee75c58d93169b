/** Descent, read in batches: `context.loaders.load(lineageOfRun, run.id)`. */
import type { PrismaClient, Run } from '../generated/prisma/client.ts';
import { ancestorsOf, type PopulationRow, populationRows } from './lineage.sql.ts';

/** The chain of parents of each run, oldest first, itself last; empty for a run that is in no population. */
export async function lineageOfRun(database: PrismaClient, runIds: readonly string[]): Promise<Run[][]> {
  const ancestors = await ancestorsOf(database, runIds);
  const ids = [...new Set(ancestors.map(({ id }) => id))];
  const rows = ids.length === 0 ? [] : await database.run.findMany({ where: { id: { in: ids } } });
  const byId = new Map(rows.map((row) => [row.id, row]));
  const chains = new Map<string, Run[]>(runIds.map((id) => [id, []]));
  for (const { of, id } of ancestors) {
    const row = byId.get(id);
    if (row !== undefined) chains.get(of)?.push(row);
  }
  return runIds.map((id) => chains.get(id) ?? []);
}

/** The runs that started from each run's checkpoints, by number. */
export async function childrenOfRun(database: PrismaClient, runIds: readonly string[]): Promise<Run[][]> {
  const rows = await database.run.findMany({
    where: { parentRunId: { in: [...runIds] } },
    orderBy: { number: 'asc' },
  });
  return runIds.map((id) => rows.filter((row) => row.parentRunId === id));
}

/** The runs of each sweep that train a member of its population. */
export async function populationOfSweep(
  database: PrismaClient,
  sweepIds: readonly string[],
): Promise<PopulationRow[][]> {
  const rows = await populationRows(database, sweepIds);
  return sweepIds.map((id) => rows.filter((row) => row.sweepId === id));
}
