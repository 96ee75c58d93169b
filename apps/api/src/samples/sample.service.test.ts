import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportCheckpoint } from '../checkpoints/checkpoint.service.ts';
import { checkpointsOfRun, latestSamplesOfRun, sampleStepsOfRun } from '../runs/run.loader.ts';
import type { GrantedLease } from '../runs/claim.service.ts';
import { fenceOfLease, type Fleet, gridOf, startFleet } from '../testing/fleet.ts';
import {
  type GivenSample,
  listSamples,
  matchesFilter,
  reportSamples,
  type SampleFilter,
  whereSample,
} from './sample.service.ts';

let fleet: Fleet;
let lease: GrantedLease;
let other: GrantedLease;
let blob: string;
beforeEach(async () => {
  fleet = await startFleet();
  await fleet.sweep(gridOf(2));
  const agent = await fleet.agent('wren', 2);
  lease = await fleet.take(agent);
  other = await fleet.take(agent, { slotIndex: 1 });
  blob = await fleet.blob('png');
});
afterEach(() => fleet.close());

const picture = (change: Partial<GivenSample> = {}): GivenSample => ({
  ...{
    step: 100,
    kind: 'TRAIN_GRID',
    promptIndex: 0,
    prompt: 'a red tomato',
    seed: 1,
    width: 64,
    height: 64,
  },
  blobSha256: blob,
  ...change,
});
const report = (given: GivenSample[], to = lease) => reportSamples(fleet.database, fenceOfLease(to), given);
const listed = async (filter: SampleFilter) => {
  const where = await whereSample(fleet.database, filter);
  const page = await listSamples(fleet.database, where, { first: 100, after: null });
  return page.rows.map(({ row }) => `${row.prompt}@${row.step}#${row.seed}`).sort();
};

