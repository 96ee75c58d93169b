/** What a run is known by (latest values, objective), computed anew when a resume has superseded some of its points. */
import type { SweepDefinition } from '@plumage/contract';
import type { Transaction } from '../database.ts';
import { recomputeLatest } from './metric.sql.ts';
import { recomputeObjectives } from './objectives.service.ts';

/** @param keys the metrics that the run had a latest value of. */
export async function refreshAfterResume(
  tx: Transaction,
  runId: string,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  await recomputeLatest(tx, runId, keys);
  const run = await tx.run.findUniqueOrThrow({
    where: { id: runId },
    select: { sweep: { select: { definition: true } } },
  });
  await recomputeObjectives(tx, runId, run.sweep.definition as unknown as SweepDefinition);
}
