/** What the database holds in the end, read without the product's own code: it is the product that is on trial. */
import type pg from 'pg';

export interface RunFacts {
  readonly id: string;
  readonly sweepId: string;
  readonly number: number;
  readonly name: string;
  readonly state: string;
  /** Its training seed, which tells the configurations of a sweep apart. */
  readonly seed: number;
  readonly finishedAttempts: number;
  readonly attempts: number;
}

export interface BatchFacts {
  readonly runId: string;
  readonly key: string;
  /** Points after this step are superseded; null: all count. */
  readonly keptThrough: number | null;
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

export interface SampleFacts {
  readonly runId: string;
  readonly step: number;
  readonly promptIndex: number;
  readonly seed: number;
  readonly blobSha: string;
}

export interface FileFacts {
  readonly runId: string;
  readonly step: number;
  readonly superseded: boolean;
  readonly name: string;
  readonly blobSha: string;
}

export interface Facts {
  /** Runs that each sweep was to have. */
  readonly sweeps: readonly { readonly id: string; readonly name: string; readonly planned: number }[];
  readonly runs: readonly RunFacts[];
  readonly batches: readonly BatchFacts[];
  /** Those that are not superseded. */
  readonly samples: readonly SampleFacts[];
  readonly files: readonly FileFacts[];
  /** Rows of blobs. */
  readonly blobs: readonly string[];
  /** Hashes that any row points at. */
  readonly pointedAt: readonly string[];
}

const rowsOf = async <T>(client: pg.ClientBase, sql: string): Promise<T[]> =>
  (await client.query(sql)).rows as T[];

export const readFacts = async (client: pg.ClientBase): Promise<Facts> => ({
  sweeps: await rowsOf(client, `select id, name, "runCap" as planned from "Sweep" order by "createdAt"`),
  runs: await rowsOf(
    client,
    `select r.id, r."sweepId", r.number, r.name, r.state, (r.config ->> 'seed')::int as seed,
       count(a.id)::int as attempts,
       count(a.id) filter (where a.outcome = 'FINISHED')::int as "finishedAttempts"
     from "Run" r left join "Attempt" a on a."runId" = r.id
     group by r.id order by r."sweepId", r.number`,
  ),
  batches: await rowsOf(
    client,
    `select b."runId", b.key, a."keptThroughStep" as "keptThrough", b.steps, b."values"
     from "MetricBatch" b join "Attempt" a on a."runId" = b."runId" and a.epoch = b.epoch
     order by b."runId", b.epoch, b.sequence`,
  ),
  samples: await rowsOf(
    client,
    `select "runId", step, "promptIndex", seed, "blobSha" from "Sample"
     where not superseded and "renderId" is null`,
  ),
  files: await rowsOf(
    client,
    `select c."runId", c.step, c.superseded, f.name, f."blobSha"
     from "CheckpointFile" f join "Checkpoint" c on c.id = f."checkpointId"`,
  ),
  blobs: (await rowsOf<{ sha256: string }>(client, `select sha256 from "Blob"`)).map(({ sha256 }) => sha256),
  pointedAt: (
    await rowsOf<{ sha: string }>(
      client,
      `select "blobSha" as sha from "Sample" union select "blobSha" from "CheckpointFile"`,
    )
  ).map(({ sha }) => sha),
});

export interface ChangeFacts {
  readonly xid: string;
  readonly id: string;
}

/** Every announced change of a run that is still kept, in the order in which readers get them. */
export const readRunChanges = (client: pg.ClientBase): Promise<ChangeFacts[]> =>
  rowsOf(client, `select c.xid::text, c.id::text from "Change" c where c.kind = 'RUN' order by c.xid, c.id`);
