/** Placement against a real Postgres: who gets whose runs, with two API processes at once. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerAgent } from '../agents/agent.service.ts';
import { createDatabase, type Database } from '../database.ts';
import type { Agent } from '../generated/prisma/client.ts';
import { newId } from '../id.ts';
import { waitingBecauseOfSweep } from '../sweeps/waiting.loader.ts';
import { cancelSweep } from '../sweeps/sweep.service.ts';
import { fenceOfLease, type Fleet, gridOf, LEASE_MS, registration, startFleet } from '../testing/fleet.ts';
import { leaseRun } from './lease.service.ts';
import { settleRun } from './settle.service.ts';

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

interface Offer {
  readonly backend?: string;
  readonly memoryMb?: number | null;
  readonly device?: string;
  readonly datasets?: readonly string[];
}

/** An agent with one slot for each offer. */
async function agentWith(name: string, offers: readonly Offer[], allowsCommand = false): Promise<Agent> {
  const plain = { backend: 'wasm', device: 'cpu', memoryMb: 1_000, memoryLimitMb: null, datasets: [] };
  const slots = offers.map((offer, index) => ({ ...plain, ...offer, index }));
  const keyId = newId();
  const key = { id: keyId, kind: 'AGENT', name, prefix: 'plu_agent_', hash: newId() } as const;
  await fleet.database.apiKey.create({ data: key });
  const given = { ...registration(name), allowsCommand, slots };
  return (await registerAgent(fleet.database, { kind: 'agent', keyId, keyName: name }, given)).agent;
}

const asked = (agent: Agent, slotIndex: number) => ({
  ...{ agentId: agent.id, instanceId: agent.instanceId, slotIndex },
  ...{ sweepId: null, codeVersion: null, waitMs: 0 },
});

const finish = (lease: Awaited<ReturnType<Fleet['take']>>) =>
  settleRun(fleet.database, fenceOfLease(lease), {
    ...{ outcome: 'FINISHED', step: 1, failureClass: null, failureMessage: null },
  });

const waiting = async (...sweeps: { id: string }[]) =>
  waitingBecauseOfSweep(60_000)(
    fleet.database,
    sweeps.map((sweep) => sweep.id),
  );

describe('a run goes only where its sweep’s requirements are met', () => {
  for (const [name, requires, fits, short] of [
    ['back end', { backend: ['webgpu', 'tfjs-node-gpu'] }, { backend: 'webgpu' }, {}],
    ['memory', { memory_mb: 8_000 }, { memoryMb: 8_000 }, { memoryMb: 7_999 }],
    ['unknown memory', { memory_mb: 1 }, { memoryMb: 1 }, { memoryMb: null }],
    ['device', { device: 'a100' }, { device: 'NVIDIA A100' }, { device: 'NVIDIA H100' }],
    ['data set', { dataset: 'cub' }, { datasets: ['emoji', 'cub'] }, { datasets: ['emoji'] }],
  ] as const) {
    it(name, async () => {
      const sweep = await fleet.sweep(gridOf(3, { requires }));
      expect(sweep.requires).not.toBeNull();
      const agent = await agentWith('wren', [short, fits]);
      expect((await fleet.lease(agent, { slotIndex: 0 })).kind).toBe('no-work');
      expect(await waiting(sweep)).toEqual([null]);
      expect((await fleet.take(agent, { slotIndex: 1 })).sweepId).toBe(sweep.id);
      expect((await fleet.lease(agent, { slotIndex: 0, sweepId: sweep.id })).kind).toBe('no-work');
    });
  }

  it('programs of a sweep: only an agent that was started with --allow-command', async () => {
    const programs = { trainer: 'command', command: ['./train.sh'] };
    await fleet.sweep(gridOf(2, programs));
    expect((await fleet.lease(await agentWith('careful', [{}]))).kind).toBe('no-work');
    expect((await fleet.lease(await agentWith('trusting', [{}], true))).kind).toBe('granted');
  });
});

