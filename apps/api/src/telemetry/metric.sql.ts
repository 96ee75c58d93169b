/**
 * Ingest. A batch is one row a key with arrays, so 1,000 points cost one index entry, not 1,000. Numbers travel as
 * array literals in text: Prisma sends parameters as JSON, which has no NaN and no infinity.
 */
import type { Prisma, RunCommand } from '../generated/prisma/client.ts';
import type { Fence } from '../runs/lease.sql.ts';

type Db = Prisma.TransactionClient;

/** One key of a batch, ascending by step, with its summary. Values may be NaN or infinite. */
export interface MetricColumn {
  readonly key: string;
  readonly steps: readonly number[];
  readonly values: readonly number[];
  /** Milliseconds since 1970, by the agent's clock. */
  readonly times: readonly number[];
  /** Over the finite values; null when there is none. */
  readonly min: number | null;
  readonly max: number | null;
}

export interface Ingested {
  readonly sweepId: string;
  readonly command: RunCommand;
  readonly commandReason: string | null;
  /** The key by which the sweep ranks its runs, and what the run has of it so far. */
  readonly metricName: string | null;
  readonly objective: number | null;
  readonly objectiveStep: number | null;
  /** How many keys were new: 0 says that the whole batch had been taken before. */
  readonly inserted: number;
}

export interface GivenBatch {
  readonly sequence: number;
  readonly columns: readonly MetricColumn[];
  /** Whether a batch that holds the metric by which the sweep ranks may be taken: then the caller ranks behind it. */
  readonly ranks: boolean;
}

/**
 * Takes a batch if the lease is still the caller's: rows, latest values, the run's step and the change in the outbox
 * in one statement; the caller wakes the outbox's readers after the commit. A batch that was taken before changes
 * nothing (`on conflict do nothing` on run, key, epoch, sequence).
 *
 * Measured by `npm run bench -- ingest --seconds 5` (4 runs, 1,000 points a request, over HTTP; 2 cores that others
 * kept busy, load 12): a transaction of four round trips with its NOTIFY inside took 31,800 points a second at 17.0 us
 * of processor a point (sender included), this statement by itself 48,200 at 13.8 us. Pairs under such load
 * scatter by a third, so the processor's time is the better figure.
 *
 * @returns undefined when the lease is no longer the caller's, or the batch must be ranked and may not be; then
 * nothing was written.
 */
export async function ingestBatch(db: Db, fence: Fence, given: GivenBatch): Promise<Ingested | undefined> {
  const { sequence, columns } = given;
  const span = {
    fromStep: Math.min(...columns.map((column) => column.steps[0] ?? 0)),
    toStep: Math.max(...columns.map((column) => column.steps.at(-1) ?? 0)),
  };
  const last = (numbers: readonly number[]) => String(numbers.at(-1));
  const rows = await db.$queryRaw<Ingested[]>`
    with held as (
      select r.id, r."sweepId", r.command, r."commandReason", r.objective, r."objectiveStep", s."metricName"
      from "Run" r join "Sweep" s on s.id = r."sweepId"
      where r.id = ${fence.runId}::uuid and r."leaseEpoch" = ${fence.epoch}::int
        and r."leaseTokenHash" = ${fence.tokenHash} and r.state = 'RUNNING'
        and (${given.ranks}::boolean or s."metricName" is null
          or s."metricName" <> all (${columns.map((column) => column.key)}::text[]))
      for no key update of r
    ),
    given as (
      select g.key, g.steps::int[] as steps, g."values"::float8[] as "values", g.times::float8[] as times,
        g."minStep", g."maxStep", g.count, g."minValue"::float8 as "minValue", g."maxValue"::float8 as "maxValue",
        g."lastValue"::float8 as "lastValue", g."lastTime"::float8 as "lastTime"
      from unnest(
        ${columns.map((column) => column.key)}::text[],
        ${columns.map((column) => literal(column.steps))}::text[],
        ${columns.map((column) => literal(column.values))}::text[],
        ${columns.map((column) => literal(column.times))}::text[],
        ${columns.map((column) => column.steps[0] ?? 0)}::int[],
        ${columns.map((column) => column.steps.at(-1) ?? 0)}::int[],
        ${columns.map((column) => column.steps.length)}::int[],
        ${columns.map((column) => text(column.min))}::text[],
        ${columns.map((column) => text(column.max))}::text[],
        ${columns.map((column) => last(column.values))}::text[],
        ${columns.map((column) => last(column.times))}::text[]
      ) as g(key, steps, "values", times, "minStep", "maxStep", count, "minValue", "maxValue", "lastValue", "lastTime")
    ),
    batch as (
      insert into "MetricBatch" ("runId", key, epoch, sequence, "minStep", "maxStep", count, "minValue", "maxValue",
        "lastValue", "lastTime", steps, "values", times)
      select held.id, g.key, ${fence.epoch}::int, ${sequence}::int, g."minStep", g."maxStep", g.count, g."minValue",
        g."maxValue", g."lastValue", g."lastTime", g.steps, g."values", g.times
      from held, given g
      on conflict do nothing
      returning key, "minStep", "maxStep", "minValue", "maxValue", "lastValue"
    ),
    latest as (
      insert into "RunMetric" as m ("runId", key, epoch, step, last, min, max)
      select held.id, b.key, ${fence.epoch}::int, b."maxStep", b."lastValue", b."minValue", b."maxValue"
      from held, batch b
      on conflict ("runId", key) do update set
        epoch = excluded.epoch,
        last = case when excluded.step >= m.step then excluded.last else m.last end,
        step = greatest(m.step, excluded.step),
        min = least(m.min, excluded.min),
        max = greatest(m.max, excluded.max)
    ),
    run as (
      update "Run" r set step = greatest(r.step, taken.step), "updatedAt" = now()
      from held, (select max("maxStep") as step from batch) taken
      where r.id = held.id and taken.step is not null
    ),
    announced as (
      insert into "Change" (kind, "sweepId", "runId", detail)
      select 'METRICS', held."sweepId", held.id, ${JSON.stringify(span)}::jsonb
      from held where exists (select from batch)
    )
    select held."sweepId", held.command, held."commandReason", held."metricName", held.objective, held."objectiveStep",
      (select count(*)::int from batch) as inserted from held`;
  return rows[0];
}

