import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setAgentIntent, stopAgent } from '../agents/agent.service.ts';
import { reportCheckpoint } from '../checkpoints/checkpoint.service.ts';
import { LeaseLostError } from '../errors/api.error.ts';
import { reportLogs } from '../logs/log.service.ts';
import { reportSamples } from '../samples/sample.service.ts';
import { cancelSweep, pauseSweep, resumeSweep } from '../sweeps/sweep.service.ts';
import { reportMetrics } from '../telemetry/metric.service.ts';
import { endWait, expire, fenceOfLease, type Fleet, gridOf, LEASE_MS, startFleet } from '../testing/fleet.ts';
import { beat } from './heartbeat.service.ts';
import type { Beat, Fence } from './lease.sql.ts';
import { Reaper } from './reaper.ts';
import { commandRun } from './run.service.ts';
import { reapExpired, settleRun } from './settle.service.ts';

let fleet: Fleet;
beforeEach(async () => {
  fleet = await startFleet();
});
afterEach(() => fleet.close());

const settled = { outcome: 'FINISHED', step: 7, failureClass: null, failureMessage: null } as const;
const crashed = {
  outcome: 'FAILED',
  step: 3,
  failureClass: 'crashed',
  failureMessage: 'exit code 139',
} as const;
const pulse: Beat = {
  leaseMs: LEASE_MS,
  step: null,
  totalSteps: null,
  backend: null,
  datasetDigest: null,
  encoderHash: null,
  imagesPerSecond: null,
  utilisation: null,
  memoryUsedMb: null,
  temperature: null,
  powerWatts: null,
};
const runOf = (id: string) =>
  fleet.database.run.findUniqueOrThrow({ where: { id }, include: { attempts: true } });
const column = { key: 'g/loss', steps: [1], values: [0.5], times: [1] };

/** Every write that an agent can make. */
const writes: Record<string, (fence: Fence, blob: string) => Promise<unknown>> = {
  reportMetrics: (fence) => reportMetrics(fleet.database, fence, { sequence: 9, columns: [column] }),
  reportSamples: (fence, blobSha256) =>
    reportSamples(fleet.database, fence, [
      { step: 1, kind: 'TRAIN_GRID', promptIndex: 0, prompt: 'a', seed: 1, blobSha256, width: 1, height: 1 },
    ]),
  reportCheckpoint: (fence, blobSha256) =>
    reportCheckpoint(fleet.database, fence, { step: 1, files: [{ name: 'a', blobSha256 }] }),
  reportLogs: (fence) =>
    reportLogs(fleet.database, fence, [{ sequence: 1, at: new Date(), stream: 'stdout', text: 'x' }]),
  settle: (fence) => settleRun(fleet.database, fence, settled),
};

describe('the fence', () => {
  for (const [name, write] of Object.entries(writes)) {
    it(`a reaped run refuses its former holder’s ${name}, and nothing changes`, async () => {
      await fleet.sweep(gridOf(1));
      const [former, heir] = [await fleet.agent('former'), await fleet.agent('heir')];
      const blob = await fleet.blob('png');
      const stale = await fleet.take(former);
      await expire(fleet.database, stale.id);
      await reapExpired(fleet.database);
      await expect(write(fenceOfLease(stale), blob)).rejects.toBeInstanceOf(LeaseLostError);
      await endWait(fleet.database, stale.id);
      const granted = await fleet.take(heir);
      const before = await snapshot();
      await expect(write(fenceOfLease(stale), blob)).rejects.toBeInstanceOf(LeaseLostError);
      await expect(write({ ...fenceOfLease(stale), epoch: 2 }, blob)).rejects.toBeInstanceOf(LeaseLostError);
      expect(await snapshot()).toEqual(before);
      await write(fenceOfLease(granted), blob);
    });
  }

  const snapshot = async () => [
    await fleet.database.run.findMany(),
    await fleet.database.metricBatch.count(),
    await fleet.database.runMetric.count(),
    await fleet.database.sample.count(),
    await fleet.database.checkpoint.count(),
    await fleet.database.runLog.count(),
  ];

  it('a lost lease is the answer to a heartbeat, with the reason', async () => {
    await fleet.sweep(gridOf(1));
    const granted = await fleet.take(await fleet.agent());
    await settleRun(fleet.database, fenceOfLease(granted), settled);
    expect(await beat(fleet.database, fenceOfLease(granted), pulse)).toMatchObject({
      ...{ command: 'LEASE_LOST', expiresAt: null, reason: expect.stringContaining('FINISHED') },
    });
  });

  it('a lease that ran out but was not taken back goes on: an hour without the API costs nothing', async () => {
    await fleet.sweep(gridOf(1));
    const granted = await fleet.take(await fleet.agent());
    await expire(fleet.database, granted.id);
    const reply = await beat(fleet.database, fenceOfLease(granted), {
      ...pulse,
      step: 40,
      imagesPerSecond: 12.5,
    });
    expect(reply.command).toBe('CONTINUE');
    expect(await reapExpired(fleet.database)).toBe(0);
    expect(await runOf(granted.id)).toMatchObject({ state: 'RUNNING', step: 40 });
    expect(await fleet.database.slot.findFirstOrThrow()).toMatchObject({ imagesPerSecond: 12.5 });
  });

  it('of a heartbeat and a reaper at the same moment one wins: renewed and kept, or lost and queued', async () => {
    await fleet.sweep(gridOf(8));
    const agent = await fleet.agent('wren', 8);
    for (let slotIndex = 0; slotIndex < 8; slotIndex++) {
      const granted = await fleet.take(agent, { slotIndex });
      await expire(fleet.database, granted.id);
      const [reply] = await Promise.all([
        beat(fleet.database, fenceOfLease(granted), pulse),
        reapExpired(fleet.database),
      ]);
      expect((await runOf(granted.id)).state).toBe(reply.command === 'LEASE_LOST' ? 'QUEUED' : 'RUNNING');
    }
  });
});

