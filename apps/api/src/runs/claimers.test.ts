/** Many claimers on one sweep, over two API processes: what the methods' ways of suggesting promise under a crowd. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportCheckpoint } from '../checkpoints/checkpoint.service.ts';
import { createDatabase, type Database } from '../database.ts';
import type { Agent, PrismaClient, Sweep } from '../generated/prisma/client.ts';
import { reportMetrics } from '../telemetry/metric.service.ts';
import { fenceOfLease, type Fleet, LEASE_MS, startFleet } from '../testing/fleet.ts';
import { replaySweep } from '../testing/replay.ts';
import type { GrantedLease } from './claim.service.ts';
import { leaseRun } from './lease.service.ts';
import { settleRun } from './settle.service.ts';

let fleet: Fleet;
let other: Database;
beforeEach(async () => {
  fleet = await startFleet();
  other = createDatabase(fleet.url, { maxConnections: 16 });
});
afterEach(async () => {
  await other.close();
  await fleet.close();
});

const source = (method: string, more: object = {}) => ({
  ...{ method, seed: 9, metric: { name: 'loss', goal: 'minimize' } },
  parameters: { learning_rate: { min: 0.0001, max: 0.1 }, seed: { min: 1, max: 1_000_000 } },
  ...more,
});

/** A hundred claimers at once take a while where others work too. */
const PATIENCE_MS = 120_000;

/** Trains a run to its end within a moment. */
async function train(database: PrismaClient, lease: GrantedLease): Promise<void> {
  const fence = fenceOfLease(lease);
  const step = lease.untilStep ?? 1;
  const { learning_rate: rate } = lease.config as { learning_rate: number };
  if (lease.untilStep !== null) {
    const files = [{ name: 'weights', blobSha256: await fleet.blob('w') }];
    await reportCheckpoint(database, fence, { step, files });
  }
  const columns = [{ key: 'loss', steps: [step], values: [rate], times: [1] }];
  await reportMetrics(database, fence, { sequence: 1, columns });
  await settleRun(database, fence, { outcome: 'FINISHED', step, failureClass: null, failureMessage: null });
}

async function claimer(
  database: PrismaClient,
  agent: Agent,
  slotIndex: number,
  sweep: Sweep,
): Promise<string[]> {
  const { id: agentId, instanceId } = agent;
  const request = { agentId, instanceId, slotIndex, sweepId: sweep.id, codeVersion: null, waitMs: 2_000 };
  const taken: string[] = [];
  for (;;) {
    const lease = await leaseRun({ database, bell: fleet.bell, leaseMs: LEASE_MS }, request);
    if (lease.kind === 'granted') {
      taken.push(lease.id);
      await train(database, lease);
    } else if (lease.kind !== 'no-work' || lease.command !== 'CONTINUE') return taken;
  }
}

/** All of them claim and train until the sweep is over. */
async function crowd(sweep: Sweep, claimers: number) {
  const slots = 50;
  const agents: Agent[] = [];
  for (let i = 0; i * slots < claimers; i++) agents.push(await fleet.agent(`fleet ${i}`, slots));
  const taken = await Promise.all(
    agents
      .flatMap((agent) => Array.from({ length: slots }, (_, slot) => ({ agent, slot })))
      .slice(0, claimers)
      .map(({ agent, slot }) => claimer(slot % 2 === 0 ? fleet.database : other.prisma, agent, slot, sweep)),
  );
  const runs = await fleet.database.run.findMany({ orderBy: { number: 'asc' } });
  const ended = await fleet.database.sweep.findUniqueOrThrow({ where: { id: sweep.id } });
  expect(ended.state).toBe('FINISHED');
  expect(taken.flat().sort()).toEqual(runs.map(({ id }) => id).sort());
  expect(new Set(runs.map((run) => run.assignmentKey)).size).toBe(runs.length);
  expect(runs.map((run) => run.number)).toEqual(runs.map((_, i) => i + 1));
  expect(runs.every((run) => run.state === 'FINISHED' && run.leaseEpoch === 1)).toBe(true);
  return runs;
}

describe('a crowd of claimers', { timeout: PATIENCE_MS }, () => {
  it.each([
    ['random', 200],
    ['tpe', 120],
  ])(
    'on a sweep by %s: each run is given out once, none is like another, and all are',
    async (method, runCap) => {
      const sweep = await fleet.sweep(source(method, { run_cap: runCap }));
      const runs = await crowd(sweep, 100);
      expect(runs).toHaveLength(runCap);
      const replayed = await replaySweep(fleet.database, sweep.id);
      for (const run of replayed) expect(run.replayed).toEqual(run.made);
    },
  );

  it('on a population: each interval of each member is trained once, and whoever has none waits', async () => {
    const pbt = { population: 6, interval: 10, generations: 4 };
    const sweep = await fleet.sweep(source('pbt', { pbt, concurrency: 5 }));
    const runs = await crowd(sweep, 40);
    const places = runs.map((run) => `${run.member}/${run.generation}`);
    expect(new Set(places).size).toBe(24);
    expect(places).toHaveLength(24);
    expect(runs.filter((run) => run.parentRunId !== null)).toHaveLength(18);
  });

  it('on a sweep that learns and has a concurrency limit: never more at one time', async () => {
    const sweep = await fleet.sweep(source('tpe', { run_cap: 60, concurrency: 7 }));
    let most = 0;
    const look = async () => {
      most = Math.max(most, await fleet.database.run.count({ where: { state: 'RUNNING' } }));
    };
    const watch = setInterval(() => void look(), 20);
    await crowd(sweep, 50).finally(() => clearInterval(watch));
    expect(most).toBeLessThanOrEqual(7);
    expect(most).toBeGreaterThan(1);
  });
});
