/** What a run is known by (latest values, objective), computed anew when a resume has superseded some of its points. */
import type { SweepDefinition } from '@plumage/contract';
import type { Transaction } from '../database.ts';
import { curveOf, recomputeLatest } from './metric.sql.ts';
import { foldObjective } from './objective.rule.ts';

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
  const { metric, objectiveAt } = run.sweep.definition as unknown as SweepDefinition;
  if (metric === null) return;
  const curve = await curveOf(tx, runId, metric.name);
  const objective = foldObjective(null, curve, { goal: metric.goal, at: objectiveAt });
  await tx.run.update({
    where: { id: runId },
    data: { objective: objective?.value ?? null, objectiveStep: objective?.step ?? null },
  });
}
