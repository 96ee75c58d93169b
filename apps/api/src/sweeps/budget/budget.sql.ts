/**
 * What sweeps have used of their budgets: hours by the clock since the first run started, and hours of slots at work,
 * those of attempts under way among them. By the database's clock.
 */
import { Prisma } from '../../generated/prisma/client.ts';

type Db = Prisma.TransactionClient;

export interface BudgetUse {
  readonly sweepId: string;
  readonly hours: number | null;
  readonly acceleratorHours: number | null;
  readonly usedHours: number;
  readonly usedAcceleratorHours: number;
}

const used = (which: Prisma.Sql): Prisma.Sql => Prisma.sql`
  select s.id as "sweepId", s."budgetHours" as hours, s."budgetAcceleratorHours" as "acceleratorHours",
    coalesce(clock.hours, 0)::float8 as "usedHours", coalesce(work.hours, 0)::float8 as "usedAcceleratorHours"
  from "Sweep" s
  cross join lateral (
    select extract(epoch from coalesce(s."finishedAt", now()) - min(r."startedAt")) / 3600 as hours
    from "Run" r where r."sweepId" = s.id
  ) clock
  cross join lateral (
    select sum(extract(epoch from coalesce(a."endedAt", now()) - a."startedAt")) / 3600 as hours
    from "Run" r join "Attempt" a on a."runId" = r.id where r."sweepId" = s.id
  ) work
  where ${which}`;

export function budgetUses(db: Db, sweepIds: readonly string[]): Promise<BudgetUse[]> {
  return db.$queryRaw<BudgetUse[]>(used(Prisma.sql`s.id = any (${[...sweepIds]}::uuid[])`));
}

/** Sweeps that may still start runs and have used up a budget. */
export function sweepsOverBudget(db: Db): Promise<BudgetUse[]> {
  return db.$queryRaw<BudgetUse[]>(
    used(Prisma.sql`s.state in ('RUNNING', 'PAUSED')
      and (clock.hours >= s."budgetHours" or work.hours >= s."budgetAcceleratorHours")
      and (s."budgetHours" is not null or s."budgetAcceleratorHours" is not null)`),
  );
}
