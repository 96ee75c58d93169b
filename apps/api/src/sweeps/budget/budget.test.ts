import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Reaper } from '../../runs/reaper.ts';
import { settleRun } from '../../runs/settle.service.ts';
import { fenceOfLease, type Fleet, gridOf, startFleet } from '../../testing/fleet.ts';
import { updateSweep } from '../edit/sweep-edit.service.ts';
import { suggestRuns } from '../suggestion.service.ts';
import { budgetOfSweep } from './budget.loader.ts';
import { spentBudget } from './budget.rule.ts';
import { stopOverBudget } from './budget.service.ts';

let fleet: Fleet;
beforeEach(async () => {
  fleet = await startFleet();
});
afterEach(() => fleet.close());

const finished = { outcome: 'FINISHED', step: 1, failureClass: null, failureMessage: null } as const;
const sweepNow = () => fleet.database.sweep.findFirstOrThrow();
/** As if everything so far had begun this much earlier. */
const backdate = async (hours: number) => {
  await fleet.database.$executeRaw`
    update "Run" set "startedAt" = "startedAt" - ${hours}::float8 * interval '1 hour'`;
  await fleet.database.$executeRaw`
    update "Attempt" set "startedAt" = "startedAt" - ${hours}::float8 * interval '1 hour'`;
};

describe('a budget', () => {
  it('is used up by the clock, or by slots at work, and says which', () => {
    const used = { usedHours: 2, usedAcceleratorHours: 3.5 };
    expect(spentBudget({ hours: 2, acceleratorHours: null, ...used })).toBe('budget of 2 hours used');
    expect(spentBudget({ hours: 3, acceleratorHours: 3.5, ...used })).toBe(
      'budget of 3.5 accelerator-hours used',
    );
    expect(spentBudget({ hours: 1, acceleratorHours: null, ...used })).toBe('budget of 1 hour used');
    expect(spentBudget({ hours: null, acceleratorHours: null, ...used })).toBeNull();
    expect(spentBudget({ hours: 3, acceleratorHours: 4, ...used })).toBeNull();
  });

  it('counts the attempts under way, and stands still once the sweep has ended', async () => {
    const sweep = await fleet.sweep(gridOf(2, { budget: { hours: 5, accelerator_hours: 7 } }));
    const agent = await fleet.agent('wren', 2);
    const leases = [await fleet.take(agent), await fleet.take(agent, { slotIndex: 1 })];
    await backdate(1);
    const [use] = await budgetOfSweep(fleet.database, [sweep.id]);
    expect(use).toMatchObject({ hours: 5, acceleratorHours: 7 });
    expect(use?.usedHours).toBeCloseTo(1, 1);
    expect(use?.usedAcceleratorHours).toBeCloseTo(2, 1);
    for (const lease of leases) await settleRun(fleet.database, fenceOfLease(lease), finished);
    await suggestRuns(fleet.database, sweep.id);
    await fleet.database.sweep.updateMany({ data: { finishedAt: new Date(Date.now() + 3_600_000) } });
    const [ended] = await budgetOfSweep(fleet.database, [sweep.id]);
    expect(ended?.usedHours).toBeCloseTo(2, 1);
    expect(ended?.usedAcceleratorHours).toBeCloseTo(2, 1);
  });

  it('that is used up ends the search, not the runs that train; the timer sees it', async () => {
    await fleet.sweep(gridOf(9, { budget: { accelerator_hours: 3 } }));
    const agent = await fleet.agent('wren', 2);
    const lease = await fleet.take(agent);
    const reaper = new Reaper(fleet.database, {
      ...{ everyMs: 1_000, leaseMs: 45_000, retryBackoffMs: 1, log: pino({ level: 'silent' }) },
    });
    await backdate(2.9);
    await reaper.look();
    expect((await sweepNow()).state).toBe('RUNNING');
    await backdate(0.2);
    await reaper.look();
    expect(await sweepNow()).toMatchObject({
      ...{ state: 'STOPPING', stateReason: 'budget of 3 accelerator-hours used' },
    });
    expect((await fleet.lease(agent, { slotIndex: 1 })).kind).toBe('no-work');
    await settleRun(fleet.database, fenceOfLease(lease), finished);
    expect((await sweepNow()).state).toBe('FINISHED');
  });

  it('is looked at before more is suggested, whatever the timer does', async () => {
    await fleet.sweep(gridOf(40, { budget: { hours: 1 } }));
    const agent = await fleet.agent('wren', 33);
    for (let slotIndex = 0; slotIndex < 32; slotIndex++) await fleet.take(agent, { slotIndex });
    await backdate(1);
    expect((await fleet.lease(agent, { slotIndex: 32 })).kind).toBe('no-work');
    expect(await sweepNow()).toMatchObject({ state: 'STOPPING', stateReason: 'budget of 1 hour used' });
  });

  it('that is raised lets a sweep go on; two timers at once stop it once', async () => {
    const sweep = await fleet.sweep(gridOf(9, { budget: { hours: 1 } }));
    const agent = await fleet.agent();
    const lease = await fleet.take(agent);
    await backdate(1.5);
    await Promise.all([stopOverBudget(fleet.database), stopOverBudget(fleet.database)]);
    await settleRun(fleet.database, fenceOfLease(lease), finished);
    const edit = { sweepId: sweep.id, version: 1 };
    const still = await updateSweep(fleet.database, { ...edit, patch: { budget: { hours: 1.2 } } }, null);
    expect(still).toMatchObject({ sweep: { state: 'FINISHED' } });
    const more = { ...edit, version: 2, patch: { budget: { hours: 2 } } };
    expect(await updateSweep(fleet.database, more, null)).toMatchObject({
      sweep: { state: 'RUNNING', stateReason: null },
    });
    expect((await fleet.take(agent)).number).toBe(2);
  });
});
