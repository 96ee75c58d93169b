import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Agent } from '../generated/prisma/client.ts';
import { commandRun } from '../runs/run.service.ts';
import { checkpointsOfRun } from '../runs/run.loader.ts';
import { settleRun } from '../runs/settle.service.ts';
import { reportMetrics } from '../telemetry/metric.service.ts';
import { curveOf } from '../telemetry/metric.sql.ts';
import { createDatabase } from '../database.ts';
import { fenceOfLease, type Fleet, gridOf, startFleet } from '../testing/fleet.ts';
import { reportCheckpoint } from './checkpoint.service.ts';
import { retireCheckpoints } from './retention.service.ts';

type Lease = Awaited<ReturnType<Fleet['take']>>;

let fleet: Fleet;
let agent: Agent;
let runId: string;
beforeEach(async () => {
  fleet = await startFleet();
  await fleet.sweep(gridOf(1, { max_failures: 1 }));
  agent = await fleet.agent();
});
afterEach(() => fleet.close());

/** Trains from the step that the lease resumes from up to `to`: a point a step, a checkpoint every ten. */
async function train(lease: Lease, to: number): Promise<void> {
  runId = lease.id;
  const from = lease.checkpointStep ?? 0;
  const steps = Array.from({ length: to - from }, (_, i) => from + i + 1);
  const values = steps.map((step) => step + lease.epoch / 10);
  const column = { key: 'eval/r_precision', steps, values, times: steps };
  await reportMetrics(fleet.database, fenceOfLease(lease), { sequence: 1, columns: [column] });
  for (const step of steps.filter((each) => each % 10 === 0)) {
    const files = [{ name: 'weights', blobSha256: await fleet.blob(`${lease.epoch} ${step}`) }];
    await reportCheckpoint(fleet.database, fenceOfLease(lease), { step, files });
  }
}

const settle = (lease: Lease, outcome: 'FAILED' | 'RELEASED', failureClass: string | null = null) =>
  settleRun(fleet.database, fenceOfLease(lease), {
    ...{
      outcome,
      step: 0,
      failureClass,
      failureMessage: failureClass && 'generator.safetensors: bad header',
    },
  });

async function trainAndRelease(to: number): Promise<void> {
  const lease = await fleet.take(agent);
  await train(lease, to);
  await settle(lease, 'RELEASED');
}

/** Which attempt each step's point is from, the steps in order: the curve that a chart draws. */
async function curve(): Promise<string> {
  const { steps, values } = await curveOf(fleet.database, runId, 'eval/r_precision');
  expect(steps).toEqual(steps.map((_, i) => i + 1));
  return values.map((value, i) => Math.round((value - i - 1) * 10)).join('');
}

it('a checkpoint that cannot be read is marked, and the next attempt starts from the one before it, at once', async () => {
  await trainAndRelease(35);
  const second = await fleet.take(agent);
  expect(second.checkpointStep).toBe(30);
  await settle(second, 'FAILED', 'checkpoint_corrupt');
  expect(await fleet.database.checkpoint.findFirst({ where: { step: 30 } })).toMatchObject({
    ...{ damagedAt: expect.any(Date), damageReason: 'generator.safetensors: bad header' },
  });
  expect(await fleet.database.run.findFirst()).toMatchObject({
    ...{ state: 'QUEUED', retries: 0, notBefore: null, failureClass: 'checkpoint_corrupt' },
  });
  expect(await fleet.database.slot.findFirst()).toMatchObject({ failuresInARow: 0, lastError: null });
  const third = await fleet.take(agent);
  expect(third).toMatchObject({ epoch: 3, checkpointStep: 20 });
  expect(await fleet.database.attempt.findFirst({ where: { epoch: 3 } })).toMatchObject({
    ...{ checkpointId: third.checkpointId, resumedFromStep: 20 },
  });
  await train(third, 40);
  expect(await curve()).toBe('1'.repeat(20) + '3'.repeat(20));
  expect(await fleet.database.run.findFirst()).toMatchObject({
    objective: 40.3,
    objectiveStep: 40,
    step: 40,
  });
});

