/**
 * A run's log in Postgres: taken in one statement, read by its primary key (run, epoch, sequence) in either
 * direction, searched without an index of its own.
 *
 * Measured on 200,000 lines of 130 characters of one run (`explain (analyze)`, Postgres 18, 2 cores, all in memory):
 * a page of 500 lines takes 0.1 ms at the end and in the middle alike; a search that has to look at every line, or
 * its count, 110 ms; a count without a search 20 ms. A trigram index would make every written line dearer to save
 * that tenth of a second, on logs of a length that few runs reach.
 */
import { Prisma, type RunCommand, type RunLog } from '../generated/prisma/client.ts';
import type { Fence } from '../runs/lease.sql.ts';

type Db = Prisma.TransactionClient;

export interface GivenLine {
  readonly sequence: number;
  readonly at: Date;
  readonly stream: string;
  readonly text: string;
}

export interface TakenLines {
  readonly command: RunCommand;
  readonly commandReason: string | null;
  /** How many lines were new. */
  readonly inserted: number;
}

/**
 * Takes a batch of lines if the lease is still the caller's, with one change in the outbox when any was new; the
 * caller wakes the outbox's readers after the commit. @returns undefined when the lease is no longer the caller's.
 */
export async function ingestLines(
  db: Db,
  fence: Fence,
  lines: readonly GivenLine[],
): Promise<TakenLines | undefined> {
  const rows = await db.$queryRaw<TakenLines[]>`
    with held as (
      select id, "sweepId", command, "commandReason" from "Run"
      where id = ${fence.runId}::uuid and "leaseEpoch" = ${fence.epoch}::int
        and "leaseTokenHash" = ${fence.tokenHash} and state = 'RUNNING'
      for no key update
    ),
    taken as (
      insert into "RunLog" ("runId", epoch, sequence, at, stream, text)
      select held.id, ${fence.epoch}::int, g.sequence, g.at::timestamptz, g.stream, g.text
      from held, unnest(
        ${lines.map((line) => line.sequence)}::int[],
        ${lines.map((line) => line.at.toISOString())}::text[],
        ${lines.map((line) => line.stream)}::text[],
        ${lines.map((line) => line.text)}::text[]
      ) g(sequence, at, stream, text)
      on conflict do nothing
      returning sequence
    ),
    summary as (
      select count(*)::int as inserted, min(sequence) as first, max(sequence) as last from taken
    ),
    announced as (
      insert into "Change" (kind, "sweepId", "runId", detail)
      select 'LOGS', held."sweepId", held.id, jsonb_build_object('epoch', ${fence.epoch}::int,
        'fromSequence', summary.first, 'toSequence', summary.last)
      from held, summary where summary.inserted > 0
    )
    select held.command, held."commandReason", summary.inserted from held, summary`;
  return rows[0];
}

/** Which lines of a run; null asks for nothing. */
export interface LogFilter {
  /** In any case, anywhere in the line. */
  readonly search: string | null;
  readonly stream: string | null;
  readonly epoch: number | null;
}

/** A line's place in its run's log. */
export interface LogPlace {
  readonly epoch: number;
  readonly sequence: number;
}

export interface LogSlice {
  readonly runId: string;
  readonly filter: LogFilter;
  /** Lines after the place, oldest first; or lines before it, newest first. A null place is the log's own end. */
  readonly side: 'after' | 'before';
  readonly place: LogPlace | null;
  readonly limit: number;
}

export function readLines(db: Db, slice: LogSlice): Promise<RunLog[]> {
  const { place, limit } = slice;
  const key = Prisma.sql`(${place?.epoch ?? 0}::int, ${place?.sequence ?? 0}::int)`;
  const [beyond, order] =
    slice.side === 'after'
      ? [Prisma.sql`and (epoch, sequence) > ${key}`, Prisma.sql`epoch, sequence`]
      : [Prisma.sql`and (epoch, sequence) < ${key}`, Prisma.sql`epoch desc, sequence desc`];
  return db.$queryRaw<RunLog[]>`
    select "runId", epoch, sequence, at, stream, text from "RunLog"
    where ${matching(slice.runId, slice.filter)} ${place === null ? Prisma.empty : beyond}
    order by ${order} limit ${limit}`;
}

export async function countLines(db: Db, runId: string, filter: LogFilter): Promise<number> {
  const rows = await db.$queryRaw<{ count: number }[]>`
    select count(*)::int as count from "RunLog" where ${matching(runId, filter)}`;
  return rows[0]?.count ?? 0;
}

const matching = (runId: string, { search, stream, epoch }: LogFilter): Prisma.Sql =>
  Prisma.sql`"runId" = ${runId}::uuid
    ${epoch === null ? Prisma.empty : Prisma.sql`and epoch = ${epoch}::int`}
    ${stream === null ? Prisma.empty : Prisma.sql`and stream = ${stream}`}
    ${search === null ? Prisma.empty : Prisma.sql`and text ilike ${`%${literally(search)}%`} escape '\\'`}`;

/** A person looks for what was typed: `100%` finds a per cent sign, `a_b` an underscore. */
const literally = (search: string): string => search.replace(/[\\%_]/g, '\\$&');
