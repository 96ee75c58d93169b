/** A checker that cannot fail proves nothing: each kind of damage is done to a sound database and must be counted. */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { readFacts } from './facts.sql.ts';
import { listStoredFiles } from './stored.files.ts';
import { expectationOf, type Figures, judge } from './verdict.rule.ts';

const steps = 4;
const sound: Figures = {
  runsLost: 0,
  runsDoubled: 0,
  pointsMissing: 0,
  pointsDoubled: 0,
  pointsDiffer: 0,
  samplesMissing: 0,
  samplesDoubled: 0,
  samplesDiffer: 0,
  weightsDiffer: 0,
  orphanedBlobs: 0,
};
const sha = (label: string): string => Buffer.from(label).toString('hex').padEnd(64, '0').slice(0, 64);
const picture = sha('picture');
const weights = sha('weights');

let database: TestDatabase;
let client: pg.Client;
let dataDir: string;
let reference: string;
let run: string;

const store = async (name: string): Promise<void> => {
  const folder = join(dataDir, 'blobs', name.slice(0, 2), name.slice(2, 4));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), 'bytes');
};
const addBlob = (name: string) =>
  client.query(`insert into "Blob" (sha256, size, "contentType") values ($1, 5, 'x/y')`, [name]);
const addBatch = (runId: string, epoch: number, sequence: number, from: number, to: number) => {
  const own = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return client.query(
    `insert into "MetricBatch" ("runId", key, epoch, sequence, "minStep", "maxStep", count, "lastValue", "lastTime",
       steps, "values", times) values ($1, 'g/loss', $2, $3, $4, $5, $6, 0, 0, $7, $8, $8)`,
    [runId, epoch, sequence, from, to, own.length, own, own.map((step) => step / 10)],
  );
};
const addAttempt = (runId: string, epoch: number, outcome: string, kept: number | null) =>
  client.query(
    `insert into "Attempt" (id, "runId", epoch, "agentName", "slotIndex", outcome, "keptThroughStep")
     values ($1, $2, $3, 'a', 0, $4::"AttemptOutcome", $5)`,
    [randomUUID(), runId, epoch, outcome, kept],
  );
const addSample = (runId: string, epoch: number) =>
  client.query(
    `insert into "Sample" (id, "runId", epoch, step, kind, "promptIndex", prompt, seed, "blobSha", width, height)
     values ($1, $2, $3, 4, 'TRAIN_GRID', 0, 'tomato', 1, $4, 64, 64)`,
    [randomUUID(), runId, epoch, picture],
  );

/** A sweep with one finished run of the same configuration. The second attempt took over after step 2. */
const addSweep = async (project: string, attempts: 1 | 2): Promise<{ sweepId: string; runId: string }> => {
  const [sweepId, runId, checkpointId] = [randomUUID(), randomUUID(), randomUUID()];
  await client.query(
    `insert into "Sweep" (id, "projectId", name, definition, source, seed, method, "maxFailures", "runCap")
     values ($1, $2, 'sweep', '{}', '', 1, 'grid', 1, 1)`,
    [sweepId, project],
  );
  await client.query(
    `insert into "Run" (id, "sweepId", number, name, state, assignment, "assignmentKey", config)
     values ($1, $2, 1, 'rook-0001', 'FINISHED', '{}', 'k', '{"seed": 1}')`,
    [runId, sweepId],
  );
  if (attempts === 2) {
    await addAttempt(runId, 1, 'LOST', 2);
    await addBatch(runId, 1, 0, 1, 3);
    await addAttempt(runId, 2, 'FINISHED', null);
    await addBatch(runId, 2, 0, 3, 4);
  } else {
    await addAttempt(runId, 1, 'FINISHED', null);
    await addBatch(runId, 1, 0, 1, 4);
  }
  await addSample(runId, attempts);
  await client.query(`insert into "Checkpoint" (id, "runId", epoch, step) values ($1, $2, $3, $4)`, [
    ...[checkpointId, runId, attempts, steps],
  ]);
  await client.query(
    `insert into "CheckpointFile" ("checkpointId", name, "blobSha") values ($1, 'model.safetensors', $2)`,
    [checkpointId, weights],
  );
  return { sweepId, runId };
};

beforeEach(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  dataDir = await mkdtemp(join(tmpdir(), 'plumage-verdict-'));
  for (const name of [picture, weights]) {
    await addBlob(name);
    await store(name);
  }
  const project = randomUUID();
  await client.query(`insert into "Project" (id, slug, name) values ($1, 'p', 'p')`, [project]);
  reference = (await addSweep(project, 1)).sweepId;
  run = (await addSweep(project, 2)).runId;
});

