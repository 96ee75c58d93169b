/** What a reference to a checkpoint may mean: runs of a name, and their checkpoints that count and can be read. */
import { Prisma, type RunState } from '../generated/prisma/client.ts';

type Db = Prisma.TransactionClient;

export interface NamedRun {
  readonly id: string;
  readonly name: string;
  readonly state: RunState;
  readonly step: number;
  readonly sweepId: string;
  readonly sweepName: string;
  readonly trainer: string;
  /** Of a text encoder: what it was trained to do. */
  readonly objective: string | null;
}

const columns = Prisma.sql`r.id, r.name, r.state, r.step, s.id as "sweepId", s.name as "sweepName",
  coalesce(s.definition ->> 'trainer', 'gan-cls') as trainer, r.config ->> 'objective' as objective`;

/** The runs of that name and number in sweeps of that name or id; one that is too many shows that there are several. */
export function runsNamed(
  db: Db,
  named: { readonly sweep: string; readonly run: string; readonly number: number },
): Promise<NamedRun[]> {
  return db.$queryRaw<NamedRun[]>`
    select ${columns} from "Run" r join "Sweep" s on s.id = r."sweepId"
    where r.number = ${named.number}::int and r.name = ${named.run}
      and (s.name = ${named.sweep} or s.id::text = lower(${named.sweep}))
    order by s."createdAt" desc limit 4`;
}

/** How many sweeps have the name, or the id. */
export async function countSweepsNamed(db: Db, sweep: string): Promise<number> {
  const rows = await db.$queryRaw<{ n: number }[]>`
    select count(*)::int as n from "Sweep" where name = ${sweep} or id::text = lower(${sweep})`;
  return rows[0]?.n ?? 0;
}

export async function runOfCheckpoint(db: Db, checkpointId: string): Promise<NamedRun | undefined> {
  const rows = await db.$queryRaw<NamedRun[]>`
    select ${columns} from "Checkpoint" c join "Run" r on r.id = c."runId" join "Sweep" s on s.id = r."sweepId"
    where c.id = ${checkpointId}::uuid`;
  return rows[0];
}

/**
 * Retention judges a run's checkpoints under a lock that this one excludes (checkpoints/retention.sql.ts): what is
 * found afterwards stays until the caller has pinned it. Several may hold it at once.
 */
export async function holdCheckpointsOf(tx: Db, runId: string): Promise<void> {
  await tx.$executeRaw`select id from "Run" where id = ${runId}::uuid for share`;
}
