/**
 * Series, cut down inside Postgres to what a chart has pixels for: min, max and last of each bucket, so a single
 * spike always shows. A batch that lies in one bucket is answered from its summary, without opening its arrays; only
 * batches that cross a bucket's edge, the asked range or the point where a later attempt took over are opened.
 */
import type { Prisma } from '../generated/prisma/client.ts';

type Db = Prisma.TransactionClient;

export interface SeriesRow {
  readonly runId: string;
  readonly key: string;
  readonly total: number;
  /** JSON arrays of equal length, a bucket each: where non-finite values stand, null. */
  readonly steps: string;
  readonly times: string;
  readonly min: string;
  readonly max: string;
  readonly last: string;
}

export interface SeriesRange {
  readonly runIds: readonly string[];
  readonly keys: readonly string[];
  readonly minStep: number;
  readonly maxStep: number;
  /** Buckets a series. */
  readonly points: number;
}

/** Rows only for (run, key) pairs that have a point in the range; buckets are equal shares of each series' steps. */
export function seriesColumns(db: Db, range: SeriesRange): Promise<SeriesRow[]> {
  return db.$queryRaw<SeriesRow[]>`
    with part as materialized (
      select b."runId", b.key, b.epoch, b.sequence, b."minStep", b."maxStep", b.count, b."minValue", b."maxValue",
        b."lastValue", b."lastTime",
        ${range.minStep}::int as low, least(${range.maxStep}::int, a."keptThroughStep") as high
      from "MetricBatch" b join "Attempt" a on a."runId" = b."runId" and a.epoch = b.epoch
      where b."runId" = any (${[...range.runIds]}::uuid[]) and b.key = any (${[...range.keys]}::text[])
        and b."maxStep" >= ${range.minStep}::int
        and b."minStep" <= least(${range.maxStep}::int, a."keptThroughStep")
    ),
    span as (
      select "runId", key, min(greatest("minStep", low)) as first,
        (max(least("maxStep", high)) - min(greatest("minStep", low)) + 1)::float8 as width
      from part group by "runId", key
    ),
    placed as (
      select part.*, span.first, span.width,
        floor((part."minStep" - span.first) * ${range.points}::float8 / span.width)::int as bucket,
        part."minStep" >= part.low and part."maxStep" <= part.high
          and floor((part."minStep" - span.first) * ${range.points}::float8 / span.width)
            = floor((part."maxStep" - span.first) * ${range.points}::float8 / span.width) as whole
      from part join span on span."runId" = part."runId" and span.key = part.key
    ),
    piece as (
      select "runId", key, bucket, "maxStep" as step, epoch, sequence, "lastTime" as time, count, "minValue" as min,
        "maxValue" as max, "lastValue" as last
      from placed where whole
      union all
      select placed."runId", placed.key, cut.bucket, b.steps[cut.ord], placed.epoch, placed.sequence, b.times[cut.ord],
        cut.count, cut.min, cut.max, b."values"[cut.ord]
      from placed
      join "MetricBatch" b on b."runId" = placed."runId" and b.key = placed.key and b.epoch = placed.epoch
        and b.sequence = placed.sequence
      cross join lateral (
        select floor((p.step - placed.first) * ${range.points}::float8 / placed.width)::int as bucket,
          count(*)::int as count, max(p.ord) as ord,
          min(p.value) filter (where p.value > '-Infinity' and p.value < 'Infinity') as min,
          max(p.value) filter (where p.value > '-Infinity' and p.value < 'Infinity') as max
        from unnest(b.steps, b."values") with ordinality p(step, value, ord)
        where p.step between placed.low and placed.high
        group by 1
      ) cut
      where not placed.whole
    ),
    bucketed as (
      select "runId", key, bucket, sum(count)::int as count, min(min) as min, max(max) as max, max(step) as step,
        (array_agg(time order by step desc, epoch desc, sequence desc))[1] as time,
        (array_agg(last order by step desc, epoch desc, sequence desc))[1] as last
      from piece group by "runId", key, bucket
    )
    select "runId", key, sum(count)::int as total,
      array_to_json(array_agg(step order by bucket))::text as steps,
      array_to_json(array_agg(time order by bucket))::text as times,
      array_to_json(array_agg(min order by bucket))::text as min,
      array_to_json(array_agg(max order by bucket))::text as max,
      array_to_json(array_agg(case when last > '-Infinity' and last < 'Infinity' then last end order by bucket))::text
        as last
    from bucketed group by "runId", key`;
}

/** Where each run's clock starts: the time of the first point of its first batch, in milliseconds. */
export function firstTimes(db: Db, runIds: readonly string[]): Promise<{ runId: string; time: number }[]> {
  return db.$queryRaw<{ runId: string; time: number }[]>`
    select r.id as "runId", first.time
    from unnest(${[...runIds]}::uuid[]) r(id)
    cross join lateral (
      select b.times[1] as time from "MetricBatch" b where b."runId" = r.id order by b.epoch, b.sequence limit 1
    ) first`;
}
