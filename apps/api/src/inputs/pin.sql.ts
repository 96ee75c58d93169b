/** The runs that are to be given out next and name checkpoints which nobody has looked up yet. */
import type { Prisma } from '../generated/prisma/client.ts';

type Db = Prisma.TransactionClient;

export interface AwaitingRun {
  readonly id: string;
  readonly config: Prisma.JsonValue;
  readonly parentRunId: string | null;
  readonly trainer: string;
}

/**
 * Locks them, past those that somebody else is at; in the order in which they would be claimed.
 * @param among only these; null: whichever come next
 */
export function awaitingInputs(
  tx: Db,
  sweepId: string,
  limit: number,
  among: readonly string[] | null,
): Promise<AwaitingRun[]> {
  return tx.$queryRaw<AwaitingRun[]>`
    select r.id, r.config, r."parentRunId", s.definition ->> 'trainer' as trainer
    from "Run" r join "Sweep" s on s.id = r."sweepId"
    where r."sweepId" = ${sweepId}::uuid and r.state = 'QUEUED' and r."awaitsInputs"
      and (${among === null}::boolean or r.id = any (${[...(among ?? [])]}::uuid[]))
      and (r."notBefore" is null or r."notBefore" <= now())
      and (s.state = 'RUNNING' or (s.state = 'STOPPING' and (r."leaseEpoch" > 0 or r.origin = 'ENQUEUED')))
    order by r.priority desc, r.number
    limit ${limit}::int
    for no key update of r skip locked`;
}

/** For the holder of the run's lock: it never starts, and says why. */
export async function failUnstarted(tx: Db, runId: string, message: string): Promise<void> {
  await tx.$executeRaw`
    update "Run" set state = 'FAILED', "failureClass" = 'user_error', "failureMessage" = ${message},
      "finishedAt" = now(), "updatedAt" = now()
    where id = ${runId}::uuid and state = 'QUEUED'`;
}

/** So many of its runs never started, and none ever did: whether to go on is a person's question. */
export async function neverStarted(tx: Db, sweepId: string): Promise<number> {
  const rows = await tx.$queryRaw<{ failed: number; pinned: number }[]>`
    select count(*) filter (where r.state = 'FAILED' and r."awaitsInputs")::int as failed,
      count(*) filter (where not r."awaitsInputs")::int as pinned
    from "Run" r where r."sweepId" = ${sweepId}::uuid`;
  const { failed, pinned } = rows[0] ?? { failed: 0, pinned: 0 };
  return pinned > 0 ? 0 : failed;
}
