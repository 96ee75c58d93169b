/**
 * The statements that give out runs: whose turn it is, the claim itself, and what a claim supersedes. Each is one
 * statement, so that it is atomic whoever runs it at the same time; every time is the database's clock.
 */
import { Prisma } from '../generated/prisma/client.ts';
import { isSuggestable } from '../sweeps/sweep.sql.ts';
import { startingOrder, startsFrom } from './starting-point.sql.ts';
import type { SweepTurn } from './turn.rule.ts';

type Db = Prisma.TransactionClient;

/**
 * The sweeps that could give a run now, in the order in which they are to be asked: by priority, then the one with
 * the fewest running runs, so that equals share the fleet evenly; then the oldest. The first 16 of those that ask the
 * same of a slot: so many that ask for what a slot does not offer cannot hide one that it could serve.
 */
export function sweepsInTurn(db: Db, sweepId: string | null): Promise<SweepTurn[]> {
  return db.$queryRaw<SweepTurn[]>`
    with open as (
      select s.id, s.priority, s.concurrency, s.requires, s."createdAt", s.method = 'pbt' as population,
        running.n as running,
        exists (
          select from "Run" r
          where r."sweepId" = s.id and r.state = 'QUEUED'
            and (r."notBefore" is null or r."notBefore" <= now())
            and (s.state = 'RUNNING' or r."leaseEpoch" > 0 or r.origin = 'ENQUEUED')
        ) as claimable,
        ${isSuggestable} as suggestable
      from "Sweep" s
      cross join lateral (
        select count(*)::int as n from "Run" r where r."sweepId" = s.id and r.state = 'RUNNING'
      ) running
      where s.state in ('RUNNING', 'STOPPING') and (${sweepId}::uuid is null or s.id = ${sweepId}::uuid)
    ),
    ranked as (
      select *, row_number() over (partition by requires order by priority desc, running, "createdAt") as place
      from open
      where (claimable or suggestable) and (concurrency is null or running < concurrency)
    )
    select id, claimable, suggestable, priority, running, concurrency - running as room, requires, population
    from ranked
    where place <= 16
    order by priority desc, running, "createdAt"`;
}

export interface ClaimRequest {
  readonly slotId: string;
  readonly agentId: string;
  readonly agentName: string;
  readonly slotIndex: number;
  readonly backend: string;
  readonly device: string;
  readonly codeVersion: string | null;
  readonly tokenHash: string;
  readonly leaseMs: number;
  /** New for each request: the answer names it. */
  readonly attemptId: string;
}

export interface ClaimedRun {
  readonly id: string;
  readonly sweepId: string;
  readonly number: number;
  readonly name: string;
  readonly epoch: number;
  readonly expiresAt: Date;
  readonly config: Prisma.JsonValue;
  readonly objectiveName: string | null;
  readonly objectiveGoal: string | null;
  /** What trains (contract: Trainer); with command, the program and its arguments. */
  readonly trainer: string;
  readonly command: readonly string[] | null;
  /** The newest complete checkpoint that still counts and can be read, if there is one: its own, or its parent's. */
  readonly checkpointId: string | null;
  readonly checkpointStep: number | null;
  /** That checkpoint is another run's. */
  readonly inherits: boolean;
  /** In a population: the step at which its interval ends. */
  readonly untilStep: number | null;
  /** Whose request got this run. */
  readonly attemptId: string;
}

/**
 * Claims the next queued runs of a sweep, one for each request in order: the rows are locked past others' locks, the
 * epochs raised, the attempts opened, the changes written to the outbox (the caller wakes its readers after the
 * commit). Under a concurrency limit each run also takes a permit that the snapshot believes free; when another
 * claimer took the same one, the unique index on (sweepId, permit) refuses this statement whole, and the caller
 * tries again. So the limit is a constraint of the database and no claimer waits for another's lock.
 *
 * Measured by `npm run bench -- lease --runs 1500` (1,000 agents; 2 cores that others kept busy, load 5): one claim a
 * transaction with its NOTIFY inside gave 60 claims a second, rounds of up to 64 gave 126. A definition may be large
 * (a grid of 10,000 values), so it is opened once a statement: opened for each row it cost more than half of the rate.
 *
 * @param among only these runs, which their maker gives out in the same transaction; null: whichever come next
 * @returns fewer rows than requests when fewer runs may be claimed.
 * @throws a unique violation (23505) when a permit was lost to another claimer.
 */
