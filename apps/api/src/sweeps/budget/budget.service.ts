/** Sweeps that have used up their budget start no more runs; those that train end by themselves. */
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { stopByItself } from '../sweep.service.ts';
import { spentBudget } from './budget.rule.ts';
import { sweepsOverBudget } from './budget.sql.ts';

/** @returns how many were stopped. */
export async function stopOverBudget(database: PrismaClient): Promise<number> {
  const over = await sweepsOverBudget(database);
  for (const use of over) await stopByItself(database, use.sweepId, spentBudget(use) ?? 'budget used');
  return over.length;
}
