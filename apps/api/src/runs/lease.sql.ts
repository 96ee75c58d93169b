/**
 * The statements of the lease protocol. Each is one statement, so that it is atomic whoever runs it at the same
 * time; every time is the database's clock; the fence is (id, leaseEpoch, leaseTokenHash, state = RUNNING). A lease
 * that has run out still holds until the reaper takes it: after an hour without the API the holder simply goes on.
 */
import type { AgentIntent, Prisma, RunCommand, SweepState } from '../generated/prisma/client.ts';

type Db = Prisma.TransactionClient;

/** Who writes: the lease as the caller states it, its token already hashed. */
export interface Fence {
  readonly runId: string;
  readonly epoch: number;
  readonly tokenHash: string;
}

export interface Beat {
  readonly leaseMs: number;
  readonly step: number | null;
  readonly totalSteps: number | null;
  readonly backend: string | null;
  readonly datasetDigest: string | null;
  readonly encoderHash: string | null;
  readonly imagesPerSecond: number | null;
  readonly utilisation: number | null;
  readonly memoryUsedMb: number | null;
  readonly temperature: number | null;
  readonly powerWatts: number | null;
}

export interface Renewed {
  readonly sweepId: string;
  readonly agentId: string | null;
  readonly expiresAt: Date;
  readonly command: RunCommand;
  readonly commandReason: string | null;
  readonly sweepState: SweepState;
  readonly slotIntent: AgentIntent | null;
  readonly agentIntent: AgentIntent | null;
}

/**
 * Renews a lease and reads, in the same statement, everything that the reply must command, and writes the slot's
 * gauges. The agent's own row is left alone: registering locks it first and runs last, and would meet us half-way.
 *
 * @returns undefined when the lease is no longer the caller's; then nothing was written.
 */
export async function renewLease(db: Db, fence: Fence, beat: Beat): Promise<Renewed | undefined> {
  const rows = await db.$queryRaw<Renewed[]>`
    with renewed as (
      update "Run" r set
        "leaseExpiresAt" = now() + ${beat.leaseMs}::int * interval '1 millisecond',
        step = greatest(r.step, coalesce(${beat.step}::int, 0)),
        "totalSteps" = case when r.member is null then coalesce(${beat.totalSteps}::int, r."totalSteps")
          else r."totalSteps" end,
        backend = coalesce(${beat.backend}, r.backend),
        "datasetDigest" = coalesce(${beat.datasetDigest}, r."datasetDigest"),
        "encoderHash" = coalesce(${beat.encoderHash}, r."encoderHash"),
        "updatedAt" = now()
      where r.id = ${fence.runId}::uuid and r."leaseEpoch" = ${fence.epoch}::int
        and r."leaseTokenHash" = ${fence.tokenHash} and r.state = 'RUNNING'
      returning r."sweepId", r."leaseSlotId", r."leaseExpiresAt", r.command, r."commandReason"
    ),
    slot as (
      update "Slot" s set
        "imagesPerSecond" = ${beat.imagesPerSecond}::float8, utilisation = ${beat.utilisation}::float8,
        "memoryUsedMb" = ${beat.memoryUsedMb}::float8, temperature = ${beat.temperature}::float8,
        "powerWatts" = ${beat.powerWatts}::float8, "updatedAt" = now()
      from renewed where s.id = renewed."leaseSlotId"
      returning s."agentId", s.intent
    )
    select renewed."sweepId", agent.id as "agentId", renewed."leaseExpiresAt" as "expiresAt", renewed.command,
      renewed."commandReason", sweep.state as "sweepState", slot.intent as "slotIntent", agent.intent as "agentIntent"
    from renewed
    join "Sweep" sweep on sweep.id = renewed."sweepId"
    left join slot on true
    left join "Agent" agent on agent.id = slot."agentId"`;
  return rows[0];
}

export interface HeldRun {
  readonly id: string;
  readonly sweepId: string;
  readonly step: number;
  readonly command: RunCommand;
  readonly commandReason: string | null;
  readonly retries: number;
  readonly maxFailures: number;
  readonly sweepState: SweepState;
}

/**
 * Locks the run for the rest of the caller's transaction if the lease is still the caller's: neither the reaper nor
 * another claimer can come between the fence and what is written behind it.
 */
export async function holdFence(tx: Db, fence: Fence): Promise<HeldRun | undefined> {
  const rows = await tx.$queryRaw<HeldRun[]>`
    select r.id, r."sweepId", r.step, r.command, r."commandReason", r.retries, s."maxFailures", s.state as "sweepState"
    from "Run" r join "Sweep" s on s.id = r."sweepId"
    where r.id = ${fence.runId}::uuid and r."leaseEpoch" = ${fence.epoch}::int
      and r."leaseTokenHash" = ${fence.tokenHash} and r.state = 'RUNNING'
    for no key update of r`;
  return rows[0];
}

/** Holds a run as it is for the rest of the transaction: a claimer passes it by, a settling holder waits. */
export async function lockRun(tx: Db, runId: string): Promise<void> {
  await tx.$executeRaw`select id from "Run" where id = ${runId}::uuid for no key update`;
}
