/** Sweep.budget for a page of sweeps, in one statement. */
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { type BudgetUse, budgetUses } from './budget.sql.ts';

export async function budgetOfSweep(database: PrismaClient, ids: readonly string[]): Promise<BudgetUse[]> {
  const bySweep = new Map((await budgetUses(database, ids)).map((use) => [use.sweepId, use]));
  return ids.map((sweepId) => bySweep.get(sweepId) ?? { sweepId, ...NONE });
}

const NONE = { hours: null, acceleratorHours: null, usedHours: 0, usedAcceleratorHours: 0 } as const;