it('when every checkpoint is damaged, one after the other, the run starts afresh and its curve with it', async () => {
  await trainAndRelease(25);
  for (const step of [20, 10]) {
    const lease = await fleet.take(agent);
    expect(lease.checkpointStep).toBe(step);
    await settle(lease, 'FAILED', 'checkpoint_corrupt');
  }
  const fresh = await fleet.take(agent);
  expect(fresh).toMatchObject({ epoch: 4, checkpointId: null, checkpointStep: null });
  expect((await curveOf(fleet.database, runId, 'eval/r_precision')).steps).toEqual([]);
  expect(await fleet.database.run.findFirst()).toMatchObject({ objective: null, step: 0, retries: 0 });
  await train(fresh, 15);
  expect(await curve()).toBe('4'.repeat(15));
});

it('an attempt that started afresh and blames a checkpoint has crashed: it counts and waits', async () => {
  await settle(await fleet.take(agent), 'FAILED', 'checkpoint_corrupt');
  expect(await fleet.database.run.findFirst()).toMatchObject({
    ...{ state: 'QUEUED', retries: 1, notBefore: expect.any(Date), failureClass: 'crashed' },
  });
});

it('the count of failures goes on where it stood: damage neither adds to it nor begins it anew', async () => {
  await trainAndRelease(25);
  await fleet.database.run.updateMany({ data: { retries: 1 } });
  await settle(await fleet.take(agent), 'FAILED', 'checkpoint_corrupt');
  expect(await fleet.database.run.findFirst()).toMatchObject({ state: 'QUEUED', retries: 1 });
});

it('a run that was told to stop is stopped, and its checkpoint is marked all the same', async () => {
  await trainAndRelease(15);
  const lease = await fleet.take(agent);
  await commandRun(fleet.database, 'cancel', { runId, reason: null });
  await settle(lease, 'FAILED', 'checkpoint_corrupt');
  expect(await fleet.database.run.findFirst()).toMatchObject({ state: 'CANCELLED' });
  expect(await fleet.database.checkpoint.count({ where: { damagedAt: { not: null } } })).toBe(1);
});

it('settling twice at once marks one checkpoint, over two API processes', async () => {
  await trainAndRelease(25);
  const lease = await fleet.take(agent);
  const other = createDatabase(fleet.url, { maxConnections: 2 });
  try {
    await Promise.all(
      [fleet.database, other.prisma].map((database) =>
        settleRun(database, fenceOfLease(lease), {
          ...{ outcome: 'FAILED', step: 0, failureClass: 'checkpoint_corrupt', failureMessage: 'bad' },
        }),
      ),
    );
  } finally {
    await other.close();
  }
  const damaged = await fleet.database.checkpoint.findMany({ where: { damagedAt: { not: null } } });
  expect(damaged.map((each) => each.step)).toEqual([20]);
  expect((await fleet.take(agent)).checkpointStep).toBe(10);
});

it('a damaged checkpoint takes no readable one’s place, is shown, and goes once the run has got further', async () => {
  await trainAndRelease(40);
  await settle(await fleet.take(agent), 'FAILED', 'checkpoint_corrupt');
  const backdate = () =>
    fleet.database.$executeRaw`update "Checkpoint" set "createdAt" = "createdAt" - interval '1 hour'`;
  const shown = async () => {
    const [list = []] = await checkpointsOfRun(fleet.database, [runId]);
    return list.map((each) => `${each.step}${each.damagedAt ? ' damaged' : ''}`);
  };
  await backdate();
  await retireCheckpoints(fleet.database, 2);
  expect(await shown()).toEqual(['40 damaged', '30', '20']);
  const third = await fleet.take(agent);
  expect(await shown()).toEqual(['40 damaged', '30', '20']);
  await train(third, 50);
  await backdate();
  await retireCheckpoints(fleet.database, 2);
  expect(await shown()).toEqual(['50', '40']);
});
