import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../id.ts';
import type { Sweep } from '../../generated/prisma/client.ts';
import { fenceOfLease, type Fleet, startFleet } from '../../testing/fleet.ts';
import { settleRun } from '../../runs/settle.service.ts';
import { reportMetrics } from '../../telemetry/metric.service.ts';
import { definitionOf } from '../edit/version.service.ts';
import { createSweep } from '../sweep.service.ts';
import { suggestRuns } from '../suggestion.service.ts';
import { earlierResults } from './warm-start.service.ts';

let fleet: Fleet;
beforeEach(async () => {
  fleet = await startFleet();
});
afterEach(() => fleet.close());

const metric = { name: 'loss', goal: 'minimize' };
const random = {
  ...{ method: 'random', run_cap: 6, metric, seed: 2 },
  parameters: { learning_rate: { min: 0.0001, max: 0.1 }, batch_size: { values: [4, 8] } },
};
const warm = (from: Sweep, more: object = {}) => ({
  ...{ method: 'gp', run_cap: 6, metric, seed: 3, warm_start: [from.id] },
  parameters: { learning_rate: { min: 0.0001, max: 0.1 }, beta1: { min: 0.1, max: 0.9 } },
  ...more,
});

/** Trains so many runs of the sweep; the loss is smallest at a learning rate of 0.05. */
async function train(sweep: Sweep, count: number) {
  const agent = await fleet.agent('wren', 1);
  for (let i = 0; i < count; i++) {
    const lease = await fleet.take(agent, { sweepId: sweep.id });
    const loss = Math.abs((lease.config as { learning_rate: number }).learning_rate - 0.05);
    await reportMetrics(fleet.database, fenceOfLease(lease), {
      ...{ sequence: 1, columns: [{ key: 'loss', steps: [1], values: [loss], times: [1] }] },
    });
    const done = { outcome: 'FINISHED', step: 1, failureClass: null, failureMessage: null } as const;
    await settleRun(fleet.database, fenceOfLease(lease), done);
  }
}

const resultsFor = (sweep: Sweep) =>
  fleet.database.$transaction((tx) => earlierResults(tx, sweep, definitionOf(sweep)));

describe('a sweep that starts from the results of another', () => {
  it('knows them as runs before its first, by the parameters that it shares, defaults among them', async () => {
    const former = await fleet.sweep(random);
    await train(former, 6);
    const sweep = await fleet.sweep(warm(former));
    const results = await resultsFor(sweep);
    const runs = await fleet.database.run.findMany({ orderBy: { number: 'asc' } });
    expect(results.map(({ number }) => number)).toEqual([-5, -4, -3, -2, -1, 0]);
    for (const [i, { assignment, objective, state }] of results.entries()) {
      const { learning_rate } = runs[i]?.assignment as { learning_rate: number };
      expect({ assignment, objective, state }).toEqual({
        ...{ assignment: { learning_rate, beta1: 0.5 }, objective: runs[i]?.objective, state: 'FINISHED' },
      });
    }
  });

  it('leaves out values that it cannot have, and results that came after it was made', async () => {
    const former = await fleet.sweep(random);
    await train(former, 4);
    const narrow = { learning_rate: { min: 0.0001, max: 0.0002 }, beta1: { min: 0.1, max: 0.9 } };
    const sweep = await fleet.sweep(warm(former, { parameters: narrow }));
    await train(former, 2);
    const results = await resultsFor(sweep);
    expect(results).toHaveLength(4);
    for (const { assignment } of results) expect(assignment).toEqual({ beta1: 0.5 });
  });

  it('chooses otherwise than one that knows nothing, and repeats none of its own runs', async () => {
    const former = await fleet.sweep({ ...random, run_cap: 20 });
    await train(former, 20);
    const space = { parameters: { learning_rate: { min: 0.0001, max: 0.1 } } };
    const [cold, knowing] = [
      await fleet.sweep(warm(former, { ...space, warm_start: [] })),
      await fleet.sweep(warm(former, space)),
    ];
    const ratesOf = async (sweepId: string) => {
      await suggestRuns(fleet.database, sweepId, 6);
      const runs = await fleet.database.run.findMany({ where: { sweepId }, orderBy: { number: 'asc' } });
      return runs.map((run) => (run.assignment as { learning_rate: number }).learning_rate);
    };
    const [first, second] = [await ratesOf(cold.id), await ratesOf(knowing.id)];
    expect(second).not.toEqual(first);
    expect(Math.abs((second[0] ?? 0) - 0.05)).toBeLessThan(0.02);
    expect(new Set(second).size).toBe(second.length);
  });

  it('is refused for a sweep that is none, or that has no such metric', async () => {
    const former = await fleet.sweep({ ...random, metric: { name: 'other', goal: 'minimize' } });
    const nowhere = newId();
    const source = JSON.stringify(warm(former, { warm_start: [former.id, nowhere, 'x'] }));
    expect(await createSweep(fleet.database, { projectId: null, source })).toMatchObject({
      ok: false,
      problems: [
        { path: 'warm_start[0]', message: 'that sweep has no metric loss' },
        { path: 'warm_start[1]', message: 'is no sweep of this server' },
        { path: 'warm_start[2]', message: 'is no sweep of this server' },
      ],
    });
  });
});
