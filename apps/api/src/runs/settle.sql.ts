/**
 * How a lease ends: by its holder (settle), by the clock (reap), or because the holder's process was replaced
 * (release). All three leave the run without slot, permit and expiry, close the attempt with the same outcome, and
 * are one statement each.
 */
import { failureClasses, failurePolicies } from '@plumage/contract';
import { Prisma } from '../generated/prisma/client.ts';
import type { AttemptOutcome, RunState } from '../generated/prisma/client.ts';
import type { Fence } from './lease.sql.ts';

type Db = Prisma.TransactionClient;

/** The first wait after a failure is a setting (PLUMAGE_RETRY_BACKOFF_MS); it is doubled each time up to this. */
const LONGEST_BACKOFF_MS = 300_000;

const blamingClasses = failureClasses.filter((name) => failurePolicies[name].blamesSlot);

/** Columns that only a running run has. */
const withoutLease = Prisma.sql`
  "leaseExpiresAt" = null, "leaseSlotId" = null, permit = null, command = 'CONTINUE', "commandReason" = null,
  "updatedAt" = now()`;

/** @param failures an SQL number: failures in a row, at least 1. */
const backoff = (firstMs: number, failures: Prisma.Sql): Prisma.Sql => Prisma.sql`
  now() + least(greatest(${LONGEST_BACKOFF_MS}::float8, ${firstMs}::float8),
    ${firstMs}::float8 * power(2, least(${failures} - 1, 20))) * interval '1 millisecond'`;

