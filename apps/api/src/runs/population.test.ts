import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportCheckpoint } from '../checkpoints/checkpoint.service.ts';
import { retireCheckpoints } from '../checkpoints/retention.service.ts';
import type { Agent } from '../generated/prisma/client.ts';
import { reportMetrics } from '../telemetry/metric.service.ts';
import { fenceOfLease, type Fleet, startFleet } from '../testing/fleet.ts';
import { settleRun } from './settle.service.ts';

type Lease = Awaited<ReturnType<Fleet['take']>>;

let fleet: Fleet;
let agent: Agent;
beforeEach(async () => {
  fleet = await startFleet();
  agent = await fleet.agent('wren', 4);
});
afterEach(() => fleet.close());

const population = (more: object = {}) =>
  fleet.sweep({
    method: 'pbt',
    seed: 3,
    metric: { name: 'g/loss', goal: 'minimize' },
    pbt: { population: 3, interval: 10, generations: 3, resample: 0 },
    parameters: { learning_rate: { min: 0.0001, max: 0.01 }, preset: { value: 'cpu-tiny' } },
    ...more,
  });

const checkpoint = async (lease: Lease, step: number) =>
  reportCheckpoint(fleet.database, fenceOfLease(lease), {
    step,
    files: [{ name: 'model.safetensors', blobSha256: await fleet.blob(`${lease.id} ${step}`) }],
  });

const report = (lease: Lease, step: number, loss: number) =>
  reportMetrics(fleet.database, fenceOfLease(lease), {
    sequence: step,
    columns: [{ key: 'g/loss', steps: [step], values: [loss], times: [step] }],
  });

const settle = (
  lease: Lease,
  outcome: 'FINISHED' | 'RELEASED' | 'FAILED',
  failureClass: string | null = null,
) =>
  settleRun(fleet.database, fenceOfLease(lease), {
    ...{ outcome, step: lease.untilStep ?? 0, failureClass, failureMessage: failureClass },
  });

/** Trains an interval to its end: checkpoints half-way and at the end, and the loss there. */
async function train(lease: Lease, loss: number): Promise<void> {
  const until = lease.untilStep ?? 0;
  await checkpoint(lease, until - 5);
  await checkpoint(lease, until);
  await report(lease, until, loss);
  await settle(lease, 'FINISHED');
}

/** The first interval of each member; the third is the worst. */
async function firstGeneration(): Promise<Lease[]> {
  const leases: Lease[] = [];
  for (const loss of [1, 2, 9]) {
    const lease = await fleet.take(agent);
    leases.push(lease);
    await train(lease, loss);
  }
  return leases;
}

const runOf = (lease: Pick<Lease, 'id'>) => fleet.database.run.findUniqueOrThrow({ where: { id: lease.id } });
const attemptOf = (lease: Lease) =>
  fleet.database.attempt.findUniqueOrThrow({ where: { id: lease.attemptId } });
const newestOf = (lease: Lease) =>
  fleet.database.checkpoint.findFirstOrThrow({ where: { runId: lease.id }, orderBy: { step: 'desc' } });

