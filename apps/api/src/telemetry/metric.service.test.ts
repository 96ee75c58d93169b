import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportCheckpoint } from '../checkpoints/checkpoint.service.ts';
import type { GrantedLease } from '../runs/claim.service.ts';
import { settleRun } from '../runs/settle.service.ts';
import { reportSamples } from '../samples/sample.service.ts';
import { fenceOfLease, type Fleet, gridOf, startFleet } from '../testing/fleet.ts';
import { reportMetrics } from './metric.service.ts';
import { readSeries, type SeriesAxis } from './series.service.ts';

let fleet: Fleet;
beforeEach(async () => {
  fleet = await startFleet();
});
afterEach(() => fleet.close());

const OBJECTIVE = 'eval/r_precision';
const finished = { outcome: 'FINISHED', step: 1, failureClass: null, failureMessage: null } as const;

/** Points at the steps given, a second apart. */
const column = (key: string, steps: readonly number[], value: (step: number) => number) => ({
  key,
  steps,
  values: steps.map(value),
  times: steps.map((step) => 1_000_000 + step * 1_000),
});
const report = (lease: GrantedLease, sequence: number, ...columns: ReturnType<typeof column>[]) =>
  reportMetrics(fleet.database, fenceOfLease(lease), { sequence, columns });
const runOf = (id: string) => fleet.database.run.findUniqueOrThrow({ where: { id } });
const series = async (
  lease: GrantedLease,
  key: string,
  more: { points?: number; axis?: SeriesAxis; minStep?: number; maxStep?: number } = {},
) => {
  const [found] = await readSeries(fleet.database, {
    ...{ runIds: [lease.id], keys: [key], axis: 'STEP', points: 400, minStep: null, maxStep: null },
    ...more,
  });
  if (!found) throw new Error('no series');
  return found;
};

describe('a batch', () => {
  it('is kept once however often it is sent, also twice at the same moment', async () => {
    await fleet.sweep(gridOf(1));
    const lease = await fleet.take(await fleet.agent());
    const batch = column('g/loss', [1, 2, 3], (step) => step / 10);
    const answers = await Promise.all([1, 2].map(() => report(lease, 0, batch)));
    expect(answers.map((answer) => answer.duplicate).sort()).toEqual([false, true]);
    expect(await report(lease, 0, batch)).toMatchObject({
      accepted: true,
      duplicate: true,
      command: 'CONTINUE',
    });
    expect((await series(lease, 'g/loss')).totalPoints).toBe(3);
    expect(await runOf(lease.id)).toMatchObject({ step: 3 });
    expect(await fleet.database.change.count({ where: { kind: 'METRICS' } })).toBe(1);
  });

  it('keeps the latest value and the range of each metric, whatever the order of arrival', async () => {
    await fleet.sweep(gridOf(1));
    const lease = await fleet.take(await fleet.agent());
    await report(
      lease,
      1,
      column('d/loss', [30, 40], (step) => step),
    );
    await report(
      lease,
      0,
      column('d/loss', [20, 10], (step) => -step),
    );
    expect(await fleet.database.runMetric.findFirstOrThrow()).toMatchObject({
      step: 40,
      last: 40,
      min: -20,
      max: 40,
    });
    expect((await series(lease, 'd/loss')).last).toEqual([-10, -20, 30, 40]);
  });

  it('keeps NaN and infinities, which are gaps in a chart', async () => {
    await fleet.sweep(gridOf(1));
    const lease = await fleet.take(await fleet.agent());
    const values = [1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2, Number.NaN];
    await report(
      lease,
      0,
      column('g/loss', [0, 1, 2, 3, 4, 5], (step) => values[step] ?? 0),
    );
    expect((await fleet.database.metricBatch.findFirstOrThrow()).values).toEqual(values);
    expect(await series(lease, 'g/loss')).toMatchObject({
      ...{ last: [1, null, null, null, 2, null], max: [1, null, null, null, 2, null] },
    });
    expect(await fleet.database.runMetric.findFirstOrThrow()).toMatchObject({
      last: Number.NaN,
      min: 1,
      max: 2,
    });
  });

  it('refuses what is wrong by its path, and keeps nothing of it', async () => {
    await fleet.sweep(gridOf(1));
    const lease = await fleet.take(await fleet.agent());
    const good = column('a', [1, 2], () => 1);
    const path = (sequence: number, ...columns: ReturnType<typeof column>[]) =>
      report(lease, sequence, ...columns).catch((error) => [error.code, error.path]);
    expect(await path(-1, good)).toEqual(['BAD_INPUT', 'input.sequence']);
    expect(await path(0, good, { ...good, key: '' })).toEqual(['BAD_INPUT', 'input.columns[1].key']);
    expect(await path(0, good, good)).toEqual(['BAD_INPUT', 'input.columns[1].key']);
    expect(await path(0, { ...good, steps: [] })).toEqual(['BAD_INPUT', 'input.columns[0].steps']);
    expect(await path(0, { ...good, values: [1] })).toEqual(['BAD_INPUT', 'input.columns[0].values']);
    expect(await path(0, { ...good, times: [1] })).toEqual(['BAD_INPUT', 'input.columns[0].times']);
    expect(await path(0, { ...good, steps: [1, -2] })).toEqual(['BAD_INPUT', 'input.columns[0].steps[1]']);
    expect(await path(0, { ...good, times: [1, Number.NaN] })).toEqual([
      'BAD_INPUT',
      'input.columns[0].times[1]',
    ]);
    const tooMany = column(
      'a',
      Array.from({ length: 100_001 }, (_, i) => i),
      () => 0,
    );
    expect(await path(0, tooMany)).toEqual(['BAD_INPUT', 'input.columns']);
    expect(await fleet.database.metricBatch.count()).toBe(0);
  });
});

