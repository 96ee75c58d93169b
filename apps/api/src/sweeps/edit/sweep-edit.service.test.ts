import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConflictError, NotFoundError } from '../../errors/api.error.ts';
import type { Run, Sweep } from '../../generated/prisma/client.ts';
import { newId } from '../../id.ts';
import { commandRun } from '../../runs/run.service.ts';
import { settleRun } from '../../runs/settle.service.ts';
import { fenceOfLease, type Fleet, gridOf, startFleet } from '../../testing/fleet.ts';
import { cancelSweep, stopSweep } from '../sweep.service.ts';
import { suggestRuns } from '../suggestion.service.ts';
import { type SweepEdit, updateSweep } from './sweep-edit.service.ts';

let fleet: Fleet;
beforeEach(async () => {
  fleet = await startFleet();
});
afterEach(() => fleet.close());

const finished = { outcome: 'FINISHED', step: 1, failureClass: null, failureMessage: null } as const;
const edit = (sweep: Sweep, more: Partial<SweepEdit>) =>
  updateSweep(fleet.database, { sweepId: sweep.id, version: sweep.version, ...more }, 'anna');
const patched = async (sweep: Sweep, patch: object): Promise<Sweep> => {
  const outcome = await edit(sweep, { patch });
  if (outcome.kind !== 'updated') throw new Error(JSON.stringify(outcome));
  return outcome.sweep;
};
const runs = (): Promise<Run[]> => fleet.database.run.findMany({ orderBy: { number: 'asc' } });
const numbers = async (state: Run['state']) =>
  (await runs()).filter((run) => run.state === state).map((run) => run.number);

describe('an edit', () => {
  it('makes a version that says what was changed, why and by whom; runs name the version that they came from', async () => {
    const sweep = await fleet.sweep(gridOf(40, { run_cap: 33, concurrency: 3 }));
    await suggestRuns(fleet.database, sweep.id);
    const outcome = await edit(sweep, { patch: { run_cap: 40, concurrency: null }, note: ' more room ' });
    expect(outcome).toMatchObject({
      kind: 'updated',
      changes: ['run_cap 33 → 40', 'concurrency 3 → none'],
      sweep: { version: 2, runCap: 40, concurrency: null, state: 'RUNNING' },
    });
    const versions = await fleet.database.sweepVersion.findMany({ orderBy: { version: 'asc' } });
    expect(versions).toMatchObject([
      { version: 1, changes: [], source: sweep.source },
      { version: 2, changes: ['run_cap 33 → 40', 'concurrency 3 → none'], note: 'more room', byName: 'anna' },
    ]);
    await fleet.database.run.updateMany({ data: { state: 'FINISHED' } });
    await suggestRuns(fleet.database, sweep.id);
    const versionOf = new Map((await runs()).map((run) => [run.number, run.sweepVersion]));
    expect([versionOf.get(32), versionOf.get(33), versionOf.size]).toEqual([1, 2, 40]);
  });

  it('of two at once one is made, and the other is told', async () => {
    const sweep = await fleet.sweep(gridOf(3));
    const kinds = await Promise.all(
      [5, 6, 7].map(async (priority) => (await edit(sweep, { patch: { priority } })).kind),
    );
    expect(kinds.sort()).toEqual(['edited-meanwhile', 'edited-meanwhile', 'updated']);
    expect(await fleet.database.sweepVersion.count()).toBe(2);
  });

  it('that is wrong says so by path, and changes nothing', async () => {
    const sweep = await fleet.sweep(gridOf(3));
    const wrong = await edit(sweep, { patch: { parameters: { larning_rate: { value: 1 } } } });
    expect(wrong).toMatchObject({ kind: 'invalid', problems: [{ path: 'parameters.larning_rate' }] });
    const fixed = await edit(sweep, { source: JSON.stringify(gridOf(3, { seed: 5 })) });
    expect(fixed).toMatchObject({ kind: 'invalid', problems: [{ path: 'seed' }] });
    expect(await fleet.database.sweep.findFirst()).toMatchObject({ version: 1, source: sweep.source });
  });

  it('that changes nothing makes no version; one of comments alone does', async () => {
    const sweep = await fleet.sweep(gridOf(3));
    expect(await edit(sweep, { source: sweep.source })).toMatchObject({ changes: [], sweep: { version: 1 } });
    const commented = await edit(sweep, { source: `# a remark\n${sweep.source}` });
    expect(commented).toMatchObject({ changes: [], sweep: { version: 2 } });
  });

  it('asks for one of text and patch, an existing sweep, and one that was not cancelled', async () => {
    const sweep = await fleet.sweep(gridOf(3));
    await expect(edit(sweep, {})).rejects.toThrow(/either source or patch/);
    await expect(edit(sweep, { source: 'x', patch: {} })).rejects.toThrow(/either source or patch/);
    await expect(edit({ ...sweep, id: newId() }, { patch: {} })).rejects.toBeInstanceOf(NotFoundError);
    await cancelSweep(fleet.database, sweep.id);
    await expect(edit(sweep, { patch: { priority: 1 } })).rejects.toBeInstanceOf(ConflictError);
  });
});