describe('two API processes at once', () => {
  it('many slots race for sweeps that few of them may serve: each run lands where it fits', async () => {
    const large = await fleet.sweep(gridOf(40, { requires: { memory_mb: 40_000 }, priority: 5 }));
    const any = await fleet.sweep(gridOf(40));
    const offers = Array.from({ length: 40 }, (_, i) => ({ memoryMb: i % 4 === 0 ? 80_000 : 8_000 }));
    const agent = await agentWith('fleet', offers);
    const services = { bell: fleet.bell, leaseMs: LEASE_MS };
    const outcomes = await Promise.all(
      offers.map((_, i) =>
        leaseRun({ ...services, database: i % 2 ? other.prisma : fleet.database }, asked(agent, i)),
      ),
    );
    const sweeps = outcomes.map((outcome) => (outcome.kind === 'granted' ? outcome.sweepId : outcome.kind));
    expect(sweeps).toEqual(offers.map(({ memoryMb }) => (memoryMb === 80_000 ? large.id : any.id)));
    expect(new Set(outcomes.map((outcome) => outcome.kind === 'granted' && outcome.id)).size).toBe(40);
  });

  it('a sweep that one of many waiting slots may serve starts there, and nobody else is given its runs', async () => {
    const offers = Array.from({ length: 60 }, (_, i) => ({ device: i === 41 ? 'NVIDIA A100' : 'cpu' }));
    const agent = await agentWith('fleet', offers);
    const leaving = new AbortController();
    const { database } = fleet;
    const told = offers.map((_, i) => {
      const request = { ...asked(agent, i), waitMs: 50_000 };
      const signal = AbortSignal.any([leaving.signal]);
      return leaseRun({ bell: fleet.bell, leaseMs: LEASE_MS, database }, request, signal);
    });
    await expect.poll(() => fleet.bell.waiting, { timeout: 20_000 }).toBe(60);
    await fleet.sweep(gridOf(5, { requires: { device: 'A100' } }));
    expect(await told[41]).toMatchObject({ kind: 'granted' });
    leaving.abort();
    const kinds = (await Promise.all(told)).map((outcome) => outcome.kind);
    expect(kinds.filter((kind) => kind === 'granted')).toHaveLength(1);
    expect(await fleet.database.run.count({ where: { state: 'RUNNING' } })).toBe(1);
  });
});

describe('fairness and priority among those that fit', () => {
  it('twenty sweeps that nobody can serve do not hide one that somebody can', async () => {
    for (let i = 0; i < 20; i++)
      await fleet.sweep(gridOf(2, { priority: 9, requires: { memory_mb: 90_000 } }));
    const any = await fleet.sweep(gridOf(2));
    expect((await fleet.take(await agentWith('wren', [{}]))).sweepId).toBe(any.id);
  });

  it('equals share the slots that both may have, and a higher priority comes first where it fits', async () => {
    const large = await fleet.sweep(gridOf(20, { requires: { memory_mb: 40_000 } }));
    const any = await fleet.sweep(gridOf(20));
    const agent = await agentWith(
      'fleet',
      Array.from({ length: 8 }, () => ({ memoryMb: 80_000 })),
    );
    await Promise.all(Array.from({ length: 8 }, (_, slotIndex) => fleet.lease(agent, { slotIndex })));
    for (const { id: sweepId } of [large, any])
      expect(await fleet.database.run.count({ where: { sweepId, state: 'RUNNING' } })).toBe(4);
    const urgent = await fleet.sweep(gridOf(2, { priority: 1, requires: { memory_mb: 40_000 } }));
    const more = await agentWith('more', [{ memoryMb: 1_000 }, { memoryMb: 80_000 }]);
    expect((await fleet.take(more, { slotIndex: 0 })).sweepId).toBe(any.id);
    expect((await fleet.take(more, { slotIndex: 1 })).sweepId).toBe(urgent.id);
  });
});

describe('why a sweep waits', () => {
  it('in words, with the nearest slot that is online; null once one fits or nothing is left to do', async () => {
    const sweep = await fleet.sweep(gridOf(1, { requires: { backend: 'webgpu', memory_mb: 8_000 } }));
    const plain = await fleet.sweep(gridOf(1));
    expect(await waiting(sweep, plain)).toEqual([
      'No agent is online. It asks for webgpu with 8,000 MB.',
      'No agent is online.',
    ]);
    await agentWith('finch', [{ memoryMb: 500 }]);
    await agentWith('wren', [{}, { backend: 'webgpu', memoryMb: 4_000 }]);
    expect(await waiting(sweep, plain)).toEqual([
      'No agent that is online offers webgpu with 8,000 MB. The nearest is wren, slot 1: it has 4,000 MB; 8,000 MB are asked for.',
      null,
    ]);
    await fleet.database.agent.updateMany({ data: { stoppedAt: new Date() } });
    expect((await waiting(sweep))[0]).toContain('No agent is online.');
    const large = await agentWith('large', [{ backend: 'webgpu', memoryMb: 16_000 }]);
    expect(await waiting(sweep)).toEqual([null]);
    const lease = await fleet.take(large, { sweepId: sweep.id });
    await fleet.database.agent.updateMany({ data: { stoppedAt: new Date() } });
    expect(await waiting(sweep), 'its only run is being trained').toEqual([null]);
    await finish(lease);
    expect(await waiting(sweep)).toEqual([null]);
    await cancelSweep(fleet.database, plain.id);
    expect(await waiting(plain)).toEqual([null]);
  });
});
