/** What simulations start from: how long steps took, when runs held a slot, how many slots there are. */
import type { Prisma } from '../generated/prisma/client.ts';

type Db = Prisma.TransactionClient;

export interface StepTimes {
  /** Median milliseconds a step of runs whose constants are those that were asked for; null without such runs. */
  readonly alikeMs: number | null;
  readonly alike: number;
  /** Of the same trainer's runs, whatever their constants. */
  readonly anyMs: number | null;
  readonly any: number;
}

/** Over the newest 500 attempts that ended at their run's last step. */
export async function stepTimes(
  db: Db,
  like: {
    readonly trainer: string;
    readonly command: readonly string[] | null;
    readonly constants: Readonly<Record<string, unknown>>;
  },
): Promise<StepTimes> {
  const rows = await db.$queryRaw<StepTimes[]>`
    with recent as (
      select r.config @> ${JSON.stringify(like.constants)}::jsonb as "isAlike",
        extract(epoch from a."endedAt" - a."startedAt")::float8 * 1000 / (r.step - a."resumedFromStep") as ms
      from "Attempt" a join "Run" r on r.id = a."runId" join "Sweep" s on s.id = r."sweepId"
      where a.outcome in ('FINISHED', 'PRUNED') and a.epoch = r."leaseEpoch" and r.step > a."resumedFromStep"
        and s.definition ->> 'trainer' = ${like.trainer}
        and coalesce(nullif(s.definition -> 'command', 'null'), '[]') = ${JSON.stringify(like.command ?? [])}::jsonb
      order by a."endedAt" desc
      limit 500
    )
    select percentile_cont(0.5) within group (order by ms) filter (where "isAlike") as "alikeMs",
      count(*) filter (where "isAlike")::int as alike,
      percentile_cont(0.5) within group (order by ms) as "anyMs", count(*)::int as any
    from recent`;
  return rows[0] ?? { alikeMs: null, alike: 0, anyMs: null, any: 0 };
}

/** Slots of agents that were heard of lately, and that take runs. @param onlineMs how long an agent counts */
export async function countOpenSlots(db: Db, onlineMs: number): Promise<number> {
  const rows = await db.$queryRaw<{ n: number }[]>`
    select count(*)::int as n from "Slot" s join "Agent" a on a.id = s."agentId"
    where a."stoppedAt" is null and a."lastSeenAt" > now() - ${onlineMs}::int * interval '1 millisecond'
      and a.intent = 'RUN' and s.intent = 'RUN' and s."quarantinedAt" is null`;
  return rows[0]?.n ?? 0;
}

export interface AttemptTimes {
  readonly runId: string;
  readonly step: number;
  /** Milliseconds since 1970, as columns; an attempt that goes on ends now. */
  readonly from: number[];
  readonly to: number[];
}

/** When each run of a sweep held a slot, and the last step that it came to. */
export function attemptTimes(db: Db, sweepId: string): Promise<AttemptTimes[]> {
  return db.$queryRaw<AttemptTimes[]>`
    select r.id as "runId", r.step,
      array_agg(extract(epoch from a."startedAt")::float8 * 1000 order by a.epoch) as "from",
      array_agg(extract(epoch from coalesce(a."endedAt", now()))::float8 * 1000 order by a.epoch) as "to"
    from "Run" r join "Attempt" a on a."runId" = r.id
    where r."sweepId" = ${sweepId}::uuid
    group by r.id`;
}
