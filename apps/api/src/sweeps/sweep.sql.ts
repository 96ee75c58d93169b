/**
 * The statements by which a sweep lives: its lock, what a person's command does to its runs, and its end. Lock order
 * everywhere: a sweep before its runs; claims lock runs only, past locked ones, and so never wait.
 */
import type { Placement } from '@plumage/contract';
import { Prisma, type RunState } from '../generated/prisma/client.ts';
import { CHANNEL } from '../live/change.sql.ts';

type Db = Prisma.TransactionClient;

/**
 * Holds for the sweep `s` when the sampler may be asked for more. One that waits for a result is asked again when a
 * run has ended whose result it has not taken in: no flag to reset, and so none to lose.
 */
export const isSuggestable = Prisma.sql`(
  s.state = 'RUNNING' and not s.exhausted and (s."runCap" is null or s."nextRunNumber" <= s."runCap")
  and (not s."awaitsResult" or exists (
    select from "Run" ended where ended."sweepId" = s.id and ended."resultNumber" is null
      and ended.state in ('FINISHED', 'PRUNED', 'FAILED', 'CANCELLED')
  )))`;

export interface LockedSweep {
  readonly id: string;
  readonly definition: Prisma.JsonValue;
  readonly version: number;
  readonly resultCount: number;
  readonly nextRunNumber: number;
  readonly runCap: number | null;
  readonly createdAt: Date;
  readonly hasBudget: boolean;
  /** How many more runs may run at one time; null: any number. */
  readonly room: number | null;
  /** Runs that wait and may be claimed now: someone else has just suggested some. */
  readonly claimable: number;
}

/**
 * Locks a sweep that may be asked for more runs. Skips, rather than waits, when another process holds it: that
 * process is suggesting for it already.
 */
export async function lockForSuggestion(tx: Db, sweepId: string): Promise<LockedSweep | undefined> {
  const rows = await tx.$queryRaw<Omit<LockedSweep, 'room' | 'claimable'>[]>`
    select s.id, s.definition, s.version, s."resultCount", s."nextRunNumber", s."runCap", s."createdAt",
      s."budgetHours" is not null or s."budgetAcceleratorHours" is not null as "hasBudget"
    from "Sweep" s
    where s.id = ${sweepId}::uuid and ${isSuggestable}
    for no key update skip locked`;
  const sweep = rows[0];
  if (sweep === undefined) return undefined;
  // A statement of its own, since it must see what was committed before the lock was got.
  const counts = await tx.$queryRaw<Pick<LockedSweep, 'room' | 'claimable'>[]>`
    select s.concurrency - (
        select count(*)::int from "Run" r where r."sweepId" = s.id and r.state = 'RUNNING'
      ) as room,
      (
        select count(*)::int from "Run" r
        where r."sweepId" = s.id and r.state = 'QUEUED' and (r."notBefore" is null or r."notBefore" <= now())
      ) as claimable
    from "Sweep" s where s.id = ${sweepId}::uuid`;
  return { room: null, claimable: 0, ...counts[0], ...sweep };
}

/** What the sweep's runs have tried, in one row: as 10,000 rows it took Prisma longer than the sampler. */
export async function assignmentKeysOf(tx: Db, sweepId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ keys: string[] }[]>`
    select coalesce(json_agg("assignmentKey"), '[]') as keys from "Run" where "sweepId" = ${sweepId}::uuid`;
  return rows[0]?.keys ?? [];
}

export interface CommandedRun {
  readonly id: string;
  readonly state: RunState;
}

/**
 * Ends every run of a sweep: those that wait at once, those that run by a command to their holders. One statement,
 * so that a run which changes hands meanwhile is seen in one state or the other, never in neither.
 */
export function cancelRunsOf(tx: Db, sweepId: string, reason: string): Promise<CommandedRun[]> {
  return tx.$queryRaw<CommandedRun[]>`
    update "Run" set
      command = case when state = 'RUNNING' then 'CANCEL' else command end,
      "commandReason" = case when state = 'RUNNING' then ${reason} else "commandReason" end,
      "finishedAt" = case when state = 'RUNNING' then "finishedAt" else now() end,
      "notBefore" = null,
      state = case when state = 'RUNNING' then state else 'CANCELLED' end,
      "updatedAt" = now()
    where "sweepId" = ${sweepId}::uuid and state in ('QUEUED', 'RUNNING', 'PAUSED')
    returning id, state`;
}

/**
 * Finishes the sweeps that are done, and announces it: no more runs will come (exhausted, run_cap reached, or
 * stopping) and every run has ended. Runs after the transaction that ended a run has been committed, so that of two
 * last runs that end at the same time the later one sees both; the reaper's timer asks again for all. One statement,
 * since it follows every run that ends and nearly always finds nothing.
 */