afterEach(async () => {
  await client.end();
  await database.drop();
  await rm(dataDir, { recursive: true });
});

/** What is found after the damage, the measure having been taken before it. */
const after = async (damage: () => Promise<unknown>): Promise<Figures> => {
  const expectation = expectationOf(await readFacts(client), reference, steps);
  await damage();
  return judge(await readFacts(client), await listStoredFiles(dataDir), expectation).figures;
};
const sql = (text: string, ...values: unknown[]) => client.query(text, values);

describe('the checker', () => {
  it('finds nothing wrong with a run that was taken over', async () => {
    expect(await after(async () => {})).toEqual(sound);
  });

  it('counts a run that did not finish, and one that never was', async () => {
    const failed = () => sql(`update "Run" set state = 'FAILED' where id = $1`, run);
    expect(await after(failed)).toEqual({ ...sound, runsLost: 1 });
    const absent = () => sql(`delete from "Run" where id = $1`, run);
    expect(await after(absent)).toEqual({ ...sound, runsLost: 1 });
  });

  it('counts a run that two attempts finished', async () => {
    const doubled = () => sql(`update "Attempt" set outcome = 'FINISHED' where "runId" = $1`, run);
    expect(await after(doubled)).toEqual({ ...sound, runsDoubled: 1 });
  });

  it('counts a point that is missing', async () => {
    const forgotten = () =>
      sql(`update "Attempt" set "keptThroughStep" = 1 where "runId" = $1 and epoch = 1`, run);
    expect(await after(forgotten)).toEqual({ ...sound, pointsMissing: 1 });
  });

  it('counts a superseded point that is shown, and a batch that was taken twice', async () => {
    const shown = () => sql(`update "Attempt" set "keptThroughStep" = null where "runId" = $1`, run);
    expect(await after(shown)).toEqual({ ...sound, pointsDoubled: 1 });
    expect(await after(() => addBatch(run, 2, 1, 4, 4))).toEqual({ ...sound, pointsDoubled: 2 });
    expect(await after(() => addBatch(run, 2, 2, 5, 5))).toEqual({ ...sound, pointsDoubled: 3 });
  });

  it('counts a point with another value than undisturbed', async () => {
    const changed = () =>
      sql(`update "MetricBatch" set "values" = '{7, 0.4}' where "runId" = $1 and epoch = 2`, run);
    expect(await after(changed)).toEqual({ ...sound, pointsDiffer: 1 });
  });

  it('counts pictures that are missing, come twice or are others', async () => {
    expect(await after(() => addSample(run, 1))).toEqual({ ...sound, samplesDoubled: 1 });
    const other = () =>
      sql(`update "Sample" set "blobSha" = $2 where "runId" = $1 and epoch = 1`, run, weights);
    await sql(`delete from "Sample" where "runId" = $1 and epoch = 2`, run);
    expect(await after(other)).toEqual({ ...sound, samplesDiffer: 1 });
    const superseded = () => sql(`update "Sample" set superseded = true where "runId" = $1`, run);
    expect(await after(superseded)).toEqual({ ...sound, samplesMissing: 1 });
  });

  it('counts weights that are others than undisturbed, or missing', async () => {
    const changed = () =>
      sql(
        `update "CheckpointFile" set "blobSha" = $2 from "Checkpoint" c where c.id = "checkpointId" and c."runId" = $1`,
        run,
        picture,
      );
    expect(await after(changed)).toEqual({ ...sound, weightsDiffer: 1 });
    const gone = () => sql(`delete from "Checkpoint" where "runId" = $1`, run);
    expect(await after(gone)).toEqual({ ...sound, weightsDiffer: 1 });
  });

  it('counts a row that nothing points at, a row without a file, a file without a row, a broken upload', async () => {
    const pointless = async () => {
      await addBlob(sha('stray'));
      await store(sha('stray'));
    };
    expect(await after(pointless)).toEqual({ ...sound, orphanedBlobs: 1 });
    expect(await after(() => store(sha('rowless')))).toEqual({ ...sound, orphanedBlobs: 2 });
    const upload = async () => {
      await mkdir(join(dataDir, 'blobs', 'incoming'));
      await writeFile(join(dataDir, 'blobs', 'incoming', 'half'), 'by');
    };
    expect(await after(upload)).toEqual({ ...sound, orphanedBlobs: 3 });
    const fileless = () => rm(join(dataDir, 'blobs', picture.slice(0, 2), picture.slice(2, 4), picture));
    expect(await after(fileless)).toEqual({ ...sound, orphanedBlobs: 4 });
  });
});
