import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '../database.ts';
import type { Agent } from '../generated/prisma/client.ts';
import { type Fleet, gridOf, LEASE_MS, startFleet } from '../testing/fleet.ts';
import { leaseRun } from './lease.service.ts';

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

const request = (agent: Agent, slotIndex: number) => ({
  agentId: agent.id,
  instanceId: agent.instanceId,
  slotIndex,
  sweepId: null,
  codeVersion: null,
  waitMs: 0,
});

/** Even slots ask one API process, odd ones another, all at once. */
function raceOverTwo(agent: Agent, slots: number) {
  const services = { bell: fleet.bell, leaseMs: LEASE_MS };
  return Promise.all(
    Array.from({ length: slots }, (_, slotIndex) =>
      leaseRun(
        { ...services, database: slotIndex % 2 === 0 ? fleet.database : other.prisma },
        request(agent, slotIndex),
      ),
    ),
  );
}

describe('rounds of two API processes at once', () => {
  it('give each run to one agent, and each agent its own lease', async () => {
    await fleet.sweep(gridOf(64));
    const agent = await fleet.agent('fleet', 64);
    const granted = (await raceOverTwo(agent, 64)).filter((outcome) => outcome.kind === 'granted');
    expect(granted).toHaveLength(64);
    expect(new Set(granted.map((run) => run.id)).size).toBe(64);
    expect(new Set(granted.map((run) => run.token)).size).toBe(64);
    const attempts = await fleet.database.attempt.findMany({ orderBy: { slotIndex: 'asc' } });
    expect(attempts.map((attempt) => attempt.slotIndex)).toEqual(Array.from({ length: 64 }, (_, i) => i));
    for (const run of granted) {
      expect(attempts.find((attempt) => attempt.id === run.attemptId)?.runId).toBe(run.id);
    }
    expect(await fleet.database.change.count({ where: { kind: 'RUN' } })).toBe(64);
  });

  it('never pass a concurrency limit, and use it up', async () => {
    await fleet.sweep(gridOf(60, { concurrency: 7 }));
    const outcomes = await raceOverTwo(await fleet.agent('fleet', 40), 40);
    expect(outcomes.filter((outcome) => outcome.kind === 'granted')).toHaveLength(7);
    const running = await fleet.database.run.findMany({ where: { state: 'RUNNING' } });
    expect(running.map((run) => run.permit).sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('a round', () => {
  it('shares claimers evenly between equal sweeps', async () => {
    const sweeps = [await fleet.sweep(gridOf(50)), await fleet.sweep(gridOf(50))];
    const agent = await fleet.agent('fleet', 20);
    await Promise.all(Array.from({ length: 20 }, (_, slotIndex) => fleet.lease(agent, { slotIndex })));
    for (const sweep of sweeps) {
      expect(await fleet.database.run.count({ where: { sweepId: sweep.id, state: 'RUNNING' } })).toBe(10);
    }
  });

  it('a request that the database refuses fails alone', async () => {
    await fleet.sweep(gridOf(20));
    const agent = await fleet.agent('fleet', 8);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, slotIndex) =>
        fleet.lease(agent, { slotIndex, codeVersion: slotIndex === 3 ? 'no text\u0000' : 'ok' }),
      ),
    );
    expect(outcomes.map((outcome) => outcome.status === 'fulfilled')).toEqual(
      Array.from({ length: 8 }, (_, i) => i !== 3),
    );
    expect(await fleet.database.run.count({ where: { state: 'RUNNING' } })).toBe(7);
    expect(await fleet.database.attempt.count()).toBe(7);
  });
});
