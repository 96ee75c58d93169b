import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportCheckpoint } from '../checkpoints/checkpoint.service.ts';
import { expire, endWait, fenceOfLease, type Fleet, startFleet } from '../testing/fleet.ts';
import { reapExpired } from '../runs/settle.service.ts';
import { createDatabase } from '../database.ts';
import { reportMetrics } from './metric.service.ts';

let fleet: Fleet;
beforeEach(async () => {
  fleet = await startFleet();
});
afterEach(() => fleet.close());

const metrics = [
  { name: 'quality', goal: 'maximize' },
  { name: 'cost', goal: 'minimize' },
];
const sweepOf = (more: object = {}) =>
  fleet.sweep({ method: 'random', run_cap: 3, metrics, parameters: { seed: { min: 1, max: 99 } }, ...more });
const column = (key: string, steps: number[], values: number[]) => ({ key, steps, values, times: steps });
type Lease = Awaited<ReturnType<Fleet['take']>>;
const report = (lease: Lease, sequence: number, ...columns: ReturnType<typeof column>[]) =>
  reportMetrics(fleet.database, fenceOfLease(lease), { sequence, columns });

const objectivesOf = async ({ id }: Lease) =>
  (await fleet.database.run.findUniqueOrThrow({ where: { id } })).objectives;

describe('a run of a sweep with several metrics', () => {
  it('has the value of each by objective_at, in any order of arrival; NaN while unknown', async () => {
    await sweepOf();
    const lease = await fleet.take(await fleet.agent());
    await report(lease, 1, column('cost', [1, 2], [9, 7]), column('other', [1], [1]));
    expect(await objectivesOf(lease)).toEqual([Number.NaN, 7]);
    await report(lease, 2, column('quality', [2], [0.4]));
    expect(await objectivesOf(lease)).toEqual([0.4, 7]);
    await report(lease, 3, column('cost', [3, 4], [8, Number.NaN]), column('quality', [3], [0.5]));
    expect(await objectivesOf(lease)).toEqual([0.5, 8]);
    expect(await fleet.database.run.findFirst({ where: { id: lease.id } })).toMatchObject({
      ...{ objective: 0.5, objectiveStep: 3 },
    });
  });

  it('the best of each where the best counts', async () => {
    await sweepOf({ objective_at: 'best' });
    const lease = await fleet.take(await fleet.agent());
    await report(lease, 1, column('cost', [1, 2, 3], [9, 7, 8]), column('quality', [1, 2, 3], [1, 3, 2]));
    await report(lease, 2, column('cost', [4], [7.5]));
    expect(await objectivesOf(lease)).toEqual([3, 7]);
  });

  it('forgets what a resume has superseded', async () => {
    await sweepOf({ max_failures: 1 });
    const agent = await fleet.agent();
    const lease = await fleet.take(agent);
    const both = (...values: number[]) => [
      column('cost', [values.length], [values.at(-1) ?? 0]),
      column('quality', [values.length], [10 * (values.at(-1) ?? 0)]),
    ];
    await report(lease, 1, ...both(1));
    const files = [{ name: 'weights', blobSha256: await fleet.blob('w') }];
    await reportCheckpoint(fleet.database, fenceOfLease(lease), { step: 1, files });
    await report(lease, 2, ...both(1, 2));
    expect(await objectivesOf(lease)).toEqual([20, 2]);
    await expire(fleet.database, lease.id);
    await reapExpired(fleet.database);
    await endWait(fleet.database, lease.id);
    await fleet.take(agent);
    expect(await objectivesOf(lease)).toEqual([10, 1]);
  });

  it('two processes that take batches of it at once lose neither metric', async () => {
    await sweepOf();
    const lease = await fleet.take(await fleet.agent());
    const other = createDatabase(fleet.url, { maxConnections: 4 });
    for (let step = 1; step <= 10; step++) {
      await Promise.all([
        report(lease, 2 * step, column('cost', [step], [step])),
        reportMetrics(other.prisma, fenceOfLease(lease), {
          ...{ sequence: 2 * step + 1, columns: [column('quality', [step], [100 * step])] },
        }),
      ]);
      expect(await objectivesOf(lease)).toEqual([100 * step, step]);
    }
    await other.close();
  });
});