describe('the objective', () => {
  for (const [at, expected] of [
    ['last', 0.3],
    ['best', 0.7],
    [15, 0.7],
  ] as const) {
    it(`is the value at ${at}`, async () => {
      await fleet.sweep(gridOf(1, { objective_at: at }));
      const lease = await fleet.take(await fleet.agent());
      await report(
        lease,
        0,
        column(OBJECTIVE, [10, 20], (step) => (step === 20 ? 0.7 : 0.1)),
      );
      await report(
        lease,
        1,
        column(OBJECTIVE, [30], () => 0.3),
      );
      expect((await runOf(lease.id)).objective).toBe(expected);
    });
  }

  it('that reaches the target stops the sweep: no new runs', async () => {
    const metric = { name: OBJECTIVE, goal: 'maximize', target: 0.9 };
    const sweep = await fleet.sweep(gridOf(9, { metric }));
    const agent = await fleet.agent('wren', 2);
    const lease = await fleet.take(agent);
    await report(
      lease,
      0,
      column(OBJECTIVE, [10], () => 0.89),
    );
    expect((await fleet.database.sweep.findFirst())?.state).toBe('RUNNING');
    await report(
      lease,
      1,
      column(OBJECTIVE, [20], () => 0.9),
    );
    expect((await fleet.database.sweep.findUnique({ where: { id: sweep.id } }))?.state).toBe('STOPPING');
    expect((await fleet.lease(agent, { slotIndex: 1 })).kind).toBe('no-work');
    await settleRun(fleet.database, fenceOfLease(lease), finished);
    expect((await fleet.database.sweep.findUnique({ where: { id: sweep.id } }))?.state).toBe('FINISHED');
  });
});

