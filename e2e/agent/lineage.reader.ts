/** Who descends from whom in a population, and what each attempt really started from: rows and files, as stored. */
import { withClient } from '../../tools/chaos/index.ts';
import type { Stack } from './stack.ts';

/** A checkpoint, by the number of the run that wrote it and the files that it consists of. */
export interface StoredCheckpoint {
  readonly run: number;
  readonly step: number;
  /** Address of each file, by name. */
  readonly files: Readonly<Record<string, string>>;
}

export interface Descendant {
  readonly id: string;
  readonly number: number;
  readonly state: string;
  readonly member: number;
  readonly generation: number;
  /** Number of the run that it starts from, and where; null for the first generation. */
  readonly parent: number | null;
  readonly parentStep: number | null;
  readonly config: Readonly<{ learning_rate: number; steps: number }>;
  /** Oldest first. */
  readonly attempts: ReadonlyArray<{ resumedFromStep: number; from: StoredCheckpoint | null }>;
  /** Its own that count, oldest first. */
  readonly checkpoints: readonly StoredCheckpoint[];
}

const stored = (where: string): string => `
  (select json_build_object('run', w.number, 'step', c.step,
     'files', (select json_object_agg(f.name, f."blobSha") from "CheckpointFile" f where f."checkpointId" = c.id)
   ) as it, c.step from "Checkpoint" c join "Run" w on w.id = c."runId" where ${where})`;

/** All runs of the sweep, in the order of their numbers. */
export const descendantsOf = (stack: Stack, sweepId: string): Promise<Descendant[]> =>
  withClient(stack.databaseUrl, async (client) => {
    const { rows } = await client.query<Descendant>(
      `select r.id, r.number, r.state, r.member, r.generation, p.number as parent, r."parentStep", r.config,
         (select json_agg(json_build_object('resumedFromStep', a."resumedFromStep", 'from',
            (select it from ${stored('c.id = a."checkpointId"')} s)) order by a.epoch)
          from "Attempt" a where a."runId" = r.id) as attempts,
         (select coalesce(json_agg(it order by step), '[]')
          from ${stored('c."runId" = r.id and not c.superseded')} s) as checkpoints
       from "Run" r left join "Run" p on p.id = r."parentRunId"
       where r."sweepId" = $1 order by r.number`,
      [sweepId],
    );
    return rows;
  });

/** What optimisers change. Averages and running statistics are others after any step, even one of rate nought. */
const isTrainable = (name: string): boolean =>
  /^(generator|discriminator)\/.*\.(weight|bias|gain|offset)$/.test(name);

/** The trainable weights of a checkpoint, by name, read from its file as a user would. */
export const weightsOf = async (
  stack: Stack,
  checkpoint: StoredCheckpoint,
): Promise<ReadonlyMap<string, readonly number[]>> => {
  const response = await fetch(`${stack.url}/blobs/${checkpoint.files['model.safetensors'] ?? ''}`, {
    headers: { authorization: `Bearer ${stack.keys.userKey}` },
  });
  if (!response.ok) throw new Error(`the weights of step ${checkpoint.step}: HTTP ${response.status}`);
  const bytes = await response.arrayBuffer();
  const first = 8 + Number(new DataView(bytes).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.slice(8, first))) as Record<
    string,
    { data_offsets: [number, number] }
  >;
  return new Map(
    Object.entries(header)
      .filter(([name]) => isTrainable(name))
      .map(
        ([
          name,
          {
            data_offsets: [from, to],
          },
        ]) => [name, [...new Float32Array(bytes.slice(first + from, first + to))]],
      ),
  );
};
