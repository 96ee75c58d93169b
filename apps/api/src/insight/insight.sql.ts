/**
 * What insight is computed from: the runs of a sweep and their values of a metric, as one JSON text each. As rows,
 * 10,000 runs take Prisma several times as long. Values that are not finite are null, as JSON has no word for them.
 */
import type { Assignment, RunState } from '@plumage/contract';
import type { Prisma } from '../generated/prisma/client.ts';

type Db = Prisma.TransactionClient;

export type RunTuple = readonly [
  id: string,
  number: number,
  state: RunState,
  assignment: Assignment,
  /** Of the configuration the parameters of the sweep that the assignment lacks. */
  others: Readonly<Record<string, unknown>> | null,
  objective: number | null,
  objectives: readonly (number | null)[],
  /** Milliseconds since 1970; null while it has not ended. */
  endedAt: number | null,
];

/** The runs of each sweep that has any, by number. */
export async function readRuns(
  db: Db,
  sweepIds: readonly string[],
): Promise<{ sweepId: string; runs: readonly RunTuple[] }[]> {
  const rows = await db.$queryRaw<{ sweepId: string; runs: string }[]>`
    with searched as (
      select s.id, p ->> 'path' as path
      from "Sweep" s cross join lateral jsonb_array_elements(s.definition -> 'parameters') p
      where s.id = any (${[...sweepIds]}::uuid[]) and p -> 'distribution' ->> 'kind' <> 'constant'
    )
    select r."sweepId", json_agg(json_build_array(
      r.id, r.number, r.state, r.assignment,
      (select jsonb_object_agg(path, r.config -> path) from searched
        where searched.id = r."sweepId" and jsonb_exists(r.config, path) and not jsonb_exists(r.assignment, path)),
      case when r.objective > '-Infinity' and r.objective < 'Infinity' then r.objective end,
      (select coalesce(json_agg(case when o.value > '-Infinity' and o.value < 'Infinity' then o.value end order by o.i), '[]')
        from unnest(r.objectives) with ordinality o(value, i)),
      extract(epoch from r."finishedAt") * 1000
    ) order by r.number)::text as runs
    from "Run" r
    where r."sweepId" = any (${[...sweepIds]}::uuid[])
    group by r."sweepId"`;
  return rows.map(({ sweepId, runs }) => ({ sweepId, runs: JSON.parse(runs) as RunTuple[] }));
}

/** The newest value of a metric of each run of a sweep that has reported it, where that is finite; by run number. */
export async function readLatest(
  db: Db,
  sweepId: string,
  metric: string,
): Promise<readonly (readonly [number: number, value: number])[]> {
  const [row] = await db.$queryRaw<{ latest: string }[]>`
    select coalesce(json_agg(json_build_array(r.number, m.last)), '[]')::text as latest
    from "Run" r join "RunMetric" m on m."runId" = r.id and m.key = ${metric}
    where r."sweepId" = ${sweepId}::uuid and m.last > '-Infinity' and m.last < 'Infinity'`;
  return JSON.parse(row?.latest ?? '[]') as [number, number][];
}
