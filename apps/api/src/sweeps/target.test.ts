import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportMetrics } from '../telemetry/metric.service.ts';
import { settleRun } from '../runs/settle.service.ts';
import { fenceOfLease, type Fleet, gridOf, startFleet } from '../testing/fleet.ts';
import { updateSweep } from './edit/sweep-edit.service.ts';
import { cancelSweep, stopOnTarget } from './sweep.service.ts';

let fleet: Fleet;
beforeEach(async () => {
  fleet = await startFleet();
});
afterEach(() => fleet.close());

const targeted = (target: number) =>
  gridOf(9, { metric: { name: 'eval/r_precision', goal: 'maximize', target } });
const report = (lease: Awaited<ReturnType<Fleet['take']>>, value: number) =>
  reportMetrics(fleet.database, fenceOfLease(lease), {
    sequence: 1,
    columns: [{ key: 'eval/r_precision', steps: [10], values: [value], times: [1] }],
  });

describe('a target that is reached', () => {
  it('stops the search and says by which run; a higher one lets it go on', async () => {
    const sweep = await fleet.sweep(targeted(0.2));
    const agent = await fleet.agent('wren', 2);
    const [low, high] = [await fleet.take(agent), await fleet.take(agent, { slotIndex: 1 })];
    await report(low, 0.1);
    await report(high, 0.21);
    expect(await fleet.database.sweep.findFirst()).toMatchObject({
      ...{ state: 'STOPPING', stateReason: 'target 0.2 of eval/r_precision reached by run 2 (0.21)' },
    });
    const edit = (version: number, target: number) =>
      updateSweep(fleet.database, { sweepId: sweep.id, version, patch: { metric: { target } } }, 'anna');
    expect(await edit(1, 0.205)).toMatchObject({ sweep: { state: 'STOPPING' } });
    expect(await edit(2, 0.5)).toMatchObject({
      ...{ changes: ['target 0.205 → 0.5'], sweep: { state: 'RUNNING', stateReason: null } },
    });
    const done = { outcome: 'FINISHED', step: 10, failureClass: null, failureMessage: null } as const;
    await settleRun(fleet.database, fenceOfLease(low), done);
    expect((await fleet.take(agent)).number).toBe(3);
  });

  it('by two runs at once stops it once; what a person has ended stays as it was', async () => {
    const sweep = await fleet.sweep(targeted(0.2));
    const agent = await fleet.agent('wren', 2);
    const leases = [await fleet.take(agent), await fleet.take(agent, { slotIndex: 1 })];
    await Promise.all(leases.map((lease, i) => report(lease, 0.3 + i / 10)));
    expect((await fleet.database.sweep.findFirstOrThrow()).stateReason).toMatch(
      /^target 0.2 of eval\/r_precision reached by run \d \(0.[34]\)$/,
    );
    await cancelSweep(fleet.database, sweep.id, 'bert');
    await stopOnTarget(fleet.database, sweep.id);
    expect(await fleet.database.sweep.findFirst()).toMatchObject({
      ...{ state: 'CANCELLED', stateReason: 'cancelled by bert' },
    });
  });
});
