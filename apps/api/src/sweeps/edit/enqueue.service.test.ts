import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BadInputError, ConflictError } from '../../errors/api.error.ts';
import type { Sweep } from '../../generated/prisma/client.ts';
import { commandRun } from '../../runs/run.service.ts';
import { settleRun } from '../../runs/settle.service.ts';
import { fenceOfLease, type Fleet, gridOf, startFleet } from '../../testing/fleet.ts';
import { cancelSweep, stopSweep } from '../sweep.service.ts';
import { suggestRuns } from '../suggestion.service.ts';
import { enqueueRuns } from './enqueue.service.ts';
import { rerunFailed } from './rerun.service.ts';

let fleet: Fleet;
beforeEach(async () => {
  fleet = await startFleet();
});
afterEach(() => fleet.close());

const finished = { outcome: 'FINISHED', step: 1, failureClass: null, failureMessage: null } as const;
const failed = (failureClass: string) =>
  ({ outcome: 'FAILED', step: 1, failureClass, failureMessage: 'broken' }) as const;
const enqueue = (sweep: Sweep, ...assignments: unknown[]) =>
  enqueueRuns(fleet.database, { sweepId: sweep.id, assignments }, 'anna');
const sweepNow = (id: string) => fleet.database.sweep.findUniqueOrThrow({ where: { id } });
const source = {
  method: 'random',
  run_cap: 40,
  parameters: {
    learning_rate: { min: 0.0001, max: 0.1 },
    batch_size: { values: [8, 16] },
    steps: { value: 100 },
  },
};

describe('a configuration that a person enqueues', () => {
  it('runs ahead of what waits, under its own name, and the search does not try it again', async () => {
    const sweep = await fleet.sweep(gridOf(40));
    await suggestRuns(fleet.database, sweep.id);
    const outcome = await enqueue(sweep, { seed: 39 }, { seed: 40 });
    if (outcome.kind !== 'enqueued') throw new Error(JSON.stringify(outcome));
    expect(outcome.runs.map((run) => [run.number, run.origin, run.sweepVersion])).toEqual([
      [33, 'ENQUEUED', 1],
      [34, 'ENQUEUED', 1],
    ]);
    const agent = await fleet.agent('fleet', 40);
    const leases = [];
    for (let slotIndex = 0; slotIndex < 40; slotIndex++) leases.push(await fleet.take(agent, { slotIndex }));
    expect(leases.slice(0, 3).map((lease) => lease.number)).toEqual([33, 34, 1]);
    const seeds = leases.map((lease) => (lease.config as { seed: number }).seed);
    expect(new Set(seeds).size).toBe(40);
  });

  it('has its constants filled in; each thing wrong is told by the assignment’s place', async () => {
    const sweep = await fleet.sweep(source);
    const good = { learning_rate: 0.01, batch_size: 8 };
    expect(await enqueue(sweep, good)).toMatchObject({
      runs: [{ assignment: { ...good, steps: 100 }, totalSteps: 100, config: { beta1: 0.5 } }],
    });
    const wrong = await enqueue(
      sweep,
      { learning_rate: 0.2, batch_size: 8 },
      { batch_size: 9, typo: 1 },
      [1],
      { ...good, steps: 200 },
    );
    if (wrong.kind !== 'invalid') throw new Error('accepted');
    expect(wrong.problems.map(({ path, expected }) => `${path}: ${expected}`)).toEqual([
      'assignments[0].learning_rate: a number from 0.0001 to 0.1',
      'assignments[1].typo: one of learning_rate, batch_size, steps',
      'assignments[1].learning_rate: a number from 0.0001 to 0.1',
      'assignments[1].batch_size: one of 8, 16',
      'assignments[2]: dotted paths to values',
      'assignments[3].steps: 100',
    ]);
    expect(await fleet.database.run.count()).toBe(1);
  });

  it('that a run has already is refused, and the run is named', async () => {
    const sweep = await fleet.sweep(source);
    const one = { learning_rate: 0.01, batch_size: 8 };
    const outcome = await enqueue(sweep, one);
    const name = outcome.kind === 'enqueued' ? outcome.runs[0]?.name : '';
    expect(await enqueue(sweep, { ...one, batch_size: 16 }, one)).toMatchObject({
      problems: [{ path: 'assignments[1]', message: `is run 1 (${name}) already` }],
    });
    const two = { learning_rate: 0.02, batch_size: 8 };
    expect(await enqueue(sweep, two, { batch_size: 8, learning_rate: 0.02 })).toMatchObject({
      problems: [{ path: 'assignments[1]', message: 'is assignments[0] again' }],
    });
    expect(await fleet.database.run.count()).toBe(1);
  });

  it('the same of two people at once is one run', async () => {
    const sweep = await fleet.sweep(source);
    const one = { learning_rate: 0.01, batch_size: 8 };
    const kinds = await Promise.all([1, 2, 3, 4].map(async () => (await enqueue(sweep, one)).kind));
    expect(kinds.sort()).toEqual(['enqueued', 'invalid', 'invalid', 'invalid']);
  });

  it('raises a cap that has no room, as a version; a sweep at its end goes on for it alone', async () => {
    const sweep = await fleet.sweep(gridOf(5, { run_cap: 1 }));
    const agent = await fleet.agent();
    await settleRun(fleet.database, fenceOfLease(await fleet.take(agent)), finished);
    expect(await enqueue(sweep, { seed: 4 })).toMatchObject({
      sweep: { state: 'RUNNING', runCap: 2, version: 2, finishedAt: null },
    });
    expect(await fleet.database.sweepVersion.findFirst({ where: { version: 2 } })).toMatchObject({
      ...{ changes: ['run_cap 1 → 2, for 1 enqueued run'], byName: 'anna' },
    });
    await settleRun(fleet.database, fenceOfLease(await fleet.take(agent)), finished);
    expect(await sweepNow(sweep.id)).toMatchObject({ state: 'FINISHED', exhausted: false });
  });

  it('of a sweep that was stopped runs, and nothing else does', async () => {
    const sweep = await fleet.sweep(gridOf(9));
    await stopSweep(fleet.database, sweep.id, 'bert');
    expect(await enqueue(sweep, { seed: 4 })).toMatchObject({
      sweep: { state: 'STOPPING', stateReason: 'stopped by bert' },
    });
    const agent = await fleet.agent('wren', 2);
    const lease = await fleet.take(agent);
    expect(lease.config).toMatchObject({ seed: 4 });
    expect((await fleet.lease(agent, { slotIndex: 1 })).kind).toBe('no-work');
    await settleRun(fleet.database, fenceOfLease(lease), finished);
    expect(await sweepNow(sweep.id)).toMatchObject({ state: 'FINISHED', stateReason: 'stopped by bert' });
  });

  it('is refused in an excluded region, without assignments, and after a cancellation', async () => {
    const sweep = await fleet.sweep({ ...source, exclude: [{ batch_size: 8 }] });
    expect(await enqueue(sweep, { learning_rate: 0.01, batch_size: 8 })).toMatchObject({
      problems: [{ path: 'assignments[0]', message: 'lies in an excluded region' }],
    });
    await expect(enqueue(sweep)).rejects.toBeInstanceOf(BadInputError);
    await cancelSweep(fleet.database, sweep.id);
    await expect(enqueue(sweep, { learning_rate: 0.01, batch_size: 16 })).rejects.toBeInstanceOf(
      ConflictError,
    );
  });
});

