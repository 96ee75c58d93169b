import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConflictError, NotFoundError } from '../errors/api.error.ts';
import { newId } from '../id.ts';
import { commandRun } from '../runs/run.service.ts';
import { settleRun } from '../runs/settle.service.ts';
import { fenceOfLease, type Fleet, gridOf, startFleet } from '../testing/fleet.ts';
import { bestRunOfSweep, runCountsOfSweep } from './sweep.loader.ts';
import { sweepPage } from './sweep.list.ts';
import { cancelSweep, createSweep, parseSweep, pauseSweep, resumeSweep, stopSweep } from './sweep.service.ts';
import { suggestRuns } from './suggestion.service.ts';

let fleet: Fleet;
beforeEach(async () => {
  fleet = await startFleet();
});
afterEach(() => fleet.close());

const finished = { outcome: 'FINISHED', step: 1, failureClass: null, failureMessage: null } as const;
const stateOf = async (id: string) => (await fleet.database.sweep.findUniqueOrThrow({ where: { id } })).state;

describe('making a sweep', () => {
  it('keeps what was written, and compiles it', async () => {
    const sweep = await fleet.sweep(
      gridOf(3, { name: 'three', concurrency: 2, priority: 4, max_failures: 1 }),
    );
    expect(sweep).toMatchObject({
      ...{ name: 'three', state: 'RUNNING', method: 'grid', concurrency: 2, priority: 4, maxFailures: 1 },
      ...{ metricName: 'eval/r_precision', metricGoal: 'maximize', exhausted: false, version: 1 },
    });
    expect(JSON.parse(sweep.source)).toMatchObject({ name: 'three' });
    expect(await fleet.database.project.count()).toBe(1);
  });

  it('says everything that is wrong, by path, and makes nothing', async () => {
    const source = JSON.stringify({
      method: 'grid',
      parameters: { batch_size: { values: [0] }, larning_rate: { value: 1 } },
    });
    const created = await createSweep(fleet.database, { projectId: null, source });
    expect(created.ok).toBe(false);
    const paths = created.ok ? [] : created.problems.map((problem) => problem.path);
    expect(paths.some((path) => path.startsWith('parameters.batch_size'))).toBe(true);
    expect(paths.some((path) => path.startsWith('parameters.larning_rate'))).toBe(true);
    expect(await fleet.database.sweep.count()).toBe(0);
  });

  it('values that are right one by one and wrong together are found before the first run', () => {
    const parsed = parseSweep('method: grid\nparameters:\n  dataset: {value: folder}\n');
    expect(parsed).toMatchObject({ ok: false, problems: [{ path: 'parameters.dataset_path' }] });
  });

  it('refuses an unknown project and an endless source', async () => {
    const source = JSON.stringify(gridOf(1));
    await expect(createSweep(fleet.database, { projectId: newId(), source })).rejects.toBeInstanceOf(
      NotFoundError,
    );
    await expect(createSweep(fleet.database, { projectId: 'x', source })).rejects.toBeInstanceOf(
      NotFoundError,
    );
    expect(() => parseSweep('a'.repeat(200_001))).toThrow(/input.source/);
  });
});

describe('suggesting', () => {
  it('queues a block ahead where no history is needed, each run with its full configuration', async () => {
    const sweep = await fleet.sweep(gridOf(100));
    expect(await suggestRuns(fleet.database, sweep.id)).toBe('made');
    const runs = await fleet.database.run.findMany({ orderBy: { number: 'asc' } });
    expect(runs).toHaveLength(32);
    expect(runs[0]).toMatchObject({ number: 1, state: 'QUEUED', assignment: { seed: 1 }, totalSteps: 5000 });
    expect(runs[0]?.config).toMatchObject({ seed: 1, batch_size: 16, learning_rate_g: 4e-4 });
  });

  it('two processes at once make one block', async () => {
    const sweep = await fleet.sweep(gridOf(100));
    const other = await import('../database.ts').then(({ createDatabase }) => createDatabase(fleet.url));
    try {
      const outcomes = await Promise.all([
        ...[1, 2].map(() => suggestRuns(fleet.database, sweep.id)),
        ...[1, 2].map(() => suggestRuns(other.prisma, sweep.id)),
      ]);
      expect(outcomes.filter((outcome) => outcome === 'none')).toEqual([]);
      expect(await fleet.database.run.count()).toBe(32);
    } finally {
      await other.close();
    }
  });

  it('never repeats an assignment while an unseen one exists, then is exhausted', async () => {
    const sweep = await fleet.sweep({
      ...{ method: 'random', seed: 3 },
      parameters: { batch_size: { values: [2, 4, 8] }, generator_width: { values: [1, 2, 3, 4] } },
    });
    await suggestRuns(fleet.database, sweep.id);
    const keys = (await fleet.database.run.findMany()).map((run) => run.assignmentKey);
    expect(new Set(keys).size).toBe(12);
    expect(keys).toHaveLength(12);
    expect((await fleet.database.sweep.findUniqueOrThrow({ where: { id: sweep.id } })).exhausted).toBe(true);
  });

  it('the same seed gives the same assignments', async () => {
    const source = {
      method: 'random',
      run_cap: 20,
      seed: 11,
      parameters: { learning_rate: { min: 0.0001, max: 0.1 } },
    };
    const [a, b] = [await fleet.sweep(source), await fleet.sweep(source)];
    for (const sweep of [a, b]) await suggestRuns(fleet.database, sweep.id);
    const of = async (sweepId: string) =>
      (await fleet.database.run.findMany({ where: { sweepId }, orderBy: { number: 'asc' } })).map(
        (run) => run.assignment,
      );
    expect(await of(a.id)).toEqual(await of(b.id));
  });
});

