/**
 * How a lease ends: by its holder (settle), by the clock (reap), or because the holder's process was replaced
 * (release). All three leave the run without slot, permit and expiry, close the attempt with the same outcome, and
 * are one statement each.
 */
import { Prisma } from '../generated/prisma/client.ts';
import type { AttemptOutcome, RunState } from '../generated/prisma/client.ts';
import type { Fence } from './lease.sql.ts';

type Db = Prisma.TransactionClient;

/** First wait after a lost or crashed attempt; doubled with each retry up to the longest. */
const FIRST_BACKOFF_SECONDS = 5;
const LONGEST_BACKOFF_SECONDS = 300;

/** Columns that only a running run has. */
const withoutLease = Prisma.sql`
  "leaseExpiresAt" = null, "leaseSlotId" = null, permit = null, command = 'CONTINUE', "commandReason" = null,
  "updatedAt" = now()`;

const backoff = Prisma.sql`
  now() + least(${LONGEST_BACKOFF_SECONDS}::float8, ${FIRST_BACKOFF_SECONDS}::float8 * power(2, least(r.retries, 10)))
    * interval '1 second'`;

export interface Ending {
  readonly to: RunState;
  readonly outcome: AttemptOutcome;
  /** Counts as a retry and waits before the next attempt. */
  readonly penalty: boolean;
  readonly step: number;
  readonly failureClass: string | null;
  readonly failureMessage: string | null;
  /** null: the outcome says nothing about the slot; true: the slot may be to blame; false: it did well. */
  readonly blamesSlot: boolean | null;
  /** After so many different runs failed in a row the slot is quarantined. */
  readonly quarantineAfter: number;
}

export interface EndedRun {
  readonly id: string;
  readonly sweepId: string;
  readonly state: RunState;
  readonly agentId: string | null;
}

/**
 * Ends a lease in its holder's name.
 * @returns undefined when the lease is no longer the caller's; then nothing was written.
 */
export async function settleLease(db: Db, fence: Fence, ending: Ending): Promise<EndedRun | undefined> {
  const ended = isEnd(ending.to);
  const rows = await db.$queryRaw<EndedRun[]>`
    with held as (
      select id, "leaseSlotId" from "Run"
      where id = ${fence.runId}::uuid and "leaseEpoch" = ${fence.epoch}::int
        and "leaseTokenHash" = ${fence.tokenHash} and state = 'RUNNING'
      for no key update
    ),
    settled as (
      update "Run" r set
        state = ${ending.to}::"RunState", ${withoutLease},
        step = greatest(r.step, ${ending.step}::int),
        retries = r.retries + ${ending.penalty ? 1 : 0}::int,
        "notBefore" = case when ${ending.penalty && !ended}::boolean then ${backoff} end,
        "failureClass" = ${ending.failureClass}, "failureMessage" = ${ending.failureMessage},
        "finishedAt" = case when ${ended}::boolean then now() end
      from held where r.id = held.id
      returning r.id, r."sweepId", r.state
    ),
    attempt as (
      update "Attempt" a set "endedAt" = now(), outcome = ${ending.outcome}::"AttemptOutcome",
        message = ${ending.failureMessage}
      from settled where a."runId" = settled.id and a.epoch = ${fence.epoch}::int
    ),
    slot as (
      update "Slot" s set
        "imagesPerSecond" = null, "updatedAt" = now(),
        "failuresInARow" = case
          when ${ending.blamesSlot}::boolean is null then s."failuresInARow"
          when not ${ending.blamesSlot}::boolean then 0
          when s."lastFailedRunId" = held.id and s."failuresInARow" > 0 then s."failuresInARow"
          else s."failuresInARow" + 1 end,
        "lastFailedRunId" = case when ${ending.blamesSlot}::boolean then held.id else s."lastFailedRunId" end,
        "lastError" = case when ${ending.blamesSlot}::boolean then ${ending.failureMessage}
          when not ${ending.blamesSlot}::boolean then null else s."lastError" end,
        "quarantinedAt" = case when ${tripsQuarantine(ending)} then now() else s."quarantinedAt" end,
        "quarantineReason" = case when ${tripsQuarantine(ending)}
          then ${ending.quarantineAfter}::text || ' different runs failed in a row here; the last: '
            || coalesce(${ending.failureMessage}, 'no message')
          else s."quarantineReason" end
      from held, settled where s.id = held."leaseSlotId"
      returning s."agentId"
    )
    select settled.*, slot."agentId" from settled left join slot on true`;
  return rows[0];
}

