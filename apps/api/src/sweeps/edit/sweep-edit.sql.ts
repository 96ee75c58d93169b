/**
 * Runs that wait and that no agent has ever taken: dropped when the sweep stops or an edit leaves them no place, and
 * back in the queue when a later edit does. What a person has cancelled stays cancelled: only the reasons kept here
 * lead back.
 */
import type { Prisma } from '../../generated/prisma/client.ts';
import type { CommandedRun } from '../sweep.sql.ts';

type Db = Prisma.TransactionClient;

export const DROPPED_BY_STOP = 'The sweep was stopped before an agent took this run.';
export const DROPPED_BY_EDIT = 'An edit of the sweep left this run no place before an agent took it.';

/**
 * For the holder of the sweep's lock, so that no new run is suggested meanwhile; a claimer that was faster keeps its
 * run.
 *
 * @param drop numbers null: every one of them
 */
export function dropUnstartedRuns(
  tx: Db,
  drop: { readonly sweepId: string; readonly numbers: readonly number[] | null; readonly reason: string },
): Promise<CommandedRun[]> {
  return tx.$queryRaw<CommandedRun[]>`
    update "Run" set state = 'CANCELLED', "commandReason" = ${drop.reason}, "finishedAt" = now(), "updatedAt" = now()
    where "sweepId" = ${drop.sweepId}::uuid and state in ('QUEUED', 'PAUSED') and "leaseEpoch" = 0
      and (${drop.numbers === null}::boolean or number = any (${[...(drop.numbers ?? [])]}::int[]))
    returning id, state`;
}

/** Queues dropped runs again; their place among the results is forgotten. For the holder of the sweep's lock. */
export function reviveRuns(tx: Db, sweepId: string, numbers: readonly number[]): Promise<CommandedRun[]> {
  return tx.$queryRaw<CommandedRun[]>`
    update "Run" set state = 'QUEUED', "commandReason" = null, "finishedAt" = null, "resultNumber" = null,
      "updatedAt" = now()
    where "sweepId" = ${sweepId}::uuid and number = any (${[...numbers]}::int[]) and state = 'CANCELLED'
      and "leaseEpoch" = 0 and "commandReason" in (${DROPPED_BY_STOP}, ${DROPPED_BY_EDIT})
    returning id, state`;
}

export interface UnstartedRun {
  readonly number: number;
  readonly dropped: boolean;
  readonly origin: 'SAMPLER' | 'ENQUEUED';
  readonly assignment: Prisma.JsonValue;
  readonly config: Prisma.JsonValue;
}

/** The runs of a sweep that no agent has ever taken, waiting or dropped. */
export function unstartedRuns(tx: Db, sweepId: string): Promise<UnstartedRun[]> {
  return tx.$queryRaw<UnstartedRun[]>`
    select number, state = 'CANCELLED' as dropped, origin::text as origin, assignment, config from "Run"
    where "sweepId" = ${sweepId}::uuid and "leaseEpoch" = 0
      and (state in ('QUEUED', 'PAUSED')
        or (state = 'CANCELLED' and "commandReason" in (${DROPPED_BY_STOP}, ${DROPPED_BY_EDIT})))
    order by number`;
}

/**
 * Queues the failed runs of a sweep again, as if they had not failed. Those whose configuration the trainer refused
 * (no agent ever took them, and nobody knows their last step) would be refused again; those that named a checkpoint
 * which was not there may find it now. For the holder of the sweep's lock.
 *
 * @param classes null: however they failed
 */
export function requeueFailedRuns(
  tx: Db,
  sweepId: string,
  classes: readonly string[] | null,
): Promise<CommandedRun[]> {
  return tx.$queryRaw<CommandedRun[]>`
    update "Run" set state = 'QUEUED', retries = 0, "notBefore" = null, "finishedAt" = null, "resultNumber" = null,
      "updatedAt" = now()
    where "sweepId" = ${sweepId}::uuid and state = 'FAILED'
      and ("leaseEpoch" > 0 or "awaitsInputs")
      and (${classes === null}::boolean or "failureClass" = any (${[...(classes ?? [])]}::text[]))
    returning id, state`;
}

/** Holds a sweep as it is for the rest of the transaction: no run is suggested for it, no other edit comes between. */
export async function lockSweep(tx: Db, sweepId: string): Promise<void> {
  await tx.$executeRaw`select id from "Sweep" where id = ${sweepId}::uuid for no key update`;
}