/** Computes a run's latest values anew from the points that still count: after a resume has superseded some. */
export async function recomputeLatest(db: Db, runId: string, keys: readonly string[]): Promise<void> {
  await db.$executeRaw`
    insert into "RunMetric" ("runId", key, epoch, step, last, min, max)
    select ${runId}::uuid, k.key, newest.epoch, newest.step, newest.value, range.min, range.max
    from unnest(${[...keys]}::text[]) k(key)
    cross join lateral (
      select b.epoch, p.step, p.value
      from "MetricBatch" b
      join "Attempt" a on a."runId" = b."runId" and a.epoch = b.epoch
      cross join lateral unnest(b.steps, b."values") p(step, value)
      where b."runId" = ${runId}::uuid and b.key = k.key
        and b."minStep" <= coalesce(a."keptThroughStep", 2147483647)
        and p.step <= coalesce(a."keptThroughStep", 2147483647)
      order by p.step desc, b.epoch desc, b.sequence desc
      limit 1
    ) newest
    cross join lateral (
      select min(p.value), max(p.value)
      from "MetricBatch" b
      join "Attempt" a on a."runId" = b."runId" and a.epoch = b.epoch
      cross join lateral unnest(b.steps, b."values") p(step, value)
      where b."runId" = ${runId}::uuid and b.key = k.key
        and p.step <= coalesce(a."keptThroughStep", 2147483647)
        and p.value > '-Infinity' and p.value < 'Infinity'
    ) range
    on conflict ("runId", key) do update set
      epoch = excluded.epoch, step = excluded.step, last = excluded.last, min = excluded.min, max = excluded.max`;
}

/** A run's points of one key that still count, ascending by step. */
export async function curveOf(
  db: Db,
  runId: string,
  key: string,
): Promise<{ readonly steps: number[]; readonly values: number[] }> {
  const rows = await db.$queryRaw<{ steps: number[]; values: number[] }[]>`
    select coalesce(array_agg(p.step order by p.step, b.epoch, b.sequence), '{}') as steps,
      coalesce(array_agg(p.value order by p.step, b.epoch, b.sequence), '{}') as "values"
    from "MetricBatch" b
    join "Attempt" a on a."runId" = b."runId" and a.epoch = b.epoch
    cross join lateral unnest(b.steps, b."values") p(step, value)
    where b."runId" = ${runId}::uuid and b.key = ${key} and p.step <= coalesce(a."keptThroughStep", 2147483647)`;
  return rows[0] ?? { steps: [], values: [] };
}

const literal = (numbers: readonly number[]): string => `{${numbers.join(',')}}`;

const text = (value: number | null): string | null => (value === null ? null : String(value));
