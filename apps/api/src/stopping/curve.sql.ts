/**
 * Feeding stopping rules from Postgres: a run's own curve, and of the sweep's other runs what the rule says that it
 * needs (libs/search: PeerNeeds), one statement a need. Points that a later attempt has superseded do not count; of
 * two points at one step the later does.
 */
import { Prisma, type RunState } from '../generated/prisma/client.ts';

type Db = Prisma.TransactionClient;

export interface CurveRow {
  readonly number: number;
  readonly state: RunState;
  readonly objective: number | null;
  /** The rung at which a rule stopped the run; null when it was not stopped, or not at a rung. */
  readonly stoppedAtRung: number | null;
  /** Ascending. */
  readonly steps: number[];
  readonly values: number[];
}

export interface TimedCurveRow extends CurveRow {
  readonly id: string;
  /** Milliseconds since 1970, one a point. */
  readonly times: number[];
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

const runColumns = Prisma.sql`
  r.number, r.state, r.objective, (r."stopReason" ->> 'rungStep')::int as "stoppedAtRung"`;

/** The points `p` of batches `b` of run `r` that still count. */
const pointsOf = (key: string): Prisma.Sql => Prisma.sql`
  "MetricBatch" b
  join "Attempt" a on a."runId" = b."runId" and a.epoch = b.epoch
  cross join lateral unnest(b.steps, b."values", b.times) p(step, value, time)
  where b."runId" = r.id and b.key = ${key} and p.step <= coalesce(a."keptThroughStep", 2147483647)`;

const newestOfEachStep = Prisma.sql`order by p.step, b.epoch desc, b.sequence desc`;

const columnsOfPoints = Prisma.sql`
  coalesce(array_agg(points.step order by points.step) filter (where points.step is not null), '{}') as steps,
  coalesce(array_agg(points.value order by points.step) filter (where points.step is not null), '{}') as "values"`;

/** One run and its whole curve. */
export async function curveOfRun(db: Db, runId: string, key: string): Promise<CurveRow | undefined> {
  const rows = await db.$queryRaw<CurveRow[]>`
    select ${runColumns}, ${columnsOfPoints}
    from "Run" r
    left join lateral (
      select distinct on (p.step) p.step, p.value from ${pointsOf(key)} ${newestOfEachStep}
    ) points on true
    where r.id = ${runId}::uuid
    group by r.id`;
  return rows[0];
}

interface PeerQuery {
  readonly sweepId: string;
  readonly key: string;
  /** The run that is judged: never its own peer. */
  readonly runId: string;
}

/** Every finished run, with those of its points that lie at exactly `steps`. */
export function finishedRunsAt(db: Db, query: PeerQuery, steps: readonly number[]): Promise<CurveRow[]> {
  if (steps.length === 0) return finishedRuns(db, query);
  return db.$queryRaw<CurveRow[]>`
    select ${runColumns}, ${columnsOfPoints}
    from "Run" r
    left join lateral (
      select distinct on (p.step) p.step, p.value from ${pointsOf(query.key)}
        and b."minStep" <= ${Math.max(...steps)}::int and b."maxStep" >= ${Math.min(...steps)}::int
        and p.step = any (${[...steps]}::int[])
      ${newestOfEachStep}
    ) points on true
    where r."sweepId" = ${query.sweepId}::uuid and r.id <> ${query.runId}::uuid and r.state = 'FINISHED'
    group by r.id`;
}

function finishedRuns(db: Db, query: PeerQuery): Promise<CurveRow[]> {
  return db.$queryRaw<CurveRow[]>`
    select ${runColumns}, '{}'::int[] as steps, '{}'::float8[] as "values" from "Run" r
    where r."sweepId" = ${query.sweepId}::uuid and r.id <> ${query.runId}::uuid and r.state = 'FINISHED'`;
}

/** Every run in whatever state, with its first `count` points that are not NaN at or after each of `steps`. */
export function runsFrom(
  db: Db,
  query: PeerQuery,
  steps: readonly number[],
  count: number,
): Promise<CurveRow[]> {
  return db.$queryRaw<CurveRow[]>`
    select ${runColumns}, ${columnsOfPoints}
    from "Run" r
    left join lateral (
      select distinct on (first.step) first.step, first.value
      from unnest(${[...steps]}::int[]) rung(step)
      cross join lateral (
        select newest.step, newest.value from (
          select distinct on (p.step) p.step, p.value from ${pointsOf(query.key)}
            and b."maxStep" >= rung.step and p.step >= rung.step
          ${newestOfEachStep}
        ) newest
        where newest.value <> 'NaN'::float8
        order by newest.step
        limit ${count}::int
      ) first
    ) points on true
    where r."sweepId" = ${query.sweepId}::uuid and r.id <> ${query.runId}::uuid and r."startedAt" is not null
    group by r.id`;
}

/** The finished run with the best finite objective (of equals the lowest number), with its whole curve. */
export async function bestFinishedRun(
  db: Db,
  query: PeerQuery,
  goal: 'minimize' | 'maximize',
): Promise<CurveRow[]> {
  const best = await db.$queryRaw<{ id: string }[]>`
    select r.id from "Run" r
    where r."sweepId" = ${query.sweepId}::uuid and r.id <> ${query.runId}::uuid and r.state = 'FINISHED'
      and r.objective > '-Infinity' and r.objective < 'Infinity'
    order by case when ${goal === 'minimize'}::boolean then r.objective else -r.objective end, r.number
    limit 1`;
  const found = best[0] && (await curveOfRun(db, best[0].id, query.key));
  return found ? [found] : [];
}

/** Every run of a sweep that has started, with its whole curve and when each point was made. By number. */
export function wholeCurves(
  db: Db,
  query: { readonly sweepId: string; readonly key: string },
): Promise<TimedCurveRow[]> {
  return db.$queryRaw<TimedCurveRow[]>`
    select r.id, ${runColumns}, r."startedAt", r."finishedAt", ${columnsOfPoints},
      coalesce(array_agg(points.time order by points.step) filter (where points.step is not null), '{}') as times
    from "Run" r
    left join lateral (
      select distinct on (p.step) p.step, p.value, p.time from ${pointsOf(query.key)} ${newestOfEachStep}
    ) points on true
    where r."sweepId" = ${query.sweepId}::uuid and r."startedAt" is not null
    group by r.id
    order by r.number`;
}

/**
 * Held to the end of the transaction: at a rung each run is to see all that were recorded there before it, so runs
 * of one sweep are judged one after the other. Taken with the judged run's row locked, and no other row is locked
 * behind it, so nobody waits in a circle.
 */
export async function judgeAlone(db: Db, sweepId: string): Promise<void> {
  await db.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`stopping ${sweepId}`}, 0))`;
}
