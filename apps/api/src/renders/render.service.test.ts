import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectBlobs } from '../blobs/collection.service.ts';
import type { BlobStore } from '../blobs/blob-store.type.ts';
import type { Thumbnails } from '../blobs/thumbnails.ts';
import { retireCheckpoints } from '../checkpoints/retention.service.ts';
import { ConflictError, NotFoundError } from '../errors/api.error.ts';
import { newId } from '../id.ts';
import { settleRun } from '../runs/settle.service.ts';
import { suggestRuns } from '../sweeps/suggestion.service.ts';
import { fenceOfLease } from '../testing/fleet.ts';
import { type RenderFleet, startRenderFleet } from '../testing/render-fleet.ts';
import { cancelRender, createRender, listRenders } from './render.service.ts';

const CAPTIONS = { captions: ['a wren'], seeds: [1] };
let fleet: RenderFleet;
beforeEach(async () => {
  fleet = await startRenderFleet(1, 10, 20);
});
afterEach(() => fleet.close());

const create = (request: unknown, checkpointId: string | null = null, kind = 'CAPTIONS' as const) =>
  createRender(fleet.database, { runId: fleet.training.id, checkpointId, kind, request });

describe('asking for pictures', () => {
  it('takes the newest checkpoint that still counts, and numbers the renders of the run', async () => {
    const [first, second] = [await fleet.ask(), await fleet.ask()];
    expect([first.number, second.number]).toEqual([1, 2]);
    expect(first).toMatchObject({ state: 'QUEUED', step: 20, epoch: 1, kind: 'CAPTIONS' });
    await fleet.database.checkpoint.updateMany({ where: { step: 20 }, data: { damagedAt: new Date() } });
    expect(await fleet.ask()).toMatchObject({ step: 10 });
  });

  it('two at the same moment get two numbers', async () => {
    const renders = await Promise.all([fleet.ask(), fleet.ask(), fleet.ask()]);
    expect(renders.map((render) => render.number).sort()).toEqual([1, 2, 3]);
  });

  it('takes the checkpoint that was chosen, and keeps the request with its defaults', async () => {
    const { id } = await fleet.database.checkpoint.findFirstOrThrow({ where: { step: 10 } });
    const created = await create({ captions: [' a wren '] }, id);
    expect(created).toMatchObject({
      ok: true,
      render: { step: 10, request: { kind: 'CAPTIONS', captions: ['a wren'], seeds: [1, 2, 3, 4] } },
    });
  });

  it('says in words what is wrong: with the request, the run, the checkpoint', async () => {
    expect(await create({ captions: [] })).toMatchObject({ problems: [{ path: 'captions' }] });
    expect(await create('a wren')).toMatchObject({ problems: [{ path: '', message: 'is not an object' }] });
    expect(await create({ ...CAPTIONS, kind: 'STYLE_TRANSFER' })).toMatchObject({
      problems: [{ path: 'kind', expected: 'CAPTIONS' }],
    });
    expect(await create(CAPTIONS, newId())).toMatchObject({ problems: [{ path: 'checkpointId' }] });
    const { id } = await fleet.database.checkpoint.findFirstOrThrow({ where: { step: 10 } });
    const data = { damagedAt: new Date(), damageReason: 'the last bytes are missing' };
    await fleet.database.checkpoint.update({ where: { id }, data });
    expect(await create(CAPTIONS, id)).toMatchObject({
      problems: [{ path: 'checkpointId', message: 'is damaged: the last bytes are missing' }],
    });
    await fleet.database.checkpoint.deleteMany();
    expect(await create(CAPTIONS)).toEqual({
      ok: false,
      problems: [
        {
          path: 'runId',
          message: `${fleet.training.name} has no checkpoint to draw from yet`,
          expected: 'a run that has written a checkpoint',
        },
      ],
    });
    const unknown = { runId: newId(), checkpointId: null, kind: 'CAPTIONS', request: CAPTIONS } as const;
    await expect(createRender(fleet.database, unknown)).rejects.toThrow(NotFoundError);
    expect(await fleet.database.render.count()).toBe(0);
  });

  it('is refused for a run that a program has trained: its checkpoints are its own affair', async () => {
    const parameters = { lr: { values: [0.1] } };
    const sweep = await fleet.sweep({ method: 'grid', trainer: 'command', command: ['train'], parameters });
    await suggestRuns(fleet.database, sweep.id);
    const run = await fleet.database.run.findFirstOrThrow({ where: { sweepId: sweep.id } });
    const asked = { runId: run.id, checkpointId: null, kind: 'CAPTIONS', request: CAPTIONS } as const;
    expect(await createRender(fleet.database, asked)).toMatchObject({
      problems: [{ path: 'runId', expected: 'a run of trainer gan-cls' }],
    });
  });

  it('takes the style of PNG and JPEG pictures that are stored, of no other file', async () => {
    const picture = await fleet.blob('a picture');
    const weights = await fleet.blob('weights');
    await fleet.database.blob.update({
      where: { sha256: weights },
      data: { contentType: 'application/vnd.safetensors' },
    });
    const missing = 'f'.repeat(64);
    const request = { style: [picture, weights, missing], captions: ['a wren'] };
    const kind = 'STYLE_TRANSFER' as const;
    const asked = { runId: fleet.training.id, checkpointId: null, kind, request };
    expect(await createRender(fleet.database, asked)).toMatchObject({
      problems: [
        { path: 'style[1]', message: 'is application/vnd.safetensors' },
        { path: 'style[2]', message: 'is not stored here' },
      ],
    });
    expect(await fleet.ask({ ...request, style: [picture] }, kind)).toMatchObject({ kind });
  });
});