describe('a population', () => {
  it('trains interval by interval: all but the worst go on from their own checkpoint, the worst from the best one’s', async () => {
    await population();
    const firsts = await firstGeneration();
    for (const lease of firsts)
      expect(lease).toMatchObject({ inherits: false, checkpointId: null, untilStep: 10 });
    expect(firsts.map(({ config }) => (config as { steps: number }).steps)).toEqual([10, 10, 10]);

    const children: Lease[] = [];
    for (const loss of [1, 2, 3]) {
      const lease = await fleet.take(agent);
      children.push(lease);
      await train(lease, loss);
    }
    for (const [i, from] of [0, 1, 0].entries()) {
      const [child, parent] = [children[i] as Lease, firsts[from] as Lease];
      const { id } = await newestOf(parent);
      expect(child).toMatchObject({ inherits: true, checkpointId: id, checkpointStep: 10, untilStep: 20 });
      expect(await runOf(child)).toMatchObject({
        ...{ parentRunId: parent.id, parentStep: 10, member: i, generation: 1, totalSteps: 20 },
      });
      expect(await attemptOf(child)).toMatchObject({ checkpointId: id, resumedFromStep: 10 });
    }
    const rates = [...firsts, ...children].map(
      ({ config }) => (config as { learning_rate: number }).learning_rate,
    );
    expect(rates.slice(3, 5)).toEqual(rates.slice(0, 2));
    expect([(rates[0] as number) * 1.2, (rates[0] as number) * 0.8]).toContain(rates[5]);
  });

  it('ends after its generations, and a sweep that waits for its members gives nothing out', async () => {
    await population({ pbt: { population: 2, interval: 10, generations: 2 } });
    const [one, two] = [await fleet.take(agent), await fleet.take(agent, { slotIndex: 1 })];
    expect((await fleet.lease(agent, { slotIndex: 2 })).kind).toBe('no-work');
    expect((await fleet.database.sweep.findFirstOrThrow()).state).toBe('RUNNING');
    await train(two, 1);
    const next = await fleet.take(agent, { slotIndex: 1 });
    expect(await runOf(next)).toMatchObject({ parentRunId: two.id, member: 1, generation: 1 });
    await train(one, 2);
    await train(await fleet.take(agent), 1);
    await train(next, 3);
    expect((await fleet.lease(agent)).kind).toBe('no-work');
    expect(await fleet.database.sweep.findFirstOrThrow()).toMatchObject({ state: 'FINISHED' });
    expect(await fleet.database.run.count()).toBe(4);
  });

  it('a child that was interrupted goes on from its own checkpoint, or from its parent’s while it has none', async () => {
    await population();
    const [first] = await firstGeneration();
    const begun = await fleet.take(agent);
    await report(begun, 12, 1);
    await settle(begun, 'RELEASED');
    const again = await fleet.take(agent);
    expect(again).toMatchObject({ id: begun.id, inherits: true, checkpointStep: 10, epoch: 2 });
    expect(again.checkpointId).toBe((await newestOf(first as Lease)).id);
    await checkpoint(again, 15);
    await settle(again, 'RELEASED');
    const third = await fleet.take(agent);
    expect(third).toMatchObject({ id: begun.id, inherits: false, checkpointStep: 15 });
    expect(await runOf(third)).toMatchObject({ step: 15, totalSteps: 20 });
  });

  it('a member that failed is replaced by a copy of one of the best', async () => {
    await population();
    const leases = [
      await fleet.take(agent),
      await fleet.take(agent, { slotIndex: 1 }),
      await fleet.take(agent, { slotIndex: 2 }),
    ];
    await train(leases[1] as Lease, 2);
    await train(leases[2] as Lease, 1);
    await settle(leases[0] as Lease, 'FAILED', 'diverged');
    const replacement = await fleet.take(agent);
    expect(await runOf(replacement)).toMatchObject({ member: 0, generation: 1, parentRunId: leases[2]?.id });
  });
});

describe('a parent’s checkpoint that cannot be read', () => {
  it('gives way to the one before it, and when none is left the child fails rather than start from nothing', async () => {
    await population();
    await firstGeneration();
    const child = await fleet.take(agent);
    await settle(child, 'FAILED', 'checkpoint_corrupt');
    const second = await fleet.take(agent);
    expect(second).toMatchObject({ id: child.id, inherits: true, checkpointStep: 5, epoch: 2 });
    await settle(second, 'FAILED', 'checkpoint_corrupt');

    const other = await fleet.take(agent);
    expect(other.id).not.toBe(child.id);
    expect(await runOf(child)).toMatchObject({
      ...{ state: 'FAILED', failureClass: 'parent_lost', finishedAt: expect.any(Date) },
      failureMessage: 'No checkpoint up to step 10 of the run that this one starts from can be read.',
    });
    const told = await fleet.database.change.findMany({ where: { runId: child.id } });
    expect(told.at(-1)?.detail).toEqual({ state: 'FAILED' });
  });

  it('that nobody has tried yet: the search passes it by', async () => {
    await population();
    const [best] = await firstGeneration();
    await fleet.database.checkpoint.updateMany({
      where: { runId: (best as Lease).id },
      data: { damagedAt: new Date() },
    });
    // The first member has nothing to go on from: it becomes a copy of the second.
    const children = [await fleet.take(agent), await fleet.take(agent), await fleet.take(agent)];
    for (const child of children) expect((await runOf(child)).parentRunId).not.toBe(best?.id);
  });
});

describe('retention', () => {
  const backdate = () =>
    fleet.database.$executeRaw`update "Checkpoint" set "createdAt" = "createdAt" - interval '1 hour'`;
  const stepsOf = async ({ id }: Pick<Lease, 'id'>) =>
    (await fleet.database.checkpoint.findMany({ where: { runId: id }, orderBy: { step: 'asc' } })).map(
      ({ step }) => step,
    );

  it('the checkpoints before a parent’s last stay while a run may still start there, and go after', async () => {
    await population({ pbt: { population: 3, interval: 10, generations: 2 } });
    const firsts = await firstGeneration();
    await backdate();
    await retireCheckpoints(fleet.database, 3);
    for (const lease of firsts) expect(await stepsOf(lease)).toEqual([5, 10]);

    const children = [await fleet.take(agent), await fleet.take(agent, { slotIndex: 1 })];
    await train(children[0] as Lease, 1);
    await retireCheckpoints(fleet.database, 3);
    expect(await stepsOf(firsts[1] as Lease), 'a child that trains').toEqual([5, 10]);
    await train(children[1] as Lease, 2);
    await train(await fleet.take(agent), 3);
    await backdate();
    await retireCheckpoints(fleet.database, 3);
    for (const lease of [...firsts, ...children]) expect(await stepsOf(lease)).toEqual([lease.untilStep]);
  });
});