export function claimRuns(
  db: Db,
  sweepId: string,
  requests: readonly ClaimRequest[],
  among: readonly string[] | null = null,
): Promise<ClaimedRun[]> {
  return db.$queryRaw<ClaimedRun[]>`
    with asked as (
      select * from unnest(
        ${requests.map((request) => request.slotId)}::uuid[], ${requests.map((request) => request.agentId)}::uuid[],
        ${requests.map((request) => request.agentName)}::text[],
        ${requests.map((request) => request.slotIndex)}::int[], ${requests.map((request) => request.backend)}::text[],
        ${requests.map((request) => request.device)}::text[],
        ${requests.map((request) => request.codeVersion)}::text[],
        ${requests.map((request) => request.tokenHash)}::text[], ${requests.map((request) => request.leaseMs)}::int[],
        ${requests.map((request) => request.attemptId)}::uuid[]
      ) with ordinality a("slotId", "agentId", "agentName", "slotIndex", backend, device, "codeVersion", "tokenHash",
        "leaseMs", "attemptId", place)
    ),
    trainer as materialized (
      select definition ->> 'trainer' as trainer, nullif(definition -> 'command', 'null') as command
      from "Sweep" where id = ${sweepId}::uuid
    ),
    next as (
      select r.id, r."sweepId", r.priority, r.number, r."parentRunId", r."parentStep", s.concurrency, s."metricName",
        s."metricGoal"
      from "Run" r join "Sweep" s on s.id = r."sweepId"
      where r."sweepId" = ${sweepId}::uuid and r.state = 'QUEUED'
        and (${among === null}::boolean or r.id = any (${[...(among ?? [])]}::uuid[]))
        and (r."notBefore" is null or r."notBefore" <= now()) and not r."awaitsInputs"
        and (s.state = 'RUNNING' or (s.state = 'STOPPING' and (r."leaseEpoch" > 0 or r.origin = 'ENQUEUED')))
      order by r.priority desc, r.number
      limit ${requests.length}::int
      for no key update of r skip locked
    ),
    placed as (
      select *, row_number() over (order by priority desc, number) as place from next
    ),
    permit as (
      select n, row_number() over (order by random()) as place
      from generate_series(1, (select concurrency from next limit 1)) n
      where not exists (select from "Run" x where x."sweepId" = ${sweepId}::uuid and x.permit = n)
    ),
    pair as (
      select placed.id, placed."metricName", placed."metricGoal", permit.n as permit, asked.*,
        resume.id as "checkpointId", resume.step, resume."runId" <> placed.id as inherits
      from placed join asked using (place) left join permit using (place)
      left join lateral (
        select c.id, c.step, c."runId" from "Checkpoint" c where ${startsFrom(Prisma.sql`placed`)}
        order by ${startingOrder(Prisma.sql`placed`)}
        limit 1
      ) resume on true
      where (placed.concurrency is null or permit.n is not null)
        and (placed."parentStep" is null or resume.id is not null)
    ),
    claimed as (
      update "Run" r set
        state = 'RUNNING',
        "leaseEpoch" = r."leaseEpoch" + 1,
        "leaseExpiresAt" = now() + pair."leaseMs" * interval '1 millisecond',
        "leaseTokenHash" = pair."tokenHash",
        "leaseSlotId" = pair."slotId",
        permit = pair.permit,
        command = 'CONTINUE', "commandReason" = null, "notBefore" = null,
        step = coalesce(pair.step, 0),
        backend = pair.backend, "codeVersion" = pair."codeVersion",
        "startedAt" = coalesce(r."startedAt", now()), "updatedAt" = now()
      from pair
      where r.id = pair.id
      returning r.id, r."sweepId", r.number, r.name, r."leaseEpoch", r."leaseExpiresAt", r.config,
        case when r.member is not null then r."totalSteps" end as "untilStep"
    ),
    attempt as (
      insert into "Attempt" (id, "runId", epoch, "agentId", "slotId", "agentName", "slotIndex", backend, device,
        "codeVersion", "resumedFromStep", "checkpointId")
      select p."attemptId", c.id, c."leaseEpoch", p."agentId", p."slotId", p."agentName", p."slotIndex", p.backend,
        p.device, p."codeVersion", coalesce(p.step, 0), p."checkpointId"
      from claimed c join pair p on p.id = c.id
    ),
    announced as (
      insert into "Change" (kind, "sweepId", "runId", "agentId", detail)
      select 'RUN'::"ChangeKind", c."sweepId", c.id, null::uuid, '{"state": "RUNNING"}'::jsonb from claimed c
      union all
      select 'AGENT', null, null, p."agentId", null from claimed c join pair p on p.id = c.id
    )
    select c.id, c."sweepId", c.number, c.name, c."leaseEpoch" as epoch, c."leaseExpiresAt" as "expiresAt", c.config,
      p."metricName" as "objectiveName", p."metricGoal" as "objectiveGoal", t.trainer, t.command, p."checkpointId",
      p.step as "checkpointStep", coalesce(p.inherits, false) as inherits, c."untilStep", p."attemptId"
    from claimed c join pair p on p.id = c.id cross join trainer t`;
}

/**
 * What earlier attempts wrote after `keptThrough` no longer counts: their points, samples and checkpoints are
 * superseded, and the latest values that were taken from such points are forgotten (the caller computes them anew).
 * A fresh start keeps nothing, which is written as -1, since step 0 is a step.
 *
 * @returns the metric keys whose latest value must be computed anew.
 */
export async function supersedeAfter(
  db: Db,
  run: { readonly runId: string; readonly epoch: number; readonly keptThrough: number },
): Promise<string[]> {
  const rows = await db.$queryRaw<{ key: string }[]>`
    with attempts as (
      update "Attempt" set "keptThroughStep" = least(coalesce("keptThroughStep", ${run.keptThrough}::int), ${run.keptThrough}::int)
      where "runId" = ${run.runId}::uuid and epoch < ${run.epoch}::int
    ),
    samples as (
      update "Sample" set superseded = true
      where "runId" = ${run.runId}::uuid and epoch < ${run.epoch}::int and step > ${run.keptThrough}::int
        and not superseded
    ),
    checkpoints as (
      update "Checkpoint" set superseded = true
      where "runId" = ${run.runId}::uuid and epoch < ${run.epoch}::int and step > ${run.keptThrough}::int
        and not superseded
    )
    delete from "RunMetric" where "runId" = ${run.runId}::uuid returning key`;
  return rows.map((row) => row.key);
}