describe('pictures', () => {
  it('are kept once however often they are sent, also twice at the same moment', async () => {
    const batch = [picture(), picture({ seed: 2 })];
    const answers = await Promise.all([1, 2].map(() => report(batch)));
    expect(answers.map((answer) => answer.duplicate).sort()).toEqual([false, true]);
    expect(await fleet.database.sample.count()).toBe(2);
    expect(await fleet.database.change.count({ where: { kind: 'SAMPLE' } })).toBe(2);
  });

  it('whose file is not in the store are refused by their path, with all of their batch', async () => {
    const missing = 'f'.repeat(64);
    await expect(report([picture(), picture({ seed: 2, blobSha256: missing })])).rejects.toMatchObject({
      ...{ code: 'BLOB_MISSING', path: 'input.samples[1].blobSha256', sha256: missing },
    });
    await expect(report([picture({ blobSha256: '../etc/passwd' })])).rejects.toMatchObject({
      path: 'input.samples[0].blobSha256',
    });
    expect(await fleet.database.sample.count()).toBe(0);
  });

  it('refuse what is wrong by its path', async () => {
    const path = (change: Partial<GivenSample>) => report([picture(change)]).catch((error) => error.path);
    expect(await path({ step: -1 })).toBe('input.samples[0].step');
    expect(await path({ promptIndex: -1 })).toBe('input.samples[0].promptIndex');
    expect(await path({ prompt: 'x'.repeat(2_001) })).toBe('input.samples[0].prompt');
    expect(await path({ width: 0 })).toBe('input.samples[0].width');
    expect(await path({ height: 40_000 })).toBe('input.samples[0].height');
  });

  it('are found by caption, run, step, seed and newest step', async () => {
    await report([
      picture(),
      picture({ step: 200 }),
      picture({ step: 200, promptIndex: 1, prompt: '100% BLUE whale', seed: 7 }),
    ]);
    await report([picture({ step: 50, prompt: 'a Red_dish' })], other);
    expect(await listed({ prompt: 'RED' })).toEqual([
      'a Red_dish@50#1',
      'a red tomato@100#1',
      'a red tomato@200#1',
    ]);
    expect(await listed({ prompt: '100% blue' })).toEqual(['100% BLUE whale@200#7']);
    expect(await listed({ prompt: 'd_d' })).toEqual(['a Red_dish@50#1']);
    expect(await listed({ runIds: [other.id] })).toEqual(['a Red_dish@50#1']);
    expect(await listed({ sweepId: lease.sweepId, minStep: 100, maxStep: 199 })).toEqual([
      'a red tomato@100#1',
    ]);
    expect(await listed({ seed: 7 })).toEqual(['100% BLUE whale@200#7']);
    expect(await listed({ latestOnly: true })).toEqual([
      '100% BLUE whale@200#7',
      'a Red_dish@50#1',
      'a red tomato@200#1',
    ]);
    expect(await listed({ latestOnly: true, prompt: 'red' })).toEqual([
      'a Red_dish@50#1',
      'a red tomato@200#1',
    ]);
    expect(await listed({ kind: 'REAL' })).toEqual([]);
    expect(await sampleStepsOfRun(fleet.database, [lease.id, other.id])).toEqual([[100, 200], [50]]);
    const [latest] = await latestSamplesOfRun(fleet.database, [lease.id]);
    expect(latest?.map((row) => row.prompt)).toEqual(['a red tomato', '100% BLUE whale']);
  });

  it('of a live filter match as those of a list do', async () => {
    await report([picture()]);
    const { id } = await fleet.database.sample.findFirstOrThrow();
    expect(await matchesFilter(fleet.database, id, { prompt: 'TOMATO', minStep: 100 })).toBe(true);
    expect(await matchesFilter(fleet.database, id, { prompt: 'whale' })).toBe(false);
  });

  it('come in pages that follow each other, newest first', async () => {
    await report(Array.from({ length: 7 }, (_, seed) => picture({ seed })));
    const where = await whereSample(fleet.database, {});
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const page = await listSamples(fleet.database, where, { first: 3, after });
      seen.push(...page.rows.map(({ row }) => row.id));
      after = page.rows.at(-1)?.cursor ?? null;
      more = page.hasNextPage;
    }
    expect(seen).toEqual([...seen].sort().reverse());
    expect(new Set(seen).size).toBe(7);
  });

  it('refuse a filter that cannot be, by its path', async () => {
    await expect(whereSample(fleet.database, { runIds: ['x'] })).rejects.toMatchObject({
      path: 'filter.runIds[0]',
    });
    await expect(whereSample(fleet.database, { sweepId: 'x' })).rejects.toMatchObject({
      path: 'filter.sweepId',
    });
  });
});

describe('checkpoints', () => {
  const files = () => [{ name: 'generator.safetensors', blobSha256: blob }];
  const keep = (step: number, given: readonly { name: string; blobSha256: string }[] = files()) =>
    reportCheckpoint(fleet.database, fenceOfLease(lease), { step, files: given });

  it('are kept once however often they are sent, also twice at the same moment', async () => {
    const [a, b] = await Promise.all([keep(10), keep(10)]);
    expect(a?.id).toBe(b?.id);
    expect(await fleet.database.checkpointFile.count()).toBe(1);
  });

  it('exist only when all their files do', async () => {
    await expect(keep(10, [...files(), { name: 'b', blobSha256: 'e'.repeat(64) }])).rejects.toMatchObject({
      path: 'input.files[1].blobSha256',
    });
    expect(await fleet.database.checkpoint.count()).toBe(0);
  });

  it('refuse names that look like paths, and twins', async () => {
    for (const name of ['../a', 'a/b', '.hidden', '', 'C:\\a', 'a%2fb']) {
      await expect(keep(10, [{ name, blobSha256: blob }])).rejects.toMatchObject({
        path: 'input.files[0].name',
      });
    }
    await expect(keep(10, [...files(), ...files()])).rejects.toMatchObject({ path: 'input.files[1].name' });
    await expect(keep(10, [])).rejects.toMatchObject({ path: 'input.files' });
    await expect(keep(-1)).rejects.toMatchObject({ path: 'input.step' });
  });

  it('are listed newest first', async () => {
    await keep(10);
    await keep(20);
    const [list] = await checkpointsOfRun(fleet.database, [lease.id]);
    expect(list?.map((row) => row.step)).toEqual([20, 10]);
  });
});