describe('runs that wait while their sweep is edited', () => {
  it('are dropped where the new space, an exclusion or the cap leaves them no place; others stay', async () => {
    const sweep = await fleet.sweep(gridOf(10));
    await fleet.take(await fleet.agent());
    const narrow = await patched(sweep, { parameters: { seed: { values: [1, 2, 3, 4, 5, 6, 7, 8] } } });
    expect(await numbers('CANCELLED')).toEqual([9, 10]);
    const excluded = await patched(narrow, { exclude: [{ seed: { min: 5, max: 6 } }, { seed: [1] }] });
    expect(await numbers('CANCELLED')).toEqual([5, 6, 9, 10]);
    expect(await numbers('RUNNING')).toEqual([1]);
    await patched(excluded, { run_cap: 3 });
    expect(await numbers('QUEUED')).toEqual([2, 3]);
  });

  it('come back when an edit gives them a place again, but not what a person has cancelled', async () => {
    const sweep = await fleet.sweep(gridOf(4));
    await suggestRuns(fleet.database, sweep.id);
    const third = (await runs())[2];
    await commandRun(fleet.database, 'cancel', { runId: third?.id ?? '', reason: null });
    const excluded = await patched(sweep, { exclude: [{ seed: { min: 3 } }] });
    expect(await numbers('QUEUED')).toEqual([1, 2]);
    await patched(excluded, { exclude: null });
    expect(await numbers('QUEUED')).toEqual([1, 2, 4]);
  });
});

describe('a sweep that has ended', () => {
  it('goes on when an edit leaves it more to do', async () => {
    const sweep = await fleet.sweep(gridOf(5, { run_cap: 1 }));
    const agent = await fleet.agent();
    await settleRun(fleet.database, fenceOfLease(await fleet.take(agent)), finished);
    const ended = await fleet.database.sweep.findUniqueOrThrow({ where: { id: sweep.id } });
    expect(ended.state).toBe('FINISHED');
    const wider = await patched(ended, { parameters: { seed: { values: [1, 2, 3, 4, 5, 6] } } });
    expect(wider.state).toBe('FINISHED');
    expect(await patched(wider, { run_cap: 2 })).toMatchObject({ state: 'RUNNING', finishedAt: null });
    expect((await fleet.take(agent)).number).toBe(2);
  });

  it('stays so when there is nothing unseen, or the edit is not about the search', async () => {
    const sweep = await fleet.sweep(gridOf(1));
    await settleRun(fleet.database, fenceOfLease(await fleet.take(await fleet.agent())), finished);
    await suggestRuns(fleet.database, sweep.id);
    const capped = await patched(sweep, { run_cap: 10 });
    expect(capped).toMatchObject({ state: 'FINISHED', finishedAt: expect.any(Date) });
    expect((await patched(capped, { description: 'over' })).state).toBe('FINISHED');
  });

  it('or was stopped: what had not started waits again, and the reason is gone', async () => {
    const sweep = await fleet.sweep(gridOf(3, { run_cap: 2 }));
    await suggestRuns(fleet.database, sweep.id);
    expect(await stopSweep(fleet.database, sweep.id, 'bert')).toMatchObject({
      ...{ state: 'FINISHED', stateReason: 'stopped by bert' },
    });
    expect(await patched(sweep, { run_cap: 3 })).toMatchObject({ state: 'RUNNING', stateReason: null });
    expect(await numbers('QUEUED')).toEqual([1, 2]);
  });

  it('finishes at once when an edit takes away all that was left', async () => {
    const sweep = await fleet.sweep(gridOf(5));
    await settleRun(fleet.database, fenceOfLease(await fleet.take(await fleet.agent())), finished);
    expect((await patched(sweep, { run_cap: 1 })).state).toBe('FINISHED');
  });
});

describe('an edit while 16 agents claim', () => {
  it('gives no run of the old space to anybody who came later, and loses none', async () => {
    const sweep = await fleet.sweep(gridOf(60));
    const agent = await fleet.agent('fleet', 16);
    const [outcome] = await Promise.all([
      edit(sweep, { patch: { exclude: [{ seed: { min: 31 } }] } }),
      ...Array.from({ length: 16 }, (_, slotIndex) => fleet.lease(agent, { slotIndex })),
    ]);
    expect(outcome.kind).toBe('updated');
    const after = await Promise.all(Array.from({ length: 10 }, () => fleet.lease(agent)));
    for (const lease of after) {
      if (lease.kind !== 'granted') throw new Error(lease.kind);
      expect(lease.config).toMatchObject({ seed: expect.toSatisfy((seed: number) => seed <= 30) });
    }
  });
});
