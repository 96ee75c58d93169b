/** Whether a sweep that has ended would go on under the definition that it has now. */
import type { SweepDefinition, SweepMetric } from '@plumage/contract';
import { createSearch } from '@plumage/search';
import type { Transaction } from '../../database.ts';
import type { Sweep } from '../../generated/prisma/client.ts';
import { spentBudget } from '../budget/budget.rule.ts';
import { budgetUses } from '../budget/budget.sql.ts';
import { storedKey } from '../new-run.rule.ts';
import { assignmentKeysOf } from '../sweep.sql.ts';
import { DROPPED_BY_EDIT, DROPPED_BY_STOP } from './sweep-edit.sql.ts';

/** Target and budget allow it, and there is something left to run. For the holder of the sweep's lock. */
export async function hasWorkLeft(
  tx: Transaction,
  sweep: Sweep,
  definition: SweepDefinition,
): Promise<boolean> {
  const [use] = await budgetUses(tx, [sweep.id]);
  if (use !== undefined && spentBudget(use) !== null) return false;
  if (definition.metric !== null && (await isTargetReached(tx, sweep.id, definition.metric))) return false;
  return (await hasDroppedRuns(tx, sweep.id)) || (await hasUnseen(tx, sweep, definition));
}

async function isTargetReached(tx: Transaction, sweepId: string, metric: SweepMetric): Promise<boolean> {
  const { target, goal } = metric;
  if (target === null) return false;
  const objective = goal === 'minimize' ? { lte: target } : { gte: target };
  return (await tx.run.count({ where: { sweepId, objective } })) > 0;
}

async function hasDroppedRuns(tx: Transaction, sweepId: string): Promise<boolean> {
  const commandReason = { in: [DROPPED_BY_STOP, DROPPED_BY_EDIT] };
  const count = await tx.run.count({
    where: { sweepId, state: 'CANCELLED', leaseEpoch: 0, commandReason },
  });
  return count > 0;
}

async function hasUnseen(tx: Transaction, sweep: Sweep, definition: SweepDefinition): Promise<boolean> {
  if (definition.runCap !== null && sweep.nextRunNumber > definition.runCap) return false;
  const keys = new Set(await assignmentKeysOf(tx, sweep.id));
  const seen = { size: keys.size, has: (key: string) => keys.has(storedKey(key)) };
  const asked = { runNumber: sweep.nextRunNumber, seen, history: [] };
  return createSearch(definition).suggest(asked).kind !== 'exhausted';
}