describe('reaping', () => {
  it('queues a lost run again with a growing wait, then fails it as lost_agent', async () => {
    await fleet.sweep(gridOf(1, { max_failures: 2 }));
    const agent = await fleet.agent();
    const waits: number[] = [];
    for (const epoch of [1, 2, 3]) {
      const granted = await fleet.take(agent);
      expect(granted.epoch).toBe(epoch);
      await expire(fleet.database, granted.id);
      expect(await reapExpired(fleet.database)).toBe(1);
      const run = await runOf(granted.id);
      expect(run.attempts.at(-1)).toMatchObject({ outcome: 'LOST', endedAt: expect.any(Date) });
      if (run.notBefore) waits.push(Math.round((run.notBefore.getTime() - run.updatedAt.getTime()) / 1000));
      await endWait(fleet.database, granted.id);
    }
    expect(waits).toEqual([5, 10]);
    expect(await fleet.database.run.findFirstOrThrow()).toMatchObject({
      ...{ state: 'FAILED', failureClass: 'lost_agent', retries: 2, leaseSlotId: null },
    });
    expect((await fleet.database.sweep.findFirstOrThrow()).state).toBe('FINISHED');
  });

  it('two reapers at once take each lease once', async () => {
    await fleet.sweep(gridOf(20));
    const agent = await fleet.agent('wren', 20);
    for (let slotIndex = 0; slotIndex < 20; slotIndex++) {
      await expire(fleet.database, (await fleet.take(agent, { slotIndex })).id);
    }
    const taken = await Promise.all([1, 2, 3].map(() => reapExpired(fleet.database)));
    expect(taken.reduce((a, b) => a + b)).toBe(20);
    expect(await fleet.database.run.count({ where: { state: 'QUEUED', retries: 1 } })).toBe(20);
  });

  it('leaves leases alone that still hold', async () => {
    await fleet.sweep(gridOf(1));
    await fleet.take(await fleet.agent());
    expect(await reapExpired(fleet.database)).toBe(0);
  });

  it('obeys what the run was told: a cancelled run that is lost is cancelled', async () => {
    await fleet.sweep(gridOf(1));
    const granted = await fleet.take(await fleet.agent());
    await commandRun(fleet.database, 'cancel', { runId: granted.id, reason: null });
    await expire(fleet.database, granted.id);
    await reapExpired(fleet.database);
    expect((await runOf(granted.id)).state).toBe('CANCELLED');
  });

  it('waits one whole lease after a start, and after it stood still, before it takes anything', async () => {
    await fleet.sweep(gridOf(1));
    const granted = await fleet.take(await fleet.agent());
    await expire(fleet.database, granted.id);
    let now = 0;
    const log = pino({ level: 'silent' });
    const reaper = new Reaper(fleet.database, {
      ...{ everyMs: 1, leaseMs: 1_000, retryBackoffMs: 10, log, now: () => now },
    });
    const stateAt = async (ms: number) => {
      for (; now < ms; now = Math.min(now + 100, ms)) await reaper.look();
      await reaper.look();
      return (await runOf(granted.id)).state;
    };
    expect(await stateAt(999)).toBe('RUNNING');
    now = 60_000; // It stood still for a minute.
    expect(await stateAt(60_999)).toBe('RUNNING');
    expect(await stateAt(61_000)).toBe('QUEUED');
  });
});