const tripsQuarantine = (ending: Ending): Prisma.Sql => Prisma.sql`
  coalesce(${ending.blamesSlot}::boolean, false) and s."quarantinedAt" is null
  and s."failuresInARow" + 1 >= ${ending.quarantineAfter}::int
  and (s."lastFailedRunId" is distinct from held.id or s."failuresInARow" = 0)`;

/**
 * Takes back every lease that has run out. A run that was told to stop is stopped; any other is queued again after a
 * growing wait until the sweep's max_failures, then failed as lost_agent. Safe with several API processes: each
 * takes the rows that the others have not locked.
 */
export function reapLeases(db: Db, limit: number): Promise<EndedRun[]> {
  return endLeases(db, {
    which: Prisma.sql`r."leaseExpiresAt" < now()`,
    limit,
    penalty: true,
    message: 'The agent stopped answering.',
  });
}

/** Takes back every lease of an agent whose process was replaced or has said goodbye: no penalty and no wait. */
export function releaseLeases(db: Db, agentId: string, message: string): Promise<EndedRun[]> {
  return endLeases(db, {
    which: Prisma.sql`r."leaseSlotId" in (select id from "Slot" where "agentId" = ${agentId}::uuid)`,
    limit: 10_000,
    penalty: false,
    message,
  });
}

interface Lost {
  readonly which: Prisma.Sql;
  readonly limit: number;
  readonly penalty: boolean;
  readonly message: string;
}

function endLeases(db: Db, lost: Lost): Promise<EndedRun[]> {
  return db.$queryRaw<EndedRun[]>`
    with held as (
      select r.id, r."leaseEpoch", r."leaseSlotId",
        (case
          when r.command = 'CANCEL' or s.state = 'CANCELLED' then 'CANCELLED'
          when r.command = 'PRUNE' then 'PRUNED'
          when r.command = 'PAUSE' then 'PAUSED'
          when not ${lost.penalty}::boolean or r.retries < s."maxFailures" then 'QUEUED'
          else 'FAILED' end)::"RunState" as verdict
      from "Run" r join "Sweep" s on s.id = r."sweepId"
      where r.state = 'RUNNING' and ${lost.which}
      order by r."leaseExpiresAt"
      limit ${lost.limit}::int
      for no key update of r skip locked
    ),
    ended as (
      update "Run" r set
        state = held.verdict, ${withoutLease},
        retries = r.retries + case when ${lost.penalty}::boolean and held.verdict = 'QUEUED' then 1 else 0 end,
        "notBefore" = case when ${lost.penalty}::boolean and held.verdict = 'QUEUED' then ${backoff} end,
        "failureClass" = case when held.verdict = 'FAILED' then 'lost_agent' else r."failureClass" end,
        "failureMessage" = case when held.verdict = 'FAILED' then ${lost.message} else r."failureMessage" end,
        "finishedAt" = case when held.verdict in ('CANCELLED', 'PRUNED', 'FAILED') then now() end
      from held where r.id = held.id
      returning r.id, r."sweepId", r.state
    ),
    attempt as (
      update "Attempt" a set "endedAt" = now(), outcome = 'LOST', message = ${lost.message}
      from held where a."runId" = held.id and a.epoch = held."leaseEpoch"
    )
    select ended.*, slot."agentId"
    from ended join held on held.id = ended.id left join "Slot" slot on slot.id = held."leaseSlotId"`;
}

const isEnd = (state: RunState): boolean =>
  state === 'FINISHED' || state === 'PRUNED' || state === 'FAILED' || state === 'CANCELLED';
