/** Two at the same moment, over two API processes: whoever wins, the run is in one piece afterwards. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerAgent } from '../agents/agent.service.ts';
import { reportCheckpoint } from '../checkpoints/checkpoint.service.ts';
import { createDatabase, type Database } from '../database.ts';
import { LeaseLostError } from '../errors/api.error.ts';
import { finishSweeps } from '../sweeps/sweep.service.ts';
import { reportMetrics } from '../telemetry/metric.service.ts';
import { curveOf } from '../telemetry/metric.sql.ts';
import {
  endWait,
  expire,
  fenceOfLease,
  type Fleet,
  gridOf,
  LEASE_MS,
  registration,
  startFleet,
} from '../testing/fleet.ts';
import { beat } from './heartbeat.service.ts';
import { lockRun } from './lease.sql.ts';
import { commandRun } from './run.service.ts';
import { reapExpired, settleRun } from './settle.service.ts';
import { releaseLeases } from './settle.sql.ts';

let fleet: Fleet;
let other: Database;
beforeEach(async () => {
  fleet = await startFleet();
  other = createDatabase(fleet.url, { maxConnections: 8 });
});
afterEach(async () => {
  await other.close();
  await fleet.close();
});

type Lease = Awaited<ReturnType<Fleet['take']>>;

const ROUNDS = 12;
const finished = { outcome: 'FINISHED', step: 7, failureClass: null, failureMessage: null } as const;
const crashed = { outcome: 'FAILED', step: 7, failureClass: 'crashed', failureMessage: 'x' } as const;
const pulse = {
  ...{ leaseMs: LEASE_MS, step: null, totalSteps: null, backend: null, datasetDigest: null },
  ...{ encoderHash: null, imagesPerSecond: null, utilisation: null, memoryUsedMb: null },
  ...{ temperature: null, powerWatts: null },
};
const column = (steps: number[]) => ({ key: 'g/loss', steps, values: steps.map(() => 1), times: steps });

const runOf = (id: string) =>
  fleet.database.run.findUniqueOrThrow({
    where: { id },
    include: { attempts: { orderBy: { epoch: 'asc' } } },
  });
const settleHere = (lease: Lease, how: typeof finished | typeof crashed) =>
  settleRun(fleet.database, fenceOfLease(lease), how).then(
    () => 'settled' as const,
    (error: unknown) => {
      if (error instanceof LeaseLostError) return 'lost' as const;
      throw error;
    },
  );

async function leases(): Promise<Lease[]> {
  await fleet.sweep(gridOf(ROUNDS, { max_failures: 3 }));
  const agent = await fleet.agent('wren', ROUNDS);
  const taken: Lease[] = [];
  for (let slotIndex = 0; slotIndex < ROUNDS; slotIndex++) taken.push(await fleet.take(agent, { slotIndex }));
  return taken;
}

/** What holds of any run that no agent has. */
async function expectGivenBack(id: string): Promise<void> {
  const run = await runOf(id);
  expect(run).toMatchObject({ leaseSlotId: null, leaseExpiresAt: null, permit: null, command: 'CONTINUE' });
  for (const attempt of run.attempts) expect(attempt.outcome).not.toBeNull();
}

describe('the end of a lease, told twice at the same moment', () => {
  it('settle and reap: finished and acknowledged, or taken back and refused', async () => {
    for (const lease of await leases()) {
      await expire(fleet.database, lease.id);
      const [told] = await Promise.all([settleHere(lease, finished), reapExpired(other.prisma)]);
      expect(await runOf(lease.id)).toMatchObject(
        told === 'settled'
          ? { state: 'FINISHED', attempts: [{ outcome: 'FINISHED' }] }
          : { state: 'QUEUED', retries: 1, attempts: [{ outcome: 'LOST' }] },
      );
      await expectGivenBack(lease.id);
    }
  });

  it('a crash and a cancellation: the run is queued never, cancelled always', async () => {
    for (const lease of await leases()) {
      await Promise.all([
        settleHere(lease, crashed),
        commandRun(other.prisma, 'cancel', { runId: lease.id, reason: null }),
      ]);
      expect(await runOf(lease.id)).toMatchObject({ state: 'CANCELLED', finishedAt: expect.any(Date) });
      await expectGivenBack(lease.id);
    }
  });

  it('a release and a pause: the run is paused, and a pause that came too late for its agent holds all the same', async () => {
    for (const lease of await leases()) {
      const released = { ...finished, outcome: 'RELEASED' } as const;
      await Promise.all([
        settleRun(fleet.database, fenceOfLease(lease), released),
        commandRun(other.prisma, 'pause', { runId: lease.id, reason: null }),
      ]);
      expect((await runOf(lease.id)).state).toBe('PAUSED');
      await expectGivenBack(lease.id);
    }
  });

  it('reap, cancel and heartbeat: never a run that is told to stop and queued', async () => {
    for (const lease of await leases()) {
      await expire(fleet.database, lease.id);
      const [reply] = await Promise.all([
        beat(fleet.database, fenceOfLease(lease), pulse),
        reapExpired(other.prisma),
        commandRun(other.prisma, 'cancel', { runId: lease.id, reason: null }),
      ]);
      const { state, command } = await runOf(lease.id);
      if (reply.command === 'LEASE_LOST') expect(state).toBe('CANCELLED');
      else expect([state, command]).toEqual(['RUNNING', 'CANCEL']);
    }
  });
});