describe('settling', () => {
  it('twice is once, and answered alike', async () => {
    await fleet.sweep(gridOf(2));
    const granted = await fleet.take(await fleet.agent());
    await settleRun(fleet.database, fenceOfLease(granted), settled);
    const first = await runOf(granted.id);
    await settleRun(fleet.database, fenceOfLease(granted), settled);
    expect(await runOf(granted.id)).toEqual(first);
    expect(first).toMatchObject({
      state: 'FINISHED',
      step: 7,
      finishedAt: expect.any(Date),
      leaseSlotId: null,
    });
    expect(first.attempts[0]).toMatchObject({ outcome: 'FINISHED' });
  });

  it('two at once: the run ends once', async () => {
    await fleet.sweep(gridOf(1));
    const granted = await fleet.take(await fleet.agent());
    await Promise.all([1, 2].map(() => settleRun(fleet.database, fenceOfLease(granted), crashed)));
    expect(await runOf(granted.id)).toMatchObject({ state: 'QUEUED', retries: 1 });
  });

  it('refuses a failure without a class, an unknown class, and a class without a failure', async () => {
    await fleet.sweep(gridOf(1));
    const fence = fenceOfLease(await fleet.take(await fleet.agent()));
    for (const wrong of [
      { ...crashed, failureClass: null },
      { ...crashed, failureClass: 'bad luck' },
      { ...settled, failureClass: 'crashed' },
    ]) {
      await expect(settleRun(fleet.database, fence, wrong)).rejects.toMatchObject({
        path: 'input.failureClass',
      });
    }
    await expect(settleRun(fleet.database, fence, { ...settled, step: -1 })).rejects.toMatchObject({
      path: 'input.step',
    });
  });

  it('a slot on which three different runs fail in a row is quarantined, and RUN ends it', async () => {
    await fleet.sweep(gridOf(9, { max_failures: 0 }));
    const agent = await fleet.agent();
    for (let i = 0; i < 3; i++) {
      await settleRun(fleet.database, fenceOfLease(await fleet.take(agent)), crashed);
    }
    expect(await fleet.lease(agent)).toMatchObject({
      ...{ kind: 'quarantined', reason: expect.stringContaining('exit code 139'), since: expect.any(Date) },
    });
    await setAgentIntent(fleet.database, { agentId: agent.id, slotIndex: 0, intent: 'RUN' });
    expect((await fleet.lease(agent)).kind).toBe('granted');
  });

  it('one run that fails three times on a slot does not quarantine it, nor do failures that are the run’s own', async () => {
    await fleet.sweep(gridOf(1, { max_failures: 5 }));
    const agent = await fleet.agent();
    for (let i = 0; i < 4; i++) {
      const granted = await fleet.take(agent);
      await settleRun(fleet.database, fenceOfLease(granted), crashed);
      await endWait(fleet.database, granted.id);
    }
    expect((await fleet.lease(agent)).kind).toBe('granted');
    await fleet.sweep(gridOf(9));
    const other = await fleet.agent('other');
    for (let i = 0; i < 4; i++) {
      const granted = await fleet.take(other);
      await settleRun(fleet.database, fenceOfLease(granted), { ...crashed, failureClass: 'diverged' });
    }
    expect((await fleet.lease(other)).kind).toBe('granted');
  });

  it('a run that ends well begins the count anew', async () => {
    await fleet.sweep(gridOf(20, { max_failures: 0 }));
    const agent = await fleet.agent();
    for (const outcome of [crashed, crashed, settled, crashed, crashed]) {
      await settleRun(fleet.database, fenceOfLease(await fleet.take(agent)), outcome);
    }
    expect((await fleet.lease(agent)).kind).toBe('granted');
  });

  it('an agent that says goodbye gives its runs back without penalty', async () => {
    await fleet.sweep(gridOf(1));
    const agent = await fleet.agent();
    const granted = await fleet.take(agent);
    const stopped = await stopAgent(fleet.database, { agentId: agent.id, instanceId: agent.instanceId });
    expect(stopped.stoppedAt).toBeInstanceOf(Date);
    expect(await runOf(granted.id)).toMatchObject({ state: 'QUEUED', retries: 0 });
  });
});

