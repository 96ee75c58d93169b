/** Samples: taken in one statement a batch, idempotent on (run, epoch, step, kind, prompt index, seed). */
import type { Prisma, SampleKind } from '../generated/prisma/client.ts';

type Db = Prisma.TransactionClient;

export interface NewSample {
  readonly id: string;
  readonly step: number;
  readonly kind: SampleKind;
  readonly promptIndex: number;
  readonly prompt: string;
  readonly seed: number;
  readonly blobSha: string;
  readonly width: number;
  readonly height: number;
}

/** @returns the ids of those that were new. The caller holds the fence. */
export async function insertSamples(
  tx: Db,
  run: { readonly runId: string; readonly epoch: number },
  samples: readonly NewSample[],
): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    insert into "Sample" (id, "runId", epoch, step, kind, "promptIndex", prompt, seed, "blobSha", width, height)
    select g.id, ${run.runId}::uuid, ${run.epoch}::int, g.step, g.kind::"SampleKind", g."promptIndex", g.prompt, g.seed,
      g."blobSha", g.width, g.height
    from unnest(
      ${samples.map((sample) => sample.id)}::uuid[],
      ${samples.map((sample) => sample.step)}::int[],
      ${samples.map((sample) => sample.kind)}::text[],
      ${samples.map((sample) => sample.promptIndex)}::int[],
      ${samples.map((sample) => sample.prompt)}::text[],
      ${samples.map((sample) => sample.seed)}::int[],
      ${samples.map((sample) => sample.blobSha)}::text[],
      ${samples.map((sample) => sample.width)}::int[],
      ${samples.map((sample) => sample.height)}::int[]
    ) g(id, step, kind, "promptIndex", prompt, seed, "blobSha", width, height)
    on conflict do nothing
    returning id`;
  return rows.map((row) => row.id);
}

/** The steps at which the training of each run made samples that still count, ascending. */
export function sampleStepsOf(
  db: Db,
  runIds: readonly string[],
): Promise<{ runId: string; steps: number[] }[]> {
  return db.$queryRaw<{ runId: string; steps: number[] }[]>`
    select "runId", array_agg(distinct step order by step) as steps from "Sample"
    where "runId" = any (${[...runIds]}::uuid[]) and not superseded and "renderId" is null
    group by "runId"`;
}

/**
 * The newest step of each run at which it has samples of the kind that still count. Without a kind: samples of the
 * training; pictures that a person asked for may be of a step at which the training made none.
 */
export function newestSampleSteps(
  db: Db,
  where: {
    readonly runIds: readonly string[] | null;
    readonly kind: SampleKind | null;
    readonly sweepId: string | null;
    readonly projectId: string | null;
  },
): Promise<{ runId: string; step: number }[]> {
  return db.$queryRaw<{ runId: string; step: number }[]>`
    select s."runId", max(s.step) as step from "Sample" s join "Run" r on r.id = s."runId" join "Sweep" w on w.id = r."sweepId"
    where not s.superseded
      and (${where.runIds === null}::boolean or s."runId" = any (${[...(where.runIds ?? [])]}::uuid[]))
      and (${where.sweepId}::uuid is null or r."sweepId" = ${where.sweepId}::uuid)
      and (${where.projectId}::uuid is null or w."projectId" = ${where.projectId}::uuid)
      and case when ${where.kind}::text is null then s."renderId" is null else s.kind = ${where.kind}::"SampleKind" end
    group by s."runId"`;
}
