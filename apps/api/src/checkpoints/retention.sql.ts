/**
 * Which checkpoints are spent. The claim (runs/claim.sql.ts) resumes from the newest one that is neither
 * superseded nor damaged, so that one is never spent, whatever the settings. What is:
 * - beyond the last `keep` of a run (of a run that has ended: beyond the last one), but not the best one: the first
 *   checkpoint at or after the step of the run's best objective;
 * - superseded and damaged ones, once a later attempt has a checkpoint of its own or the run has ended.
 * One from which pictures are to be drawn, or are being drawn, or which finds their style, is never spent either, nor
 * one that another run was given (RunInput): its pictures and its lineage need it as long as they are there. And a run
 * of a population counts as one that has not ended while others may start from it, so that a damaged checkpoint has one
 * before it.
 *
 * A claim is one statement and sees what was committed when it began. Therefore nothing goes on account of a
 * checkpoint that is younger than a minute, which is longer than any statement may last.
 */
import { Prisma } from '../generated/prisma/client.ts';

type Db = Prisma.TransactionClient;

const ended = Prisma.sql`r.state in ('FINISHED', 'PRUNED', 'FAILED', 'CANCELLED')`;

/** A child of the run `r` of a population has not ended, or some member has yet to begin its next interval. */
const soughtAfter = Prisma.sql`case when r.member is null then false else exists (
  select from "Sweep" s where s.id = r."sweepId" and s.state not in ('FINISHED', 'CANCELLED') and (
    exists (
      select from "Run" child where child."parentRunId" = r.id and child.state in ('QUEUED', 'RUNNING', 'PAUSED'))
    or (select count(*) from "Run" next where next."sweepId" = s.id and next.generation = r.generation + 1)
      < (select count(*) from "Run" first where first."sweepId" = s.id and first.generation = 0))) end`;

const settled = Prisma.sql`now() - interval '1 minute'`;

/** Ids and runs of the spent checkpoints of the runs `r` that are asked for. */
const spent = (keep: number, which: Prisma.Sql): Prisma.Sql => Prisma.sql`
  select c.id, r.id as "runId"
  from "Run" r
  cross join lateral (
    select x.id, x.epoch, x.useless, row_number() over newest as place,
      min(x."createdAt") over (newest rows between unbounded preceding and 1 preceding) as "newerSince",
      x.step = min(x.step) filter (where not x.useless and x.step >= r."objectiveStep") over () as best
    from (
      select *, superseded or "damagedAt" is not null as useless from "Checkpoint" where "runId" = r.id
    ) x
    window newest as (partition by x.useless order by x.step desc, x.epoch desc)
  ) c
  where ${which} and not exists (
    select from "Render" d where d."checkpointId" = c.id and d.state in ('QUEUED', 'RUNNING')
  ) and not exists (
    select from "Render" d where d."styleEncoderId" = c.id and d.state in ('QUEUED', 'RUNNING')
  ) and not exists (select from "RunInput" i where i."checkpointId" = c.id) and case
    when c.useless then ${ended} or exists (
      select from "Checkpoint" later
      where later."runId" = r.id and later.epoch > c.epoch and later."createdAt" < ${settled})
    when c.best then false
    when ${ended} and not ${soughtAfter} then c.place > 1
    else c.place > ${keep}::int and c."newerSince" < ${settled} end`;

/** Runs that have spent checkpoints, after the given one in the order of ids. */
export async function runsWithSpent(
  db: Db,
  page: { readonly keep: number; readonly after: string; readonly limit: number },
): Promise<string[]> {
  const rows = await db.$queryRaw<{ runId: string }[]>`
    select distinct "runId" from (${spent(page.keep, Prisma.sql`r.id > ${page.after}::uuid`)}) s
    order by "runId" limit ${page.limit}::int`;
  return rows.map((row) => row.runId);
}

/**
 * Locks those of the runs that nobody else holds: a claimer passes them by, a reporting or settling holder waits.
 * Judging and deleting come in a statement of their own, which sees all that was committed before the lock.
 */
export async function holdRuns(tx: Db, runIds: readonly string[]): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    select id from "Run" where id = any (${[...runIds]}::uuid[]) order by id for no key update skip locked`;
  return rows.map((row) => row.id);
}

/**
 * Deletes the spent checkpoints of runs that the caller holds, with their file rows. Renders that have ended keep the
 * name of a style encoder that goes. @returns how many went.
 */
export function deleteSpent(tx: Db, keep: number, heldRunIds: readonly string[]): Promise<number> {
  const held = Prisma.sql`r.id = any (${[...heldRunIds]}::uuid[])`;
  return tx.$executeRaw`
    with s as materialized (${spent(keep, held)}),
    styled as (update "Render" set "styleEncoderId" = null where "styleEncoderId" in (select id from s))
    delete from "Checkpoint" where id in (select id from s)`;
}