describe('what a heartbeat commands', () => {
  const command = async (fence: Fence) => (await beat(fleet.database, fence, pulse)).command;

  it('CANCEL, until it is obeyed', async () => {
    await fleet.sweep(gridOf(1));
    const granted = await fleet.take(await fleet.agent());
    await commandRun(fleet.database, 'cancel', { runId: granted.id, reason: 'wrong data' });
    expect(await beat(fleet.database, fenceOfLease(granted), pulse)).toMatchObject({
      ...{ command: 'CANCEL', reason: 'wrong data' },
    });
    expect(await command(fenceOfLease(granted))).toBe('CANCEL');
    await settleRun(fleet.database, fenceOfLease(granted), { ...settled, outcome: 'CANCELLED' });
    expect((await runOf(granted.id)).state).toBe('CANCELLED');
  });

  it('PAUSE, and a paused run goes on from its checkpoint once it is resumed', async () => {
    await fleet.sweep(gridOf(1));
    const agent = await fleet.agent();
    const granted = await fleet.take(agent);
    await commandRun(fleet.database, 'pause', { runId: granted.id, reason: null });
    expect(await command(fenceOfLease(granted))).toBe('PAUSE');
    const files = [{ name: 'weights', blobSha256: await fleet.blob('w') }];
    await reportCheckpoint(fleet.database, fenceOfLease(granted), { step: 50, files });
    await settleRun(fleet.database, fenceOfLease(granted), { ...settled, outcome: 'PAUSED', step: 50 });
    expect((await runOf(granted.id)).state).toBe('PAUSED');
    expect((await fleet.lease(agent)).kind).toBe('no-work');
    await commandRun(fleet.database, 'resume', { runId: granted.id, reason: null });
    expect(await fleet.take(agent)).toMatchObject({ id: granted.id, epoch: 2, checkpointStep: 50 });
  });

  it('a pause that was taken back in time is none', async () => {
    await fleet.sweep(gridOf(1));
    const granted = await fleet.take(await fleet.agent());
    await commandRun(fleet.database, 'pause', { runId: granted.id, reason: null });
    await commandRun(fleet.database, 'resume', { runId: granted.id, reason: null });
    expect(await command(fenceOfLease(granted))).toBe('CONTINUE');
  });

  it('PAUSE while the sweep is paused; the run goes back to the queue and on with the sweep', async () => {
    const sweep = await fleet.sweep(gridOf(1));
    const agent = await fleet.agent();
    const granted = await fleet.take(agent);
    await pauseSweep(fleet.database, sweep.id);
    expect(await command(fenceOfLease(granted))).toBe('PAUSE');
    await settleRun(fleet.database, fenceOfLease(granted), { ...settled, outcome: 'PAUSED' });
    expect((await fleet.lease(agent)).kind).toBe('no-work');
    await resumeSweep(fleet.database, sweep.id);
    expect((await fleet.take(agent)).epoch).toBe(2);
  });

  it('a cancelled sweep cancels what runs and what waits', async () => {
    const sweep = await fleet.sweep(gridOf(5));
    const granted = await fleet.take(await fleet.agent());
    await cancelSweep(fleet.database, sweep.id);
    expect(await command(fenceOfLease(granted))).toBe('CANCEL');
    await settleRun(fleet.database, fenceOfLease(granted), { ...settled, outcome: 'RELEASED' });
    expect(await fleet.database.run.groupBy({ by: ['state'], _count: true })).toEqual([
      { state: 'CANCELLED', _count: 5 },
    ]);
  });

  for (const [intent, expected] of [
    ['PAUSE', 'PAUSE'],
    ['STOP', 'STOP'],
    ['DRAIN', 'CONTINUE'],
    ['RUN', 'CONTINUE'],
  ] as const) {
    it(`${expected} when the agent was told to ${intent}`, async () => {
      await fleet.sweep(gridOf(1));
      const agent = await fleet.agent();
      const granted = await fleet.take(agent);
      await setAgentIntent(fleet.database, { agentId: agent.id, slotIndex: null, intent });
      expect(await command(fenceOfLease(granted))).toBe(expected);
    });
  }

  it('two heartbeats at once both renew', async () => {
    await fleet.sweep(gridOf(1));
    const granted = await fleet.take(await fleet.agent());
    const replies = await Promise.all([1, 2].map(() => beat(fleet.database, fenceOfLease(granted), pulse)));
    expect(replies.map((reply) => reply.command)).toEqual(['CONTINUE', 'CONTINUE']);
  });
});
