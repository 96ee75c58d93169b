import { setTimeout as sleep } from 'node:timers/promises';
import { createRng, type Rng } from '@plumage/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '../../database.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { leaseRun } from '../../runs/lease.service.ts';
import { settleRun } from '../../runs/settle.service.ts';
import { reportMetrics } from '../../telemetry/metric.service.ts';
import { fenceOfLease, type Fleet, LEASE_MS, startFleet } from '../../testing/fleet.ts';
import { replaySweep } from '../../testing/replay.ts';
import { updateSweep } from '../edit/sweep-edit.service.ts';

let fleet: Fleet;
let other: Database;
beforeEach(async () => {
  fleet = await startFleet();
  other = createDatabase(fleet.url, { maxConnections: 8 });
});
afterEach(async () => {
  await other.close();
  await fleet.close();
});

const space = {
  learning_rate: { distribution: 'log_uniform_values', min: 0.00001, max: 0.1 },
  batch_size: { values: [4, 8, 16, 32] },
};
const sourceOf = (method: string, more: object = {}) => ({
  ...{ method, seed: 5, run_cap: 40, parameters: space },
  metric: { name: 'eval/r_precision', goal: 'maximize' },
  ...more,
});

/** The better, the nearer a run's learning rate is to 0.001. */
const valueOf = (config: unknown): number =>
  1 - Math.abs(Math.log10((config as { learning_rate: number }).learning_rate) + 3) / 5;

/** Trains until there is no work: one in six fails, one in six is cancelled with a value, the others end well. */
async function work(
  database: PrismaClient,
  agent: { id: string; instanceId: string },
  slot: number,
  rng: Rng,
) {
  const request = {
    ...{ agentId: agent.id, instanceId: agent.instanceId, slotIndex: slot, sweepId: null },
    ...{ codeVersion: null, waitMs: 3_000 },
  };
  let taken = 0;
  for (;;) {
    const lease = await leaseRun({ database, bell: fleet.bell, leaseMs: LEASE_MS }, request);
    if (lease.kind !== 'granted') return taken;
    taken += 1;
    const fence = fenceOfLease(lease);
    await sleep(rng.int(20));
    const column = {
      ...{ key: 'eval/r_precision', steps: [10, 20], times: [1, 2] },
      values: [0, valueOf(lease.config)],
    };
    const cost = { ...column, key: 'cost', values: [1, (lease.config as { batch_size: number }).batch_size] };
    await reportMetrics(database, fence, { sequence: 1, columns: [column, cost] });
    await sleep(rng.int(20));
    const fate = rng.int(6);
    const outcome = fate === 0 ? 'FAILED' : fate === 1 ? 'CANCELLED' : 'FINISHED';
    const failureClass = fate === 0 ? 'user_error' : null;
    await settleRun(database, fence, { outcome, step: 20, failureClass, failureMessage: null });
  }
}

const workAll = async (slots: number) => {
  const agent = await fleet.agent('fleet', slots);
  const databases = [fleet.database, other.prisma];
  return await Promise.all(
    Array.from({ length: slots }, (_, slot) =>
      work(databases[slot % 2] ?? fleet.database, agent, slot, createRng(slot)),
    ),
  );
};

const expectReplay = async (sweepId: string, count: number) => {
  const runs = await replaySweep(fleet.database, sweepId);
  expect(runs).toHaveLength(count);
  for (const { number, made, replayed } of runs)
    expect({ number, replayed }).toEqual({ number, replayed: made });
};

describe('a search of two API processes, its runs ending in any order', { timeout: 120_000 }, () => {
  it.each(['tpe', 'gp', 'random'])(
    '%s: gives each run the assignment that its rows give again',
    async (method) => {
      const sweep = await fleet.sweep(sourceOf(method));
      await workAll(8);
      await expectReplay(sweep.id, 40);
      const runs = await fleet.database.run.findMany();
      expect(new Set(runs.map((run) => run.assignmentKey)).size).toBe(40);
      if (method === 'random') return;
      const known = runs.map((run) => run.knownResults);
      expect(Math.max(...known)).toBeGreaterThan(20);
      const results = runs.flatMap((run) => run.resultNumber ?? []);
      expect(new Set(results).size).toBe(results.length);
    },
  );

  it('with two metrics, each result with its value of both', async () => {
    const metrics = [
      { name: 'eval/r_precision', goal: 'maximize' },
      { name: 'cost', goal: 'minimize' },
    ];
    const sweep = await fleet.sweep(sourceOf('tpe', { metric: undefined, metrics, run_cap: 30 }));
    await workAll(8);
    await expectReplay(sweep.id, 30);
    const finished = await fleet.database.run.findMany({ where: { state: 'FINISHED' } });
    for (const run of finished)
      expect(run.objectives).toEqual([run.objective, (run.config as { batch_size: number }).batch_size]);
  });

  it('and goes on to do so when it is edited on its way: each run by the version that it came from', async () => {
    const sweep = await fleet.sweep(sourceOf('tpe', { run_cap: 24 }));
    const [, edited] = await Promise.all([
      workAll(6),
      expect
        .poll(() => fleet.database.run.count({ where: { state: 'FINISHED' } }), { timeout: 60_000 })
        .toBeGreaterThan(8)
        .then(async () => {
          const patch = {
            run_cap: 36,
            parameters: { beta1: { min: 0.3, max: 0.9 }, batch_size: { values: [8, 16, 64] } },
          };
          const { version } = sweep;
          return await updateSweep(fleet.database, { sweepId: sweep.id, version, patch }, 'anna');
        }),
    ]);
    expect(edited.kind).toBe('updated');
    const second = await fleet.database.run.findMany({ where: { sweepVersion: 2 } });
    expect(second.length).toBeGreaterThan(5);
    for (const run of second) expect(run.assignment).toMatchObject({ beta1: expect.any(Number) });
    await expectReplay(sweep.id, await fleet.database.run.count());
  });
});