describe('failed runs that run again', () => {
  const failAll = async (...classes: string[]) => {
    const sweep = await fleet.sweep(gridOf(classes.length));
    const agent = await fleet.agent('fleet', classes.length);
    for (const [slotIndex, failureClass] of classes.entries()) {
      const lease = await fleet.take(agent, { slotIndex });
      await settleRun(fleet.database, fenceOfLease(lease), failed(failureClass));
    }
    return { sweep, agent };
  };

  it('wait again as if they had not failed, in a version that says so', async () => {
    const { sweep } = await failAll('diverged', 'user_error', 'diverged');
    await suggestRuns(fleet.database, sweep.id);
    expect((await sweepNow(sweep.id)).state).toBe('FINISHED');
    const asked = { sweepId: sweep.id, failureClasses: ['diverged'] };
    expect(await rerunFailed(fleet.database, asked, 'anna')).toMatchObject({
      count: 2,
      sweep: { state: 'RUNNING', version: 2, finishedAt: null },
    });
    const runs = await fleet.database.run.findMany({ orderBy: { number: 'asc' } });
    expect(runs.map((run) => run.state)).toEqual(['QUEUED', 'FAILED', 'QUEUED']);
    expect(runs[0]).toMatchObject({ retries: 0, notBefore: null, finishedAt: null, resultNumber: null });
    expect((await fleet.database.sweepVersion.findFirst({ where: { version: 2 } }))?.changes).toEqual([
      '2 failed runs run again (diverged)',
    ]);
  });

  it('of two callers one gets them; none is no version', async () => {
    const { sweep } = await failAll('diverged', 'diverged');
    const counts = await Promise.all(
      [1, 2, 3].map(async () => (await rerunFailed(fleet.database, { sweepId: sweep.id }, null)).count),
    );
    expect(counts.sort()).toEqual([0, 0, 2]);
    expect(await fleet.database.sweepVersion.count()).toBe(2);
    const unknown = { sweepId: sweep.id, failureClasses: ['bad luck'] };
    await expect(rerunFailed(fleet.database, unknown, null)).rejects.toThrow(/failureClasses/);
  });

  it('are taken by agents, also where the sweep was stopped, whose other runs stay as they are', async () => {
    const { sweep, agent } = await failAll('diverged');
    const first = await fleet.database.run.findFirstOrThrow();
    await stopSweep(fleet.database, sweep.id, 'bert').catch(() => undefined);
    await rerunFailed(fleet.database, { sweepId: sweep.id }, null);
    expect((await fleet.take(agent)).id).toBe(first.id);
    await expect(
      commandRun(fleet.database, 'resume', { runId: first.id, reason: null }),
    ).resolves.toMatchObject({ state: 'RUNNING' });
  });
});
