/**
 * The statements by which renders are given out, kept, and taken back. Each is one statement, so that it is atomic
 * whoever runs it at the same time; every time is the database's clock; the fence is (id, leaseEpoch,
 * leaseTokenHash, state = RUNNING), as it is for runs (runs/lease.sql.ts).
 */
import { MAX_RENDER_TRIES } from '@plumage/contract';
import type { Prisma, RenderKind, RenderState } from '../generated/prisma/client.ts';

type Db = Prisma.TransactionClient;

/** Who writes: the lease as the caller states it, its token already hashed. */
export interface RenderFence {
  readonly renderId: string;
  readonly epoch: number;
  readonly tokenHash: string;
}

/** The sweeps whose runs have a render that waits. Read by the index on (state, createdAt): nothing, when none does. */
export async function sweepsWithRenders(db: Db): Promise<string[]> {
  const rows = await db.$queryRaw<{ sweepId: string }[]>`
    select distinct x."sweepId" from "Render" r join "Run" x on x.id = r."runId" where r.state = 'QUEUED'`;
  return rows.map((row) => row.sweepId);
}

export interface RenderClaim {
  readonly agentId: string;
  readonly agentName: string;
  /** Only of runs of this sweep; null: of any. */
  readonly sweepId: string | null;
  readonly tokenHash: string;
  readonly leaseMs: number;
}

export interface ClaimedRender {
  readonly renderId: string;
  readonly runId: string;
  readonly sweepId: string;
  readonly runName: string;
  readonly epoch: number;
  readonly expiresAt: Date;
  readonly kind: RenderKind;
  readonly request: Prisma.JsonValue;
  readonly config: Prisma.JsonValue;
  readonly checkpointId: string;
  readonly styleEncoderId: string | null;
}

/**
 * Claims the render that has waited longest: the row is locked past others' locks, its epoch raised, the change
 * written to the outbox (the caller wakes its readers after the commit).
 */
export async function claimRender(db: Db, claim: RenderClaim): Promise<ClaimedRender | undefined> {
  const rows = await db.$queryRaw<ClaimedRender[]>`
    with next as (
      select r.id, x.name, x.config, x."sweepId"
      from "Render" r join "Run" x on x.id = r."runId"
      where r.state = 'QUEUED' and r."checkpointId" is not null
        and (${claim.sweepId}::uuid is null or x."sweepId" = ${claim.sweepId}::uuid)
      order by r."createdAt", r.id
      limit 1
      for no key update of r skip locked
    ),
    claimed as (
      update "Render" r set
        state = 'RUNNING',
        "leaseEpoch" = r."leaseEpoch" + 1,
        "leaseExpiresAt" = now() + ${claim.leaseMs}::int * interval '1 millisecond',
        "leaseTokenHash" = ${claim.tokenHash},
        "leaseAgentId" = ${claim.agentId}::uuid,
        "agentName" = ${claim.agentName},
        "startedAt" = now()
      from next where r.id = next.id
      returning r.*, next.name, next.config, next."sweepId"
    ),
    announced as (
      insert into "Change" (kind, "sweepId", "runId", detail)
      select 'RENDER', "sweepId", "runId", jsonb_build_object('renderId', id, 'state', state) from claimed
    )
    select id as "renderId", "runId", "sweepId", name as "runName", "leaseEpoch" as epoch,
      "leaseExpiresAt" as "expiresAt", kind, request, config, "checkpointId", "styleEncoderId"
    from claimed`;
  return rows[0];
}

/** @returns until when the lease holds now; undefined when it is no longer the caller's, and nothing was written. */
export async function renewRender(db: Db, fence: RenderFence, leaseMs: number): Promise<Date | undefined> {
  const rows = await db.$queryRaw<{ expiresAt: Date }[]>`
    update "Render" set "leaseExpiresAt" = now() + ${leaseMs}::int * interval '1 millisecond'
    where id = ${fence.renderId}::uuid and "leaseEpoch" = ${fence.epoch}::int
      and "leaseTokenHash" = ${fence.tokenHash} and state = 'RUNNING'
    returning "leaseExpiresAt" as "expiresAt"`;
  return rows[0]?.expiresAt;
}

export interface HeldRender {
  readonly id: string;
  readonly runId: string;
  readonly sweepId: string;
  readonly number: number;
  readonly checkpointId: string | null;
  readonly epoch: number;
  readonly step: number;
  readonly request: Prisma.JsonValue;
  /** How often it was given out, this time included. */
  readonly tries: number;
}

/** Locks the render for the rest of the caller's transaction if the lease is still the caller's. */
export async function holdRender(tx: Db, fence: RenderFence): Promise<HeldRender | undefined> {
  const rows = await tx.$queryRaw<HeldRender[]>`
    select r.id, r."runId", x."sweepId", r.number, r."checkpointId", r.epoch, r.step, r.request,
      r."leaseEpoch" as tries
    from "Render" r join "Run" x on x.id = r."runId"
    where r.id = ${fence.renderId}::uuid and r."leaseEpoch" = ${fence.epoch}::int
      and r."leaseTokenHash" = ${fence.tokenHash} and r.state = 'RUNNING'
    for no key update of r`;
  return rows[0];
}

export interface EndedRender {
  readonly id: string;
  readonly runId: string;
  readonly sweepId: string;
  readonly state: RenderState;
}

/** Ends the caller's lease on a render that it holds. The token's hash stays: by it a second settling is known. */
export async function endRender(
  tx: Db,
  renderId: string,
  ending: {
    readonly to: 'QUEUED' | 'FINISHED' | 'FAILED';
    readonly failureClass: string | null;
    readonly failureMessage: string | null;
  },
): Promise<void> {
  await tx.$executeRaw`
    update "Render" set
      state = ${ending.to}::"RenderState", "leaseExpiresAt" = null, "leaseAgentId" = null,
      "failureClass" = ${ending.failureClass}, "failureMessage" = ${ending.failureMessage},
      "finishedAt" = case when ${ending.to} <> 'QUEUED' then now() end
    where id = ${renderId}::uuid`;
}

/**
 * Takes back the leases that have run out (agentId null), or those of an agent that was replaced or said goodbye.
 * A render that was given out three times has failed; any other waits again. Safe with several API processes.
 */
export function takeBackRenders(db: Db, agentId: string | null): Promise<EndedRender[]> {
  return db.$queryRaw<EndedRender[]>`
    with held as (
      select r.id, x."sweepId", r."leaseEpoch" >= ${MAX_RENDER_TRIES}::int as spent
      from "Render" r join "Run" x on x.id = r."runId"
      where r.state = 'RUNNING'
        and case when ${agentId}::uuid is null then r."leaseExpiresAt" < now()
          else r."leaseAgentId" = ${agentId}::uuid end
      limit 1000
      for no key update of r skip locked
    )
    update "Render" r set
      state = (case when held.spent then 'FAILED' else 'QUEUED' end)::"RenderState",
      "leaseExpiresAt" = null, "leaseAgentId" = null, "leaseTokenHash" = null,
      "failureClass" = case when held.spent then 'lost_agent' end,
      "failureMessage" = case when held.spent
        then 'No agent finished it in ' || ${MAX_RENDER_TRIES}::text || ' tries; the last was ' || r."agentName" || '.' end,
      "finishedAt" = case when held.spent then now() end
    from held where r.id = held.id
    returning r.id, r."runId", held."sweepId", r.state`;
}
