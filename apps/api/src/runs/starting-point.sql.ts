/**
 * Where a run may start. A run of a population starts from a checkpoint of its parent until it has one of its own; it
 * never starts from nothing instead, because its value would then be that of another training than the one its sweep
 * compares.
 */
import { Prisma } from '../generated/prisma/client.ts';

/**
 * Holds for the checkpoints `c` that the run `r` may go on from: its own, and its parent's up to the step where it
 * branches off. The own ones come first, then the newest: `order by` startingOrder.
 */
export const startsFrom = (r: Prisma.Sql): Prisma.Sql => Prisma.sql`
  not c.superseded and c."damagedAt" is null and c."runId" = any (array[${r}.id, ${r}."parentRunId"])
  and (c."runId" = ${r}.id or c.step <= ${r}."parentStep")`;

export const startingOrder = (r: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`(c."runId" = ${r}.id) desc, c.step desc, c.epoch desc`;

/**
 * Fails the waiting runs of the sweep whose parent has no readable checkpoint left, and which have none themselves.
 * Those that somebody holds at this moment are left for the next claim, which gives them out no more than this one.
 * The changes are in the outbox when it returns.
 */
export async function failOrphans(db: Prisma.TransactionClient, sweepId: string): Promise<number> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    with orphan as (
      select r.id from "Run" r
      where r."sweepId" = ${sweepId}::uuid and r.state = 'QUEUED' and r."parentStep" is not null
        and not exists (select from "Checkpoint" c where ${startsFrom(Prisma.sql`r`)})
      for no key update of r skip locked
    ),
    failed as (
      update "Run" r set
        state = 'FAILED', "failureClass" = 'parent_lost', "notBefore" = null, "finishedAt" = now(), "updatedAt" = now(),
        "failureMessage" = 'No checkpoint up to step ' || r."parentStep" || ' of the run that this one starts from can be read.'
      from orphan where r.id = orphan.id
      returning r.id, r."sweepId"
    ),
    announced as (
      insert into "Change" (kind, "sweepId", "runId", detail)
      select 'RUN'::"ChangeKind", "sweepId", id, '{"state": "FAILED"}'::jsonb from failed
    )
    select id from failed`;
  return rows.length;
}