describe('the stopping rule', () => {
  const stopping = { early_terminate: { type: 'median', n_startup_trials: 2, n_warmup_steps: 0 } };

  it('ends a run that is worse than the median of the finished ones, with an explanation', async () => {
    await fleet.sweep(gridOf(4, stopping));
    const agent = await fleet.agent();
    for (const level of [0.6, 0.8]) {
      const lease = await fleet.take(agent);
      expect(
        await report(
          lease,
          0,
          column(OBJECTIVE, [10, 20], () => level),
        ),
      ).toMatchObject({ command: 'CONTINUE' });
      await settleRun(fleet.database, fenceOfLease(lease), finished);
    }
    const bad = await fleet.take(agent);
    const answer = await report(
      bad,
      0,
      column(OBJECTIVE, [10], () => 0.1),
    );
    expect(answer).toMatchObject({ command: 'PRUNE', reason: expect.stringContaining('median') });
    expect(await runOf(bad.id)).toMatchObject({
      command: 'PRUNE',
      stopReason: { rule: 'median', step: 10, value: 0.1, cutoff: 0.7, peers: [{ run: 2 }, { run: 1 }] },
    });
    expect(
      await report(
        bad,
        1,
        column(OBJECTIVE, [20], () => 0.9),
      ),
    ).toMatchObject({ command: 'PRUNE' });
    await settleRun(fleet.database, fenceOfLease(bad), { ...finished, outcome: 'PRUNED' });
    const good = await fleet.take(agent);
    expect(
      await report(
        good,
        0,
        column(OBJECTIVE, [10], () => 0.75),
      ),
    ).toMatchObject({ command: 'CONTINUE' });
  });
});

describe('a resume', () => {
  it('supersedes what came after the checkpoint: points, pictures, latest values, objective, step', async () => {
    await fleet.sweep(gridOf(1, { objective_at: 'best' }));
    const agent = await fleet.agent();
    const first = await fleet.take(agent);
    const blob = await fleet.blob('png');
    const picture = (step: number) => ({
      ...{
        step,
        kind: 'TRAIN_GRID' as const,
        promptIndex: 0,
        prompt: 'a',
        seed: 1,
        blobSha256: blob,
        width: 1,
        height: 1,
      },
    });
    await report(
      first,
      0,
      column('g/loss', [1, 2, 3, 4, 5], (step) => step),
      column(OBJECTIVE, [2, 4], (step) => step / 10),
    );
    await report(
      first,
      1,
      column('late', [4], () => 1),
    );
    await reportSamples(fleet.database, fenceOfLease(first), [picture(2), picture(4)]);
    const files = [{ name: 'weights', blobSha256: blob }];
    await reportCheckpoint(fleet.database, fenceOfLease(first), { step: 1, files });
    await reportCheckpoint(fleet.database, fenceOfLease(first), { step: 3, files });
    expect(await runOf(first.id)).toMatchObject({ objective: 0.4, step: 5 });
    await settleRun(fleet.database, fenceOfLease(first), { ...finished, outcome: 'RELEASED', step: 5 });

    const second = await fleet.take(agent);
    expect(second).toMatchObject({ id: first.id, epoch: 2, checkpointStep: 3 });
    expect(await runOf(first.id)).toMatchObject({ objective: 0.2, objectiveStep: 2, step: 3 });
    const latest = await fleet.database.runMetric.findMany({ orderBy: { key: 'asc' } });
    expect(latest.map((row) => [row.key, row.step, row.last, row.max])).toEqual([
      [OBJECTIVE, 2, 0.2, 0.2],
      ['g/loss', 3, 3, 3],
    ]);
    expect(
      (await fleet.database.sample.findMany({ where: { superseded: false } })).map((row) => row.step),
    ).toEqual([2]);
    expect(await fleet.database.attempt.findMany({ orderBy: { epoch: 'asc' } })).toMatchObject([
      { epoch: 1, keptThroughStep: 3, resumedFromStep: 0 },
      { epoch: 2, keptThroughStep: null, resumedFromStep: 3 },
    ]);

    await report(
      second,
      0,
      column('g/loss', [4, 5, 6], (step) => step * 100),
    );
    const curve = await series(second, 'g/loss');
    expect(curve.steps).toEqual([1, 2, 3, 4, 5, 6]);
    expect(curve.last).toEqual([1, 2, 3, 400, 500, 600]);
    expect(curve.attempts).toEqual([
      { epoch: 1, fromStep: 0 },
      { epoch: 2, fromStep: 3 },
    ]);
  });

  it('without a checkpoint supersedes everything, step 0 too', async () => {
    await fleet.sweep(gridOf(1));
    const agent = await fleet.agent();
    const first = await fleet.take(agent);
    await report(
      first,
      0,
      column('g/loss', [0, 1], () => 9),
    );
    await settleRun(fleet.database, fenceOfLease(first), { ...finished, outcome: 'RELEASED' });
    const second = await fleet.take(agent);
    expect(second).toMatchObject({ epoch: 2, checkpointId: null });
    expect(await fleet.database.runMetric.count()).toBe(0);
    await report(
      second,
      0,
      column('g/loss', [0], () => 1),
    );
    expect(await series(second, 'g/loss')).toMatchObject({ steps: [0], last: [1], totalPoints: 1 });
  });

  it('of three attempts keeps each one’s own stretch', async () => {
    await fleet.sweep(gridOf(1));
    const agent = await fleet.agent();
    const files = [{ name: 'weights', blobSha256: await fleet.blob('w') }];
    for (const [epoch, from, checkpoint, to] of [
      [1, 0, 20, 30],
      [2, 20, 10, 25],
      [3, 20, 0, 40],
    ] as const) {
      const lease = await fleet.take(agent);
      expect(lease.epoch).toBe(epoch);
      const steps = Array.from({ length: to - from }, (_, i) => from + i + 1);
      await report(
        lease,
        0,
        column('g/loss', steps, () => epoch),
      );
      if (epoch === 1)
        await reportCheckpoint(fleet.database, fenceOfLease(lease), { step: checkpoint, files });
      await settleRun(fleet.database, fenceOfLease(lease), { ...finished, outcome: 'RELEASED' });
      if (epoch === 3) {
        const curve = await series(lease, 'g/loss');
        expect(curve.steps).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
        expect(curve.last).toEqual(curve.steps.map((step) => (step <= 20 ? 1 : 3)));
      }
    }
  });
});

