import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Agent } from '../generated/prisma/client.ts';
import { lockRun } from '../runs/lease.sql.ts';
import { settleRun } from '../runs/settle.service.ts';
import { fenceOfLease, type Fleet, gridOf, startFleet } from '../testing/fleet.ts';
import { reportCheckpoint } from './checkpoint.service.ts';
import { retireCheckpoints } from './retention.service.ts';

type Lease = Awaited<ReturnType<Fleet['take']>>;

const KEEP = 3;
let fleet: Fleet;
let agent: Agent;
let lease: Lease;
beforeEach(async () => {
  fleet = await startFleet();
  await fleet.sweep(gridOf(1, { max_failures: 5 }));
  agent = await fleet.agent('wren', 2);
  lease = await fleet.take(agent);
});
afterEach(() => fleet.close());

async function write(holder: Lease, ...steps: number[]): Promise<void> {
  for (const step of steps) {
    const files = [
      { name: 'generator.safetensors', blobSha256: await fleet.blob(`${holder.epoch} ${step}`) },
    ];
    await reportCheckpoint(fleet.database, fenceOfLease(holder), { step, files });
  }
}

/** Moves everything that was written so far into the past. */
const backdate = () =>
  fleet.database.$executeRaw`update "Checkpoint" set "createdAt" = "createdAt" - interval '1 hour'`;

async function left(): Promise<string[]> {
  const rows = await fleet.database.checkpoint.findMany({ orderBy: [{ epoch: 'asc' }, { step: 'asc' }] });
  return rows.map((row) => `${row.epoch}:${row.step}${row.superseded ? ' superseded' : ''}`);
}

const settle = (holder: Lease, outcome: 'FINISHED' | 'RELEASED') =>
  settleRun(fleet.database, fenceOfLease(holder), {
    ...{ outcome, step: 100, failureClass: null, failureMessage: null },
  });

const setBest = (step: number) =>
  fleet.database.run.update({ where: { id: lease.id }, data: { objective: 1, objectiveStep: step } });

const retire = (keep = KEEP) => retireCheckpoints(fleet.database, keep);

describe('checkpoints of a run that has not ended', () => {
  it('the last ones stay, with their files, and the older go', async () => {
    await write(lease, 10, 20, 30, 40, 50);
    await backdate();
    expect(await retire()).toBe(2);
    expect(await left()).toEqual(['1:30', '1:40', '1:50']);
    expect(await fleet.database.checkpointFile.count()).toBe(3);
    expect(await retire(), 'a second pass finds nothing').toBe(0);
  });

  it('the best one stays too: the first at or after the best objective', async () => {
    await write(lease, 10, 20, 30, 40, 50, 60);
    await backdate();
    await setBest(11);
    await retire();
    expect(await left()).toEqual(['1:20', '1:40', '1:50', '1:60']);
    await setBest(60);
    await retire();
    expect(await left()).toEqual(['1:40', '1:50', '1:60']);
  });

  it('none goes on account of one that is younger than a minute: a claim may have begun before it came', async () => {
    await write(lease, 10, 20, 30, 40, 50);
    expect(await retire(1)).toBe(0);
    await backdate();
    await write(lease, 60);
    expect(await retire(1)).toBe(4);
    expect(await left()).toEqual(['1:50', '1:60']);
  });

  it('superseded ones go once the later attempt has one of its own, not before', async () => {
    await write(lease, 10, 20);
    await settle(lease, 'RELEASED');
    const second = await fleet.take(agent);
    expect(second.checkpointStep).toBe(20);
    await fleet.database.checkpoint.updateMany({ where: { step: 20 }, data: { superseded: true } });
    await backdate();
    expect(await retire()).toBe(0);
    await write(second, 15);
    await backdate();
    expect(await retire()).toBe(1);
    expect(await left()).toEqual(['1:10', '2:15']);
  });
});

describe('checkpoints of a run that has ended', () => {
  it('the last stays and the best, nothing else', async () => {
    await write(lease, 10, 20, 30, 40);
    await fleet.database.checkpoint.updateMany({ where: { step: 10 }, data: { superseded: true } });
    await setBest(15);
    await settle(lease, 'FINISHED');
    expect(await retire()).toBe(2);
    expect(await left()).toEqual(['1:20', '1:40']);
  });

  it('the last stays when no objective was ever told', async () => {
    await write(lease, 10, 20, 30, 40);
    await settle(lease, 'FINISHED');
    expect(await retire()).toBe(3);
    expect(await left()).toEqual(['1:40']);
  });
});

describe('at the same time', () => {
  it('two API processes retire each checkpoint once', async () => {
    await write(lease, 10, 20, 30, 40, 50);
    await backdate();
    const gone = await Promise.all([retire(), retire()]);
    expect(gone[0] + gone[1]).toBe(2);
    expect(await left()).toHaveLength(3);
  });

  it('a lease that is granted while checkpoints are retired names one that exists, and the newest', async () => {
    let holder = lease;
    for (let round = 1; round <= 15; round++) {
      const newest = round * 100;
      await write(holder, newest - 30, newest - 20, newest - 10, newest);
      await settle(holder, 'RELEASED');
      await backdate();
      const [next] = await Promise.all([fleet.take(agent, { waitMs: 5_000 }), retire(1), retire(1)]);
      expect(next.checkpointStep).toBe(newest);
      expect(
        await fleet.database.checkpoint.findUnique({ where: { id: next.checkpointId ?? '' } }),
      ).toMatchObject({ step: newest, superseded: false });
      holder = next;
    }
  });

  it('a run that somebody holds, as its claim does, is left alone until that is in', async () => {
    await write(lease, 10, 20, 30);
    await settle(lease, 'RELEASED');
    await backdate();
    await fleet.database.$transaction(async (tx) => {
      await lockRun(tx, lease.id);
      expect(await retire(1)).toBe(0);
    });
    expect(await retire(1)).toBe(2);
    expect(await left()).toEqual(['1:30']);
  });

  it('a claimer passes by a run whose checkpoints are being retired, and gets it afterwards', async () => {
    await write(lease, 10);
    await settle(lease, 'RELEASED');
    await fleet.database.$transaction(async (tx) => {
      await lockRun(tx, lease.id);
      expect((await fleet.lease(agent)).kind).toBe('no-work');
    });
    expect((await fleet.take(agent)).checkpointStep).toBe(10);
  });
});