describe('a process that takes over a name', () => {
  it('while the former one’s heartbeats are under way: none of its runs stays with it', async () => {
    const taken = await leases();
    const key = await fleet.database.apiKey.findFirstOrThrow({ where: { kind: 'AGENT' } });
    const actor = { kind: 'agent', keyId: key.id, keyName: key.name } as const;
    await Promise.all([
      registerAgent(other.prisma, actor, registration('wren', ROUNDS)),
      ...taken.map((lease) => beat(fleet.database, fenceOfLease(lease), pulse)),
    ]);
    for (const lease of taken) {
      expect(await runOf(lease.id)).toMatchObject({ state: 'QUEUED', retries: 0, notBefore: null });
      await expectGivenBack(lease.id);
    }
  });
});

describe('a registration that comes late', () => {
  it('takes nothing from the new process: only what the former ones hold', async () => {
    const [lease] = await leases();
    const agent = await fleet.database.agent.findFirstOrThrow();
    const release = () =>
      fleet.database.$transaction((tx) => releaseLeases(tx, agent.id, 'late', 'of former processes'));
    expect(await release()).toEqual([]);
    await fleet.database.$executeRaw`
      update "Attempt" set "startedAt" = "startedAt" - interval '1 hour' where "runId" = ${lease?.id}::uuid`;
    expect((await release()).map((run) => run.id)).toEqual([lease?.id]);
  });
});

describe('a late report', () => {
  it('of points, while the next attempt starts: taken and superseded, or refused; the curve has each step once', async () => {
    await fleet.sweep(gridOf(1, { max_failures: 99 }));
    const agent = await fleet.agent();
    let lease = await fleet.take(agent);
    const files = [{ name: 'weights', blobSha256: await fleet.blob('w') }];
    await reportMetrics(fleet.database, fenceOfLease(lease), { sequence: 1, columns: [column([1, 2, 3])] });
    await reportCheckpoint(fleet.database, fenceOfLease(lease), { step: 3, files });
    for (let round = 0; round < ROUNDS; round++) {
      const late = reportMetrics(other.prisma, fenceOfLease(lease), {
        ...{ sequence: 2, columns: [column([4, 5])] },
      }).catch((error: unknown) => {
        if (!(error instanceof LeaseLostError)) throw error;
      });
      const takeOver = async () => {
        await expire(fleet.database, lease.id);
        await reapExpired(fleet.database);
        await endWait(fleet.database, lease.id);
        // The report may hold the run's row at this moment; an agent waits.
        lease = await fleet.take(agent, { waitMs: 5_000 });
      };
      await Promise.all([late, takeOver()]);
      const { steps } = await curveOf(fleet.database, lease.id, 'g/loss');
      expect(steps).toEqual([1, 2, 3]);
      expect(lease.checkpointStep).toBe(3);
    }
  });
});

describe('the end of a sweep', () => {
  it('never comes while one of its runs is on its way back to the queue', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const sweep = await fleet.sweep(gridOf(2, { max_failures: 1 }));
      const agent = await fleet.agent(`agent ${round}`, 2);
      const [a, b] = [await fleet.take(agent), await fleet.take(agent, { slotIndex: 1 })];
      await Promise.all([
        settleHere(a, crashed),
        settleHere(b, finished),
        finishSweeps(other.prisma, sweep.id),
        finishSweeps(other.prisma, null),
      ]);
      expect((await fleet.database.sweep.findUniqueOrThrow({ where: { id: sweep.id } })).state).toBe(
        'RUNNING',
      );
      await endWait(fleet.database, a.id);
      const again = await fleet.take(agent, { sweepId: sweep.id });
      expect(again.id).toBe(a.id);
      await Promise.all([settleHere(again, finished), finishSweeps(other.prisma, null)]);
      expect((await fleet.database.sweep.findUniqueOrThrow({ where: { id: sweep.id } })).state).toBe(
        'FINISHED',
      );
    }
  });
});

describe('an API process that stands still in the middle of a transaction', () => {
  it('keeps nobody waiting for long: the database ends its transaction, and the lease is renewed and settled', async () => {
    await fleet.sweep(gridOf(1));
    const lease = await fleet.take(await fleet.agent());
    const stopped = createDatabase(fleet.url, { maxConnections: 1, idleTransactionMs: 500 });
    const standing = stopped.prisma.$transaction(async (tx) => {
      await lockRun(tx, lease.id);
      await tx.run.update({ where: { id: lease.id }, data: { step: 999 } });
      await sleep(3_000);
      await tx.run.update({ where: { id: lease.id }, data: { step: 1_000 } });
    });
    const failed = expect(standing).rejects.toThrow();
    await expect
      .poll(async () => (await beat(other.prisma, fenceOfLease(lease), pulse)).command)
      .toBe('CONTINUE');
    await settleRun(other.prisma, fenceOfLease(lease), finished);
    await failed;
    expect(await runOf(lease.id)).toMatchObject({ state: 'FINISHED', step: 7 });
    await stopped.close();
  });
});