describe('a chart', () => {
  it('shows a single spike in 1,000,000 points at 400 points a curve', async () => {
    await fleet.sweep(gridOf(1));
    const lease = await fleet.take(await fleet.agent());
    const spike = 654_321;
    await fleet.database.$executeRaw`
      insert into "MetricBatch" ("runId", key, epoch, sequence, "minStep", "maxStep", count, "minValue", "maxValue",
        "lastValue", "lastTime", steps, "values", times)
      select ${lease.id}::uuid, 'g/loss', 1, n, n * 1000, n * 1000 + 999, 1000, 0, max(v), 0, n * 1000 + 999,
        array_agg(s order by s), array_agg(v order by s), array_agg(s order by s)
      from generate_series(0, 999) n, generate_series(n * 1000, n * 1000 + 999) s,
        lateral (select case when s = ${spike}::int then 1e6 else 0 end::float8 as v) x
      group by n`;
    const started = performance.now();
    const curve = await series(lease, 'g/loss');
    console.info(`1,000,000 points to ${curve.steps.length}: ${Math.round(performance.now() - started)} ms`);
    expect(curve.totalPoints).toBe(1_000_000);
    expect(curve.steps).toHaveLength(400);
    expect(curve.max.filter((value) => value === 1e6)).toHaveLength(1);
    const at = curve.max.indexOf(1e6);
    expect(curve.steps[at]).toBeGreaterThanOrEqual(spike);
    expect(curve.steps[at - 1]).toBeLessThan(spike);
    expect(curve.steps.at(-1)).toBe(999_999);
    const zoomed = await series(lease, 'g/loss', { minStep: spike - 50, maxStep: spike + 50 });
    expect(zoomed.totalPoints).toBe(101);
    expect(zoomed.last[50]).toBe(1e6);
  });

  it('agrees with a bucketing of the raw points, wherever batches begin', async () => {
    await fleet.sweep(gridOf(1));
    const lease = await fleet.take(await fleet.agent());
    let state = 1;
    const random = () => {
      state = (state * 48271) % 2147483647;
      return state / 2147483647;
    };
    const points: { step: number; value: number }[] = [];
    for (let step = 3, sequence = 0; points.length < 3_000; sequence++) {
      const batch = Array.from({ length: 1 + Math.floor(random() * 90) }, () => {
        step += 1 + Math.floor(random() * 4);
        return { step, value: random() * 100 - 50 };
      });
      points.push(...batch);
      await report(lease, sequence, {
        key: 'x',
        steps: batch.map((point) => point.step),
        values: batch.map((point) => point.value),
        times: batch.map((point) => point.step),
      });
    }
    const [first, last] = [points[0]?.step ?? 0, points.at(-1)?.step ?? 0];
    const buckets = new Map<number, number[]>();
    for (const { step, value } of points) {
      const bucket = Math.floor(((step - first) * 37) / (last - first + 1));
      buckets.set(bucket, [...(buckets.get(bucket) ?? []), value]);
    }
    const expected = [...buckets.values()];
    const curve = await series(lease, 'x', { points: 37 });
    expect(curve.min).toEqual(expected.map((values) => Math.min(...values)));
    expect(curve.max).toEqual(expected.map((values) => Math.max(...values)));
    expect(curve.last).toEqual(expected.map((values) => values.at(-1)));
  });

  it('answers for 100 runs and two metrics at once, in the order asked for', async () => {
    await fleet.sweep(gridOf(100));
    const agent = await fleet.agent('fleet', 64);
    const leases: GrantedLease[] = [];
    for (let i = 0; i < 100; i++) leases.push(await fleet.take(agent, { slotIndex: i % 64 }));
    for (const [i, lease] of leases.entries()) {
      await report(
        lease,
        0,
        column('a', [1, 2], () => i),
        column('b', [1], () => -i),
      );
    }
    const runIds = leases.map((lease) => lease.id).reverse();
    const found = await readSeries(fleet.database, {
      runIds,
      keys: ['b', 'a'],
      axis: 'STEP',
      points: 800,
      minStep: null,
      maxStep: null,
    });
    expect(found.map((curve) => [curve.runId, curve.key])).toEqual(
      runIds.flatMap((id) => [
        [id, 'b'],
        [id, 'a'],
      ]),
    );
    expect(found[1]?.last).toEqual([99, 99]);
  });

  it('lies on steps, on time, or on time since the first point', async () => {
    await fleet.sweep(gridOf(1));
    const lease = await fleet.take(await fleet.agent());
    await report(
      lease,
      0,
      column('a', [1, 2, 5], () => 1),
    );
    expect((await series(lease, 'a')).x).toEqual([1, 2, 5]);
    expect((await series(lease, 'a', { axis: 'TIME' })).x).toEqual([1_001_000, 1_002_000, 1_005_000]);
    expect((await series(lease, 'a', { axis: 'RELATIVE_TIME' })).x).toEqual([0, 1_000, 4_000]);
  });

  it('refuses what is wrong by its path', async () => {
    const good = {
      runIds: [],
      keys: ['a'],
      axis: 'STEP' as const,
      points: 400,
      minStep: null,
      maxStep: null,
    };
    const path = (change: object) =>
      readSeries(fleet.database, { ...good, ...change }).catch((error) => error.path);
    expect(await path({ runIds: ['x'] })).toBe('input.runIds[0]');
    expect(await path({ points: 0 })).toBe('input.points');
    expect(await path({ keys: Array.from({ length: 51 }, (_, i) => String(i)) })).toBe('input.keys');
    expect(await path({ keys: ['a', 'a'] })).toBe('input.keys');
    expect(await path({})).toEqual([]);
  });
});