describe('cancelling', () => {
  it('ends one that waits and one that is drawn, once; one that has ended otherwise stays as it is', async () => {
    const waits = await fleet.ask();
    expect(await cancelRender(fleet.database, waits.id)).toMatchObject({ state: 'CANCELLED' });
    expect(await cancelRender(fleet.database, waits.id)).toMatchObject({ state: 'CANCELLED' });
    const drawn = await fleet.ask();
    await fleet.takeRender(fleet.trainer);
    expect(await cancelRender(fleet.database, drawn.id)).toMatchObject({ state: 'CANCELLED' });
    const done = await fleet.ask();
    await fleet.database.render.update({ where: { id: done.id }, data: { state: 'FINISHED' } });
    await expect(cancelRender(fleet.database, done.id)).rejects.toThrow(ConflictError);
    await expect(cancelRender(fleet.database, newId())).rejects.toThrow(NotFoundError);
  });
});

describe('the list', () => {
  it('is newest first, in pages', async () => {
    for (let i = 0; i < 3; i++) await fleet.ask();
    const where = { runId: fleet.training.id };
    const first = await listRenders(fleet.database, where, { first: 2, after: null });
    expect(first.rows.map(({ row }) => row.number)).toEqual([3, 2]);
    expect(first.hasNextPage).toBe(true);
    const after = first.rows.at(-1)?.cursor ?? null;
    const second = await listRenders(fleet.database, where, { first: 2, after });
    expect(second.rows.map(({ row }) => row.number)).toEqual([1]);
  });
});

describe('what a render needs stays', () => {
  it('its checkpoint, until it has ended', async () => {
    const { id } = await fleet.database.checkpoint.findFirstOrThrow({ where: { step: 10 } });
    await create(CAPTIONS, id);
    await settleRun(fleet.database, fenceOfLease(fleet.training), {
      ...{ outcome: 'FINISHED', step: 20, failureClass: null, failureMessage: null, peakMemoryMb: null },
    });
    expect(await retireCheckpoints(fleet.database, 1)).toBe(0);
    await fleet.database.render.updateMany({ data: { state: 'FINISHED' } });
    expect(await retireCheckpoints(fleet.database, 1)).toBe(1);
    const [render] = await fleet.database.render.findMany();
    expect(render, 'the render stays and still says its step').toMatchObject({
      checkpointId: null,
      step: 10,
    });
  });

  it('the pictures whose style it takes, as long as it is there', async () => {
    const style = await fleet.blob('a picture');
    const other = await fleet.blob('another');
    const render = await fleet.ask({ style: [style], captions: ['a wren'] }, 'STYLE_TRANSFER');
    await fleet.database.blob.updateMany({ data: { lastPutAt: new Date(Date.now() - 7_200_000) } });
    await collect();
    expect(await stored(style, other)).toEqual([style]);
    await fleet.database.render.delete({ where: { id: render.id } });
    await collect();
    expect(await stored(style, other)).toEqual([]);
  });
});

/** Rows alone: the folder has its own tests. */
async function collect(): Promise<void> {
  const store = {
    list: async function* () {},
    remove: async () => true,
    clearReceived: async () => 0,
  } as unknown as BlobStore;
  const thumbnails = { clear: async () => 0 } as unknown as Thumbnails;
  await collectBlobs({ database: fleet.database, store, thumbnails, graceMs: 3_600_000 });
}

async function stored(...sha256s: string[]): Promise<string[]> {
  const rows = await fleet.database.blob.findMany({ where: { sha256: { in: sha256s } } });
  return rows.map((row) => row.sha256);
}