describe('the end of a sweep', () => {
  it('finishes by itself when it is exhausted and every run has ended', async () => {
    const sweep = await fleet.sweep(gridOf(2));
    const agent = await fleet.agent('wren', 2);
    const runs = [await fleet.take(agent, { slotIndex: 0 }), await fleet.take(agent, { slotIndex: 1 })];
    expect((await fleet.lease(agent)).kind).toBe('no-work');
    await Promise.all(runs.map((run) => settleRun(fleet.database, fenceOfLease(run), finished)));
    expect(await fleet.database.sweep.findFirst()).toMatchObject({
      state: 'FINISHED',
      finishedAt: expect.any(Date),
    });
    expect((await runCountsOfSweep(fleet.database, [sweep.id]))[0]).toMatchObject({
      finished: 2,
      total: 2,
      queued: 0,
    });
  });

  it('finishes when run_cap is reached', async () => {
    const sweep = await fleet.sweep(gridOf(9, { run_cap: 1 }));
    await settleRun(fleet.database, fenceOfLease(await fleet.take(await fleet.agent())), finished);
    expect(await stateOf(sweep.id)).toBe('FINISHED');
  });

  it('a paused run keeps it open', async () => {
    const sweep = await fleet.sweep(gridOf(1));
    await suggestRuns(fleet.database, sweep.id);
    const run = await fleet.database.run.findFirstOrThrow();
    await commandRun(fleet.database, 'pause', { runId: run.id, reason: null });
    expect(await stateOf(sweep.id)).toBe('RUNNING');
    await commandRun(fleet.database, 'cancel', { runId: run.id, reason: null });
    await suggestRuns(fleet.database, sweep.id);
    expect(await stateOf(sweep.id)).toBe('FINISHED');
  });

  it('stopping ends with its last started run; what never started is dropped at once', async () => {
    const sweep = await fleet.sweep(gridOf(9));
    const granted = await fleet.take(await fleet.agent());
    expect((await stopSweep(fleet.database, sweep.id)).state).toBe('STOPPING');
    expect(await fleet.database.run.count({ where: { state: 'CANCELLED' } })).toBe(8);
    await settleRun(fleet.database, fenceOfLease(granted), finished);
    expect(await stateOf(sweep.id)).toBe('FINISHED');
  });

  it('stopping a sweep with nothing under way finishes it', async () => {
    const sweep = await fleet.sweep(gridOf(9));
    expect((await stopSweep(fleet.database, sweep.id)).state).toBe('FINISHED');
  });

  it('commands twice are once; commands after the end are conflicts; unknown sweeps are not found', async () => {
    const sweep = await fleet.sweep(gridOf(2));
    await pauseSweep(fleet.database, sweep.id);
    expect((await pauseSweep(fleet.database, sweep.id)).state).toBe('PAUSED');
    await cancelSweep(fleet.database, sweep.id);
    expect((await cancelSweep(fleet.database, sweep.id)).state).toBe('CANCELLED');
    await expect(resumeSweep(fleet.database, sweep.id)).rejects.toBeInstanceOf(ConflictError);
    await expect(stopSweep(fleet.database, newId())).rejects.toBeInstanceOf(NotFoundError);
    await expect(stopSweep(fleet.database, 'nonsense')).rejects.toBeInstanceOf(NotFoundError);
  });

  it('cancelling while 16 agents claim leaves no run that waits, and every holder is told', async () => {
    const sweep = await fleet.sweep(gridOf(60));
    const agent = await fleet.agent('fleet', 16);
    const claims = Array.from({ length: 16 }, (_, slotIndex) => fleet.lease(agent, { slotIndex }));
    await Promise.all([...claims, cancelSweep(fleet.database, sweep.id)]);
    const rows = await fleet.database.run.findMany();
    expect(rows.filter((run) => run.state === 'QUEUED')).toEqual([]);
    const held = rows.filter((run) => run.state === 'RUNNING');
    expect(held.every((run) => run.command === 'CANCEL')).toBe(true);
  });
});

describe('lists', () => {
  it('pages of sweeps follow each other, newest first', async () => {
    const made = [];
    for (let i = 0; i < 5; i++) made.unshift((await fleet.sweep(gridOf(1))).id);
    const ids: string[] = [];
    for (let after: string | null = null; ; ) {
      const page = await sweepPage(fleet.database, { first: 2, after, projectId: null });
      ids.push(...page.edges.map((edge) => edge.node.id));
      after = page.pageInfo.endCursor;
      if (!page.pageInfo.hasNextPage) break;
    }
    expect(ids).toEqual(made);
    await expect(sweepPage(fleet.database, { first: 2, after: 'x', projectId: null })).rejects.toMatchObject({
      path: 'after',
    });
    await expect(sweepPage(fleet.database, { first: 0, after: null, projectId: null })).rejects.toMatchObject(
      { path: 'first' },
    );
  });

  it('the best run is the smallest objective of a sweep that minimises', async () => {
    const sweep = await fleet.sweep(gridOf(3, { metric: { name: 'loss', goal: 'minimize' } }));
    expect((await bestRunOfSweep(fleet.database, [sweep.id]))[0]).toBeNull();
    await suggestRuns(fleet.database, sweep.id);
    for (const [number, objective] of [
      [1, 0.5],
      [2, 0.2],
      [3, 0.9],
    ] as const) {
      await fleet.database.run.updateMany({ where: { number }, data: { objective } });
    }
    expect((await bestRunOfSweep(fleet.database, [sweep.id]))[0]).toMatchObject({ number: 2 });
  });
});
