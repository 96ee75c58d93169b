/** Collection against a real Postgres and a real folder, with uploads and reports in its way. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportCheckpoint } from '../checkpoints/checkpoint.service.ts';
import { reportSamples } from '../samples/sample.service.ts';
import { fenceOfLease, type Fleet, gridOf, startFleet } from '../testing/fleet.ts';
import { deleteUnreferenced, holdBlobs } from './blob.sql.ts';
import { putBlob } from './blob.service.ts';
import type { BlobStore, Sha256 } from './blob-store.type.ts';
import { collectBlobs } from './collection.service.ts';
import { FolderStore } from './folder.store.ts';
import { Thumbnails } from './thumbnails.ts';

const HOUR_MS = 3_600_000;
let fleet: Fleet;
let lease: Awaited<ReturnType<Fleet['take']>>;
let folder: string;
let store: FolderStore;
let thumbnails: Thumbnails;
beforeEach(async () => {
  fleet = await startFleet();
  await fleet.sweep(gridOf(1));
  lease = await fleet.take(await fleet.agent());
  folder = await mkdtemp(join(tmpdir(), 'plumage-collect-'));
  store = new FolderStore({ folder: join(folder, 'blobs'), maxBytes: 1e6 });
  await store.prepare();
  thumbnails = new Thumbnails(join(folder, 'thumbnails'), store);
});
afterEach(async () => {
  await fleet.close();
  await rm(folder, { recursive: true, force: true });
});

const shaOf = (content: string | Buffer) => createHash('sha256').update(content).digest('hex') as Sha256;
const pathOf = (sha: string) => join(folder, 'blobs', sha.slice(0, 2), sha.slice(2, 4), sha);

async function put(content: string | Buffer): Promise<Sha256> {
  await putBlob(fleet.database, store, shaOf(content), Readable.from([Buffer.from(content)]), {
    ...{ maxBytes: 1e6, contentTypes: null },
  });
  return shaOf(content);
}

/** Moves a blob's last upload, row and file, two hours into the past. */
async function backdate(...shas: Sha256[]): Promise<void> {
  const then = new Date(Date.now() - 2 * HOUR_MS);
  await fleet.database.blob.updateMany({ where: { sha256: { in: shas } }, data: { lastPutAt: then } });
  for (const sha of shas) await utimes(pathOf(sha), then, then);
}

const collect = (through: BlobStore = store) =>
  collectBlobs({ database: fleet.database, store: through, thumbnails, graceMs: HOUR_MS });

const report = (blobSha256: string) =>
  reportSamples(fleet.database, fenceOfLease(lease), [
    {
      ...{ step: 1, kind: 'TRAIN_GRID', promptIndex: 0, prompt: 'a wren', seed: 1, width: 8, height: 8 },
      blobSha256,
    },
  ]);

/** Where the blob is: both, or neither, once everything has settled. */
async function whereabouts(sha: Sha256): Promise<{ row: boolean; file: boolean }> {
  const row = (await fleet.database.blob.count({ where: { sha256: sha } })) === 1;
  return { row, file: await store.readAll(sha).then(Boolean, () => false) };
}
const BOTH = { row: true, file: true };
const NEITHER = { row: false, file: false };

describe('a blob that nothing points at', () => {
  it('goes with its file once its last upload is older than the grace time', async () => {
    const [old, young] = [await put('old'), await put('young')];
    await backdate(old);
    expect(await collect()).toMatchObject({ rows: 1, files: 1 });
    expect([await whereabouts(old), await whereabouts(young)]).toEqual([NEITHER, BOTH]);
  });

  it('stays when it is uploaded again', async () => {
    const sha = await put('again');
    await backdate(sha);
    await put('again');
    expect(await collect()).toMatchObject({ rows: 0, files: 0 });
    expect(await whereabouts(sha)).toEqual(BOTH);
  });

  it('goes with its thumbnails; those of other pictures stay', async () => {
    const picture = (background: string) =>
      sharp({ create: { width: 80, height: 80, channels: 3, background } })
        .png()
        .toBuffer();
    const [old, young] = [await put(await picture('red')), await put(await picture('blue'))];
    for (const sha of [old, young]) await thumbnails.get(sha, 64);
    const past = new Date(Date.now() - 2 * HOUR_MS);
    for (const name of await readdir(join(folder, 'thumbnails')))
      await utimes(join(folder, 'thumbnails', name), past, past);
    await writeFile(join(folder, 'thumbnails', '0123456789abcdef.part'), 'being written');
    await backdate(old);
    expect(await collect()).toMatchObject({ rows: 1, thumbnails: 1 });
    expect((await readdir(join(folder, 'thumbnails'))).sort()).toEqual(
      ['0123456789abcdef.part', `${young}-64.webp`].sort(),
    );
  });
});

describe('a blob that is pointed at', () => {
  it('by a picture stays, however old', async () => {
    const sha = await put('a picture');
    await report(sha);
    await backdate(sha);
    await collect();
    expect(await whereabouts(sha)).toEqual(BOTH);
  });

  it('by two checkpoints stays until the second goes', async () => {
    const sha = await put('shared weights');
    for (const step of [1, 2]) {
      const files = [{ name: 'weights', blobSha256: sha }];
      await reportCheckpoint(fleet.database, fenceOfLease(lease), { step, files });
    }
    await backdate(sha);
    await fleet.database.checkpoint.deleteMany({ where: { step: 1 } });
    await collect();
    expect(await whereabouts(sha)).toEqual(BOTH);
    await fleet.database.checkpoint.deleteMany();
    await collect();
    expect(await whereabouts(sha)).toEqual(NEITHER);
  });
});