export async function finishDoneSweeps(db: Db, sweepId: string | null): Promise<void> {
  await db.$executeRaw`
    with done as (
      update "Sweep" s set state = 'FINISHED', "finishedAt" = now()
      where (${sweepId}::uuid is null or s.id = ${sweepId}::uuid)
        and (s.state = 'STOPPING'
          or (s.state = 'RUNNING' and (s.exhausted or (s."runCap" is not null and s."nextRunNumber" > s."runCap"))))
        and not exists (
          select from "Run" r where r."sweepId" = s.id and r.state in ('QUEUED', 'RUNNING', 'PAUSED')
        )
      returning s.id
    ),
    announced as (
      insert into "Change" (kind, "sweepId", detail) select 'SWEEP', id, '{"state": "FINISHED"}' from done
    )
    select pg_notify(${CHANNEL}, '') from done`;
}

/**
 * The sweeps of which some run could be claimed or suggested now, and what each asks of a slot: what an idle API asks
 * once a second, not once per agent.
 */
export function sweepsWithWork(db: Db): Promise<{ id: string; requires: Placement | null }[]> {
  return db.$queryRaw<{ id: string; requires: Placement | null }[]>`
    select s.id, s.requires from "Sweep" s
    where s.state in ('RUNNING', 'STOPPING')
      and (s.concurrency is null
        or s.concurrency > (select count(*) from "Run" r where r."sweepId" = s.id and r.state = 'RUNNING'))
      and (
        ${isSuggestable}
        or exists (
          select from "Run" r where r."sweepId" = s.id and r.state = 'QUEUED'
            and (r."notBefore" is null or r."notBefore" <= now()) and (s.state = 'RUNNING' or r."leaseEpoch" > 0 or r.origin = 'ENQUEUED')
        )
      )`;
}

export interface StateCount {
  readonly sweepId: string;
  readonly state: RunState;
  readonly count: number;
}

/** How many runs of each state each sweep has: one grouped query for a page of sweeps. */
export function countRunsByState(db: Db, sweepIds: readonly string[]): Promise<StateCount[]> {
  return db.$queryRaw<StateCount[]>`
    select "sweepId", state, count(*)::int as count from "Run"
    where "sweepId" = any (${[...sweepIds]}::uuid[])
    group by "sweepId", state`;
}

/** The run with the best objective of each sweep that has one; the earlier of equals. */
export function bestRunIds(
  db: Db,
  sweepIds: readonly string[],
): Promise<{ sweepId: string; runId: string }[]> {
  return db.$queryRaw<{ sweepId: string; runId: string }[]>`
    select s.id as "sweepId", best.id as "runId"
    from "Sweep" s
    cross join lateral (
      select r.id from "Run" r
      where r."sweepId" = s.id and r.objective is not null
      order by case when s."metricGoal" = 'minimize' then r.objective else -r.objective end, r.number
      limit 1
    ) best
    where s.id = any (${[...sweepIds]}::uuid[])`;
}

/** Every metric that a run of the sweep has reported, by name. */
export function metricKeysOf(
  db: Db,
  sweepIds: readonly string[],
): Promise<{ sweepId: string; keys: string[] }[]> {
  return db.$queryRaw<{ sweepId: string; keys: string[] }[]>`
    select r."sweepId", array_agg(distinct m.key order by m.key) as keys
    from "Run" r join "RunMetric" m on m."runId" = r.id
    where r."sweepId" = any (${[...sweepIds]}::uuid[])
    group by r."sweepId"`;
}

export interface OverviewCounts {
  readonly agentsOnline: number;
  readonly queued: number;
  readonly running: number;
  readonly finished: number;
  readonly failed: number;
  readonly samplesLastHour: number;
}

/** The whole server in numbers, in one statement. @param onlineMs how long an agent counts after it was heard of */
export async function countEverything(db: Db, onlineMs: number): Promise<OverviewCounts> {
  const rows = await db.$queryRaw<OverviewCounts[]>`
    select
      (select count(*)::int from "Agent" where "stoppedAt" is null
        and "lastSeenAt" > now() - ${onlineMs}::int * interval '1 millisecond') as "agentsOnline",
      count(*) filter (where state = 'QUEUED')::int as queued,
      count(*) filter (where state = 'RUNNING')::int as running,
      count(*) filter (where state = 'FINISHED')::int as finished,
      count(*) filter (where state = 'FAILED')::int as failed,
      (select count(*)::int from "Sample" where "createdAt" > now() - interval '1 hour' and not superseded)
        as "samplesLastHour"
    from "Run"`;
  const counts = rows[0];
  if (counts === undefined) throw new Error('An aggregate without groups has one row.');
  return counts;
}
