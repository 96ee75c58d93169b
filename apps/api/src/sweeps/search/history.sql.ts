/**
 * What a search learns from, read by what is new: runs that were made since, and runs whose result was taken in
 * since. A result is taken in once, under the sweep's lock, and gets its number then; with the number of results that
 * each run's suggestion knew (Run.knownResults) the search can be replayed from its rows.
 */
import type { Prisma, RunState } from '../../generated/prisma/client.ts';

type Db = Prisma.TransactionClient;

/**
 * Numbers the results of the runs that have ended since, in the order of their ends. A run that ends while this runs
 * is left for the next time. For the holder of the sweep's lock.
 *
 * @returns how many results the search knows now
 */
export async function takeInResults(tx: Db, sweepId: string): Promise<number> {
  const rows = await tx.$queryRaw<{ count: number }[]>`
    with ended as (
      select r.id, s."resultCount" + row_number() over (order by r."finishedAt", r.number) as place
      from "Run" r join "Sweep" s on s.id = r."sweepId"
      where r."sweepId" = ${sweepId}::uuid and r."resultNumber" is null
        and r.state in ('FINISHED', 'PRUNED', 'FAILED', 'CANCELLED')
    ),
    taken as (
      update "Run" r set "resultNumber" = ended.place from ended where r.id = ended.id returning ended.place
    )
    update "Sweep" s set "resultCount" = s."resultCount" + (select count(*) from taken)
    where s.id = ${sweepId}::uuid
    returning s."resultCount" as count`;
  return rows[0]?.count ?? 0;
}

export interface HistoryRow {
  readonly number: number;
  readonly key: string;
  readonly state: RunState;
  /** Null while its result was not taken in. */
  readonly resultNumber: number | null;
  /** NaN comes as text. */
  readonly objective: number | 'NaN' | null;
  readonly objectives: readonly (number | 'NaN')[];
  readonly step: number | null;
  readonly assignment: Prisma.JsonValue;
  /** Of a run of an older version, since its assignment may lack what the definition has gained. */
  readonly config: Prisma.JsonValue;
  readonly parent: number | null;
  readonly member: number | null;
  readonly generation: number | null;
}

export interface KnownSoFar {
  readonly sweepId: string;
  /** The newest version of the definition. */
  readonly version: number;
  /** Of the newest run that is known. */
  readonly number: number;
  /** Of the newest result that is known. */
  readonly result: number;
}

/**
 * The runs of a sweep that are new, or whose result is, in order of their numbers. As one JSON value: as 10,000 rows
 * they took Prisma longer than the sampler.
 */
export async function historySince(tx: Db, known: KnownSoFar): Promise<readonly HistoryRow[]> {
  const rows = await tx.$queryRaw<{ runs: readonly HistoryRow[] }[]>`
    select coalesce(json_agg(json_build_object(
      'number', r.number, 'key', r."assignmentKey", 'state', r.state, 'resultNumber', r."resultNumber",
      'objective', r.objective, 'objectives', r.objectives, 'step', r."objectiveStep", 'assignment', r.assignment,
      'config', case when r."sweepVersion" < ${known.version}::int then r.config end,
      'parent', parent.number, 'member', r.member, 'generation', r.generation
    ) order by r.number), '[]') as runs
    from "Run" r
    left join "Run" parent on parent.id = r."parentRunId"
    where r."sweepId" = ${known.sweepId}::uuid
      and (r.number > ${known.number}::int or r."resultNumber" > ${known.result}::int)`;
  return rows[0]?.runs ?? [];
}

/**
 * The newest checkpoint of each run of a population that others can start from. Looked at anew each time: one that was
 * found damaged since its run ended is none to start from.
 */
export function checkpointSteps(tx: Db, sweepId: string): Promise<{ number: number; step: number | null }[]> {
  return tx.$queryRaw<{ number: number; step: number | null }[]>`
    select r.number, newest.step
    from "Run" r
    left join lateral (
      select max(c.step) as step from "Checkpoint" c
      where c."runId" = r.id and not c.superseded and c."damagedAt" is null
    ) newest on true
    where r."sweepId" = ${sweepId}::uuid and r.member is not null`;
}