describe('what a crash leaves', () => {
  it('a file without a row goes when it is old, and stays while it may be on its way', async () => {
    const [old, young] = [await put('old'), await put('young')];
    await backdate(old);
    await fleet.database.blob.deleteMany();
    expect(await collect()).toMatchObject({ rows: 0, files: 1 });
    expect([await whereabouts(old), await whereabouts(young)]).toEqual([NEITHER, { row: false, file: true }]);
  });

  it('a row goes before its file: a pass that is cut off between leaves a file, which the next removes', async () => {
    const sha = await put('cut off');
    await backdate(sha);
    const broken = removingBy(() => Promise.reject(new Error('cut off')));
    await expect(collect(broken)).rejects.toThrow('cut off');
    expect(await whereabouts(sha)).toEqual({ row: false, file: true });
    expect(await collect()).toMatchObject({ rows: 0, files: 1 });
    expect(await whereabouts(sha)).toEqual(NEITHER);
  });

  it('a row whose file is gone goes too', async () => {
    const sha = await put('row only');
    await backdate(sha);
    await store.remove(sha);
    expect(await collect()).toMatchObject({ rows: 1, files: 0 });
  });

  it('half an upload goes when nobody has written to it for long', async () => {
    for (const name of ['broken', 'being-sent'])
      await writeFile(join(folder, 'blobs', 'incoming', name), 'x');
    await utimes(join(folder, 'blobs', 'incoming', 'broken'), 0, 0);
    expect(await collect()).toMatchObject({ uploads: 1 });
    expect(await readdir(join(folder, 'blobs', 'incoming'))).toEqual(['being-sent']);
  });
});

describe('at the same time', () => {
  it('two API processes collect each blob once', async () => {
    const shas = await Promise.all(Array.from({ length: 20 }, (_, i) => put(`twice ${i}`)));
    await backdate(...shas);
    const [a, b] = await Promise.all([collect(), collect()]);
    expect(a.rows + b.rows).toBe(20);
    expect(a.files + b.files).toBe(20);
  });

  it('an upload that was answered is there, row and file, however it met the collection', async () => {
    for (let round = 0; round < 15; round++) {
      const content = [1, 2, 3].map((i) => `round ${round} ${i}`);
      await backdate(...(await Promise.all(content.map(put))));
      const [shas] = await Promise.all([Promise.all(content.map(put)), collect(), collect()]);
      for (const sha of shas) expect(await whereabouts(sha)).toEqual(BOTH);
    }
  });

  it('a report is refused, or its blob stays: no picture ever points at nothing', async () => {
    for (let round = 0; round < 15; round++) {
      const sha = await put(`reported ${round}`);
      await backdate(sha);
      const [answer] = await Promise.all([
        report(sha).then(
          () => 'taken',
          (error: { code?: string; path?: string }) => `${error.code} ${error.path}`,
        ),
        collect(),
      ]);
      expect(['taken', 'BLOB_MISSING input.samples[0].blobSha256']).toContain(answer);
      expect(await whereabouts(sha)).toEqual(answer === 'taken' ? BOTH : NEITHER);
      await fleet.database.sample.deleteMany();
    }
  });

  it('a report that meets a deletion waits for it and is refused; uploaded again, it is taken', async () => {
    const sha = await put('late');
    await backdate(sha);
    let answer: Promise<unknown> | undefined;
    await fleet.database.$transaction(async (tx) => {
      expect(await deleteUnreferenced(tx, await holdBlobs(tx, [sha], HOUR_MS))).toEqual([sha]);
      answer = report(sha).catch((error: unknown) => error);
      await untilSomeoneWaits();
    });
    expect(await answer).toMatchObject({ code: 'BLOB_MISSING', path: 'input.samples[0].blobSha256' });
    await put('late');
    expect(await report(sha)).toMatchObject({ accepted: true, duplicate: false });
    await collect();
    expect(await whereabouts(sha)).toEqual(BOTH);
  });

  it('a blob that a report holds is passed by', async () => {
    const sha = await put('held');
    await backdate(sha);
    await fleet.database.$transaction(async (tx) => {
      await tx.$executeRaw`select 1 from "Blob" where sha256 = ${sha} for key share`;
      expect(await collect()).toMatchObject({ rows: 0 });
    });
    expect(await collect()).toMatchObject({ rows: 1 });
  });

  it('an upload waits for a removal of the same content, and stays', async () => {
    const sha = await put('replaced');
    await backdate(sha);
    let upload: Promise<unknown> | undefined;
    const slow = removingBy(async (given) => {
      upload = put('replaced'); // Its bytes arrive now; its last step must wait for this removal's lock.
      await untilSomeoneWaits();
      return store.remove(given);
    });
    expect(await collect(slow)).toMatchObject({ rows: 1, files: 1 });
    await upload;
    expect(await whereabouts(sha)).toEqual(BOTH);
  });
});

/** The store, with another way of removing. */
const removingBy = (remove: BlobStore['remove']): BlobStore => ({
  receive: (...given) => store.receive(...given),
  read: (...given) => store.read(...given),
  readAll: (...given) => store.readAll(...given),
  list: (...given) => store.list(...given),
  clearReceived: (...given) => store.clearReceived(...given),
  remove,
});

/** Until a statement waits for another's lock. */
async function untilSomeoneWaits(): Promise<void> {
  await expect
    .poll(async () => {
      const [row] = await fleet.database.$queryRaw<{ n: number }[]>`
        select count(*)::int as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`;
      return row?.n ?? 0;
    })
    .toBeGreaterThan(0);
}
