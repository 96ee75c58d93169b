/** Who stands on which rung of a sweep's stopping rule. */
import type { SweepDefinition } from '@plumage/contract';
import { createStopping } from '@plumage/search';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { wholeCurves } from './curve.sql.ts';
import type { Rung } from './decision.type.ts';
import { observed } from './judge.service.ts';

export async function rungsOf(
  database: PrismaClient,
  sweepId: string,
  definition: SweepDefinition,
): Promise<Rung[]> {
  const stopping = createStopping(definition);
  if (stopping === null || definition.metric === null) return [];
  const rows = await wholeCurves(database, { sweepId, key: definition.metric.name });
  const ids = new Map(rows.map(({ number, id }) => [number, id]));
  return stopping.standings(rows.map(observed)).map(({ bracket, rung, step, cutoff, runs }) => ({
    ...{ bracket, rung, step, cutoff },
    runIds: runs.map(({ run }) => ids.get(run) ?? ''),
    runNumbers: runs.map(({ run }) => run),
    values: runs.map(({ value }) => value),
    stopped: runs.map(({ stopped }) => stopped),
  }));
}
