/** Which trained style encoders belong to a checkpoint of a generator. */
import type { Prisma } from '../generated/prisma/client.ts';

type Db = Prisma.TransactionClient;

export interface StyleEncoderRow {
  /** The checkpoint whose noise it finds. */
  readonly generatorId: string;
  readonly checkpointId: string;
  /** sweep/run@step */
  readonly name: string;
}

/**
 * Of each run of trainer style-encoder that has finished and was given one of the checkpoints as its generator: the
 * newest checkpoint that is complete and undamaged, which retention never takes (checkpoints/retention.sql.ts). The
 * run that finished last comes first.
 */
export function styleEncodersFor(db: Db, checkpointIds: readonly string[]): Promise<StyleEncoderRow[]> {
  return db.$queryRaw<StyleEncoderRow[]>`
    select i."checkpointId" as "generatorId", c.id as "checkpointId",
      s.name || '/' || r.name || '@' || c.step as name
    from "RunInput" i
    join "Run" r on r.id = i."runId" and r.state = 'FINISHED'
    join "Sweep" s on s.id = r."sweepId" and s.definition ->> 'trainer' = 'style-encoder'
    cross join lateral (
      select x.id, x.step from "Checkpoint" x
      where x."runId" = r.id and not x.superseded and x."damagedAt" is null
      order by x.step desc, x.epoch desc limit 1
    ) c
    where i.key = 'generator_checkpoint' and i."checkpointId" = any (${[...checkpointIds]}::uuid[])
    order by r."finishedAt" desc, r.id desc`;
}

export interface GeneratorOfRun {
  readonly checkpointId: string;
  /** sweep/run@step */
  readonly name: string;
}

/** The generator that a run was given to learn from; undefined when it was given none. */
export async function generatorOfRun(db: Db, runId: string): Promise<GeneratorOfRun | undefined> {
  const rows = await db.$queryRaw<GeneratorOfRun[]>`
    select c.id as "checkpointId", s.name || '/' || r.name || '@' || c.step as name
    from "RunInput" i
    join "Checkpoint" c on c.id = i."checkpointId"
    join "Run" r on r.id = c."runId"
    join "Sweep" s on s.id = r."sweepId"
    where i."runId" = ${runId}::uuid and i.key = 'generator_checkpoint'`;
  return rows[0];
}
