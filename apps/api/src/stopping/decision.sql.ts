/** Decisions of stopping rules, kept as they fall. */
import type { StopExplanation } from '@plumage/search';
import type { Prisma } from '../generated/prisma/client.ts';

type Db = Prisma.TransactionClient;

export interface NewDecision {
  /** The step that was judged. */
  readonly step: number;
  readonly stop: boolean;
  readonly explanation: StopExplanation;
}

/** In one statement; what was decided before about a step of the same attempt stays. */
export async function keepDecisions(
  db: Db,
  about: {
    readonly sweepId: string;
    readonly runId: string;
    readonly epoch: number;
    readonly version: number;
  },
  decisions: readonly NewDecision[],
): Promise<void> {
  if (decisions.length === 0) return;
  const rows = decisions.map(({ step, stop, explanation }) => ({ ...explanation, step, stop, explanation }));
  await db.$executeRaw`
    insert into "StopDecision" ("sweepId", "runId", epoch, step, rule, version, bracket, rung, "rungStep", stop, value,
      rank, cutoff, "peerCount", explanation)
    select ${about.sweepId}::uuid, ${about.runId}::uuid, ${about.epoch}::int, d.step, d.rule, ${about.version}::int,
      d.bracket, d.rung, d."rungStep", d.stop, d.value, d.rank, d.cutoff, d."peerCount", d.explanation
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) d(step int, rule text, bracket int, rung int,
      "rungStep" int, stop boolean, value float8, rank int, cutoff float8, "peerCount" int, explanation jsonb)
    on conflict do nothing`;
}

export interface DecisionRow {
  readonly runId: string;
  readonly epoch: number;
  readonly step: number;
  readonly rule: string;
  readonly version: number;
  readonly bracket: number | null;
  readonly rung: number | null;
  readonly rungStep: number | null;
  readonly stop: boolean;
  readonly value: number | null;
  readonly rank: number | null;
  readonly cutoff: number | null;
  readonly peerCount: number;
  readonly explanation: Prisma.JsonValue;
  readonly at: Date;
}

/** A run's decisions about points that still count, by step; `after` is the step of the last one read before. */
export function decisionsOfRun(
  db: Db,
  runId: string,
  page: { readonly first: number; readonly afterStep: number | null; readonly stopsOnly: boolean },
): Promise<DecisionRow[]> {
  return db.$queryRaw<DecisionRow[]>`
    select d."runId", d.epoch, d.step, d.rule, d.version, d.bracket, d.rung, d."rungStep", d.stop, d.value, d.rank,
      d.cutoff, d."peerCount", d.explanation, d.at
    from "StopDecision" d join "Attempt" a on a."runId" = d."runId" and a.epoch = d.epoch
    where d."runId" = ${runId}::uuid and d.step <= coalesce(a."keptThroughStep", 2147483647)
      and d.step > ${page.afterStep ?? -1}::int and (d.stop or not ${page.stopsOnly}::boolean)
    order by d.step
    limit ${page.first + 1}::int`;
}

export async function countDecisions(db: Db, runId: string, stopsOnly: boolean): Promise<number> {
  const rows = await db.$queryRaw<{ n: number }[]>`
    select count(*)::int as n
    from "StopDecision" d join "Attempt" a on a."runId" = d."runId" and a.epoch = d.epoch
    where d."runId" = ${runId}::uuid and d.step <= coalesce(a."keptThroughStep", 2147483647)
      and (d.stop or not ${stopsOnly}::boolean)`;
  return rows[0]?.n ?? 0;
}