export interface Ending {
  readonly to: RunState;
  readonly outcome: AttemptOutcome;
  /** The next attempt waits; null: it does not. */
  readonly firstBackoffMs: number | null;
  /** Failures in a row without progress. */
  readonly retries: number;
  readonly step: number;
  readonly failureClass: string | null;
  readonly failureMessage: string | null;
  readonly peakMemoryMb: number | null;
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
 * Ends a lease in its holder's name. A run that has failed on the slot before says nothing new about the slot: two
 * runs that fail there in turn are two, however often.
 *
 * @returns undefined when the lease is no longer the caller's; then nothing was written.
 */
export async function settleLease(db: Db, fence: Fence, ending: Ending): Promise<EndedRun | undefined> {
  const ended = isEnd(ending.to);
  const rows = await db.$queryRaw<EndedRun[]>`
    with held as (
      select id, "leaseSlotId", exists (
          select from "Attempt" a where a."runId" = r.id and a.epoch < r."leaseEpoch"
            and a."slotId" = r."leaseSlotId" and a."failureClass" = any (${blamingClasses}::text[])
        ) as "failedHereBefore"
      from "Run" r
      where id = ${fence.runId}::uuid and "leaseEpoch" = ${fence.epoch}::int
        and "leaseTokenHash" = ${fence.tokenHash} and state = 'RUNNING'
      for no key update
    ),
    settled as (
      update "Run" r set
        state = ${ending.to}::"RunState", ${withoutLease},
        step = greatest(r.step, ${ending.step}::int),
        retries = ${ending.retries}::int,
        "notBefore" = ${notBefore(ending)},
        "failureClass" = ${ending.failureClass}, "failureMessage" = ${ending.failureMessage},
        "peakMemoryMb" = greatest(r."peakMemoryMb", ${ending.peakMemoryMb}::float8),
        "finishedAt" = case when ${ended}::boolean then now() end
      from held where r.id = held.id
      returning r.id, r."sweepId", r.state
    ),
    attempt as (
      update "Attempt" a set "endedAt" = now(), outcome = ${ending.outcome}::"AttemptOutcome",
        message = ${ending.failureMessage}, "failureClass" = ${ending.failureClass},
        "peakMemoryMb" = ${ending.peakMemoryMb}::float8
      from settled where a."runId" = settled.id and a.epoch = ${fence.epoch}::int
    ),
    slot as (
      update "Slot" s set
        "imagesPerSecond" = null, "updatedAt" = now(),
        "failuresInARow" = case
          when ${ending.blamesSlot}::boolean is null then s."failuresInARow"
          when not ${ending.blamesSlot}::boolean then 0
          when held."failedHereBefore" and s."failuresInARow" > 0 then s."failuresInARow"
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

const notBefore = ({ firstBackoffMs, retries }: Ending): Prisma.Sql =>
  firstBackoffMs === null ? Prisma.sql`null` : backoff(firstBackoffMs, Prisma.sql`${retries}::int`);

const tripsQuarantine = (ending: Ending): Prisma.Sql => Prisma.sql`
  coalesce(${ending.blamesSlot}::boolean, false) and s."quarantinedAt" is null
  and s."failuresInARow" + 1 >= ${ending.quarantineAfter}::int
  and (not held."failedHereBefore" or s."failuresInARow" = 0)`;

/**
 * Takes back every lease that has run out. A run that was told to stop is stopped; any other is queued again after a
 * growing wait until the sweep's max_failures, then failed as lost_agent. Safe with several API processes: each
 * takes the rows that the others have not locked.
 */
export function reapLeases(db: Db, limit: number, firstBackoffMs: number): Promise<EndedRun[]> {
  return endLeases(db, {
    which: Prisma.sql`r."leaseExpiresAt" < now()`,
    limit,
    firstBackoffMs,
    message: 'The agent stopped answering.',
  });
}

/** Takes back every lease of an agent whose process was replaced or has said goodbye: no penalty and no wait. */
export function releaseLeases(
  db: Db,
  agentId: string,
  message: string,
  whose: 'all' | 'of former processes' = 'all',
): Promise<EndedRun[]> {
  const since =
    whose === 'all'
      ? Prisma.empty
      : Prisma.sql`and exists (
    select from "Attempt" a join "Agent" agent on agent.id = ${agentId}::uuid
    where a."runId" = r.id and a.epoch = r."leaseEpoch" and a."startedAt" < agent."startedAt")`;
  return endLeases(db, {
    which: Prisma.sql`r."leaseSlotId" in (select id from "Slot" where "agentId" = ${agentId}::uuid) ${since}`,
    limit: 10_000,
    firstBackoffMs: null,
    message,
  });
}

interface Lost {
  readonly which: Prisma.Sql;
  readonly limit: number;
  /** null: the run is not to blame, so this counts as no failure and nothing waits. */
  readonly firstBackoffMs: number | null;
  readonly message: string;
}

/** An attempt that left a newer checkpoint than the one that it started from has begun the count of failures anew. */
function endLeases(db: Db, lost: Lost): Promise<EndedRun[]> {
  const counts = lost.firstBackoffMs !== null;
  const failureClass = counts ? 'lost_agent' : null;
  return db.$queryRaw<EndedRun[]>`
    with held as (
      select r.id, r."leaseEpoch", r."leaseSlotId", past.failures,
        (case
          when r.command = 'CANCEL' or s.state = 'CANCELLED' then 'CANCELLED'
          when r.command = 'PRUNE' then 'PRUNED'
          when r.command = 'PAUSE' then 'PAUSED'
          when not ${counts}::boolean or past.failures < s."maxFailures" then 'QUEUED'
          else 'FAILED' end)::"RunState" as verdict
      from "Run" r join "Sweep" s on s.id = r."sweepId"
      cross join lateral (
        select case when exists (${progressOf}) then 0 else r.retries end as failures
      ) past
      where r.state = 'RUNNING' and ${lost.which}
      order by r."leaseExpiresAt"
      limit ${lost.limit}::int
      for no key update of r skip locked
    ),
    ended as (
      update "Run" r set
        state = held.verdict, ${withoutLease},
        retries = held.failures + case when ${counts}::boolean and held.verdict = 'QUEUED' then 1 else 0 end,
        "notBefore" = case when ${counts}::boolean and held.verdict = 'QUEUED'
          then ${backoff(lost.firstBackoffMs ?? 0, Prisma.sql`held.failures + 1`)} end,
        "failureClass" = case when held.verdict in ('QUEUED', 'FAILED') then coalesce(${failureClass}, r."failureClass")
          else r."failureClass" end,
        "failureMessage" = case when ${counts}::boolean and held.verdict in ('QUEUED', 'FAILED') then ${lost.message}
          else r."failureMessage" end,
        "finishedAt" = case when held.verdict in ('CANCELLED', 'PRUNED', 'FAILED') then now() end
      from held where r.id = held.id
      returning r.id, r."sweepId", r.state
    ),
    attempt as (
      update "Attempt" a set "endedAt" = now(), outcome = 'LOST', message = ${lost.message},
        "failureClass" = ${failureClass}
      from held where a."runId" = held.id and a.epoch = held."leaseEpoch"
    )
    select ended.*, slot."agentId"
    from ended join held on held.id = ended.id left join "Slot" slot on slot.id = held."leaseSlotId"`;
}

/** A checkpoint that the attempt at hand of the run `r` has left beyond the one that it started from. */
const progressOf = Prisma.sql`
  select from "Attempt" a join "Checkpoint" c on c."runId" = a."runId" and c.epoch = a.epoch
  where a."runId" = r.id and a.epoch = r."leaseEpoch" and c.step > a."resumedFromStep" and c."damagedAt" is null`;

export interface AttemptSoFar {
  /** What it started from; null: afresh. */
  readonly checkpointId: string | null;
  readonly progressed: boolean;
}

/** What the attempt at hand has come to. For the holder of the run's row. */
export async function attemptSoFar(tx: Db, runId: string): Promise<AttemptSoFar> {
  const rows = await tx.$queryRaw<AttemptSoFar[]>`
    select attempt."checkpointId", exists (${progressOf}) as progressed
    from "Run" r join "Attempt" attempt on attempt."runId" = r.id and attempt.epoch = r."leaseEpoch"
    where r.id = ${runId}::uuid`;
  return rows[0] ?? { checkpointId: null, progressed: false };
}

const isEnd = (state: RunState): boolean =>
  state === 'FINISHED' || state === 'PRUNED' || state === 'FAILED' || state === 'CANCELLED';
