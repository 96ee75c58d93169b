import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConflictError, NotFoundError } from '../errors/api.error.ts';
import { newId } from '../id.ts';
import { suggestRuns } from '../sweeps/suggestion.service.ts';
import { fenceOfLease, type Fleet, gridOf, startFleet } from '../testing/fleet.ts';
import { commandRun, listRuns, type RunListRequest } from './run.service.ts';
import { settleRun } from './settle.service.ts';

let fleet: Fleet;
beforeEach(async () => {
  fleet = await startFleet();
});
afterEach(() => fleet.close());

const all = async (request: Partial<RunListRequest>) => {
  const numbers: number[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const page = await listRuns(fleet.database, {
      ...{ filter: {}, orderBy: 'NUMBER', direction: 'ASC', first: 3, after },
      ...request,
    });
    numbers.push(...page.rows.map(({ row }) => row.number));
    after = page.rows.at(-1)?.cursor ?? null;
    more = page.hasNextPage;
  }
  return numbers;
};

describe('the list of runs', () => {
  beforeEach(async () => {
    const sweep = await fleet.sweep(gridOf(8, { name: 'Corals' }));
    await suggestRuns(fleet.database, sweep.id);
    for (const [number, objective] of [
      [1, 0.5],
      [2, 0.9],
      [3, 0.5],
      [5, 0.1],
    ] as const) {
      await fleet.database.run.updateMany({ where: { number }, data: { objective } });
    }
  });

  it('goes through all pages in each order, both ways, without a gap or a repetition', async () => {
    expect(await all({})).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await all({ direction: 'DESC' })).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    expect(await all({ orderBy: 'CREATED_AT' })).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await all({ orderBy: 'OBJECTIVE', direction: 'DESC' })).toEqual([2, 3, 1, 5, 8, 7, 6, 4]);
    expect(await all({ orderBy: 'OBJECTIVE', direction: 'ASC' })).toEqual([5, 1, 3, 2, 4, 6, 7, 8]);
    expect((await all({ orderBy: 'UPDATED_AT' })).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('is filtered by state, sweep and text', async () => {
    await fleet.database.run.updateMany({ where: { number: { lte: 2 } }, data: { state: 'FINISHED' } });
    expect(await all({ filter: { states: ['FINISHED'] } })).toEqual([1, 2]);
    expect(await all({ filter: { search: 'coral' } })).toHaveLength(8);
    expect(await all({ filter: { search: '-0003' } })).toEqual([3]);
    expect(await all({ filter: { search: '%' } })).toEqual([]);
    expect(await all({ filter: { sweepId: newId() } })).toEqual([]);
  });

  it('refuses cursors of other lists', async () => {
    const page = await listRuns(fleet.database, {
      filter: {},
      orderBy: 'CREATED_AT',
      direction: 'ASC',
      first: 1,
      after: null,
    });
    const after = page.rows[0]?.cursor ?? '';
    for (const orderBy of ['NUMBER', 'UPDATED_AT'] as const) {
      await expect(all({ orderBy, after })).rejects.toMatchObject({ code: 'BAD_INPUT', path: 'after' });
    }
    await expect(all({ after: 'nonsense' })).rejects.toMatchObject({ path: 'after' });
    await expect(all({ filter: { sweepId: 'x' } })).rejects.toMatchObject({ path: 'filter.sweepId' });
  });
});

describe('commanding a run', () => {
  it('one that waits moves at once', async () => {
    const sweep = await fleet.sweep(gridOf(2));
    await suggestRuns(fleet.database, sweep.id);
    const { id: runId } = await fleet.database.run.findFirstOrThrow({ where: { number: 1 } });
    const told = { runId, reason: null };
    expect((await commandRun(fleet.database, 'pause', told)).state).toBe('PAUSED');
    expect((await commandRun(fleet.database, 'pause', told)).state).toBe('PAUSED');
    expect((await commandRun(fleet.database, 'resume', told)).state).toBe('QUEUED');
    expect((await commandRun(fleet.database, 'cancel', told)).state).toBe('CANCELLED');
    expect((await commandRun(fleet.database, 'cancel', told)).state).toBe('CANCELLED');
    await expect(commandRun(fleet.database, 'pause', told)).rejects.toBeInstanceOf(ConflictError);
    await expect(commandRun(fleet.database, 'cancel', { ...told, runId: newId() })).rejects.toBeInstanceOf(
      NotFoundError,
    );
    await expect(
      commandRun(fleet.database, 'cancel', { ...told, reason: 'x'.repeat(501) }),
    ).rejects.toMatchObject({
      path: 'input.reason',
    });
  });

  it('a cancel is stronger than a pause, and is not taken back', async () => {
    await fleet.sweep(gridOf(1));
    const granted = await fleet.take(await fleet.agent());
    const told = { runId: granted.id, reason: null };
    await commandRun(fleet.database, 'pause', told);
    await commandRun(fleet.database, 'cancel', told);
    await commandRun(fleet.database, 'resume', told);
    expect((await fleet.database.run.findFirstOrThrow()).command).toBe('CANCEL');
  });

  it('a claim and a cancel at the same moment: cancelled, or held and told so', async () => {
    const agent = await fleet.agent('wren', 8);
    const sweep = await fleet.sweep(gridOf(8));
    await suggestRuns(fleet.database, sweep.id);
    const runs = await fleet.database.run.findMany({ orderBy: { number: 'asc' } });
    await Promise.all([
      ...runs.map((run) => commandRun(fleet.database, 'cancel', { runId: run.id, reason: null })),
      ...runs.map((_, slotIndex) => fleet.lease(agent, { slotIndex })),
    ]);
    for (const run of await fleet.database.run.findMany()) {
      expect(run.state === 'CANCELLED' || (run.state === 'RUNNING' && run.command === 'CANCEL')).toBe(true);
    }
  });

  it('an ended run keeps its state', async () => {
    await fleet.sweep(gridOf(1));
    const granted = await fleet.take(await fleet.agent());
    await settleRun(fleet.database, fenceOfLease(granted), {
      outcome: 'FINISHED',
      step: 1,
      failureClass: null,
      failureMessage: null,
    });
    await expect(
      commandRun(fleet.database, 'cancel', { runId: granted.id, reason: null }),
    ).rejects.toBeInstanceOf(ConflictError);
  });
});
