import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerAgent, setAgentIntent } from '../agents/agent.service.ts';
import { BadInputError, NotFoundError } from '../errors/api.error.ts';
import { newId } from '../id.ts';
import { cancelSweep, pauseSweep, resumeSweep, stopSweep } from '../sweeps/sweep.service.ts';
import {
  endWait,
  expire,
  fenceOfLease,
  type Fleet,
  grid100,
  gridOf,
  registration,
  startFleet,
} from '../testing/fleet.ts';
import { reapExpired, settleRun } from './settle.service.ts';

let fleet: Fleet;
beforeEach(async () => {
  fleet = await startFleet();
});
afterEach(() => fleet.close());

const finished = { outcome: 'FINISHED', step: 1, failureClass: null, failureMessage: null } as const;

describe('many claimers', () => {
  it('64 at once on a grid of 100 get 100 distinct runs, then no work', async () => {
    await fleet.sweep(grid100);
    const agent = await fleet.agent('fleet', 64);
    const runs: string[] = [];
    await Promise.all(
      Array.from({ length: 64 }, async (_, slotIndex) => {
        for (;;) {
          const outcome = await fleet.lease(agent, { slotIndex });
          if (outcome.kind !== 'granted') return expect(outcome.kind).toBe('no-work');
          runs.push(outcome.id);
        }
      }),
    );
    expect(runs).toHaveLength(100);
    expect(new Set(runs).size).toBe(100);
    const rows = await fleet.database.run.findMany();
    expect(new Set(rows.map((row) => JSON.stringify(row.assignment))).size).toBe(100);
    expect(rows.every((row) => row.state === 'RUNNING' && row.leaseEpoch === 1)).toBe(true);
    expect(rows.map((row) => row.number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, i) => i + 1),
    );
    expect(await fleet.database.attempt.count()).toBe(100);
    expect((await fleet.database.sweep.findFirstOrThrow()).exhausted).toBe(true);
  });

  it('20 at once never pass a concurrency limit of 3, and a run that ends makes room for one', async () => {
    await fleet.sweep(gridOf(40, { concurrency: 3 }));
    const agent = await fleet.agent('fleet', 20);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, slotIndex) => fleet.lease(agent, { slotIndex })),
    );
    const granted = outcomes.filter((outcome) => outcome.kind === 'granted');
    expect(granted).toHaveLength(3);
    expect(
      (await fleet.database.run.findMany({ where: { state: 'RUNNING' } })).map((run) => run.permit).sort(),
    ).toEqual([1, 2, 3]);
    await settleRun(fleet.database, fenceOfLease(granted[0] as never), finished);
    const next = await Promise.all(
      Array.from({ length: 20 }, (_, slotIndex) => fleet.lease(agent, { slotIndex })),
    );
    expect(next.filter((outcome) => outcome.kind === 'granted')).toHaveLength(1);
    expect(await fleet.database.run.count({ where: { state: 'RUNNING' } })).toBe(3);
  });

  it('never make more runs than run_cap', async () => {
    const sweep = await fleet.sweep({
      ...{ method: 'random', run_cap: 37 },
      parameters: { learning_rate: { min: 0.0001, max: 0.1 } },
    });
    const agent = await fleet.agent('fleet', 60);
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, (_, slotIndex) => fleet.lease(agent, { slotIndex })),
    );
    expect(outcomes.filter((outcome) => outcome.kind === 'granted')).toHaveLength(37);
    expect(await fleet.database.run.count({ where: { sweepId: sweep.id } })).toBe(37);
  });

  it('two that claim the last queued run: one gets it', async () => {
    await fleet.sweep(gridOf(1));
    const agent = await fleet.agent('pair', 2);
    const outcomes = await Promise.all([0, 1].map((slotIndex) => fleet.lease(agent, { slotIndex })));
    expect(outcomes.map((outcome) => outcome.kind).sort()).toEqual(['granted', 'no-work']);
  });
});

describe('whose turn it is', () => {
  it('a higher priority is served first', async () => {
    await fleet.sweep(gridOf(5));
    const urgent = await fleet.sweep(gridOf(2, { priority: 10 }));
    const agent = await fleet.agent('wren', 3);
    const taken = [];
    for (const slotIndex of [0, 1, 2]) taken.push((await fleet.take(agent, { slotIndex })).sweepId);
    expect(taken.slice(0, 2)).toEqual([urgent.id, urgent.id]);
    expect(taken[2]).not.toBe(urgent.id);
  });

  it('equals share: eight slots give four runs to each of two sweeps', async () => {
    const [a, b] = [await fleet.sweep(gridOf(50)), await fleet.sweep(gridOf(50))];
    const agent = await fleet.agent('wren', 8);
    for (let slotIndex = 0; slotIndex < 8; slotIndex++) await fleet.take(agent, { slotIndex });
    expect(await fleet.database.run.count({ where: { sweepId: a.id, state: 'RUNNING' } })).toBe(4);
    expect(await fleet.database.run.count({ where: { sweepId: b.id, state: 'RUNNING' } })).toBe(4);
  });

  it('an agent that serves one sweep gets no run of another, and goes home when its sweep is over', async () => {
    const [mine, other] = [await fleet.sweep(gridOf(1)), await fleet.sweep(gridOf(1, { priority: 5 }))];
    const agent = await fleet.agent();
    const granted = await fleet.take(agent, { sweepId: mine.id });
    expect(granted.sweepId).toBe(mine.id);
    await settleRun(fleet.database, fenceOfLease(granted), finished);
    expect(await fleet.lease(agent, { sweepId: mine.id })).toMatchObject({
      kind: 'no-work',
      command: 'DRAIN',
    });
    expect((await fleet.take(agent, { sweepId: other.id })).sweepId).toBe(other.id);
  });

  it('a run that waits after a failure is not given out before its time', async () => {
    await fleet.sweep(gridOf(1));
    const agent = await fleet.agent();
    const first = await fleet.take(agent);
    await expire(fleet.database, first.id);
    await reapExpired(fleet.database);
    expect((await fleet.lease(agent)).kind).toBe('no-work');
    await endWait(fleet.database, first.id);
    expect(await fleet.take(agent)).toMatchObject({ id: first.id, epoch: 2 });
  });
});

describe('a sweep that is not running', () => {
  it('paused grants nothing, resumed grants again', async () => {
    const sweep = await fleet.sweep(gridOf(3));
    const agent = await fleet.agent();
    await pauseSweep(fleet.database, sweep.id);
    expect((await fleet.lease(agent)).kind).toBe('no-work');
    await resumeSweep(fleet.database, sweep.id);
    expect((await fleet.lease(agent)).kind).toBe('granted');
  });

  it('stopping starts nothing new, but lets a released run go on', async () => {
    const sweep = await fleet.sweep(gridOf(3));
    const agent = await fleet.agent();
    const granted = await fleet.take(agent);
    await stopSweep(fleet.database, sweep.id);
    expect((await fleet.lease(agent)).kind).toBe('no-work');
    await settleRun(fleet.database, fenceOfLease(granted), { ...finished, outcome: 'RELEASED' });
    expect(await fleet.take(agent)).toMatchObject({ id: granted.id, epoch: 2 });
  });

  it('cancelled grants nothing', async () => {
    const sweep = await fleet.sweep(gridOf(3));
    await cancelSweep(fleet.database, sweep.id);
    expect((await fleet.lease(await fleet.agent())).kind).toBe('no-work');
  });
});

describe('who asks', () => {
  it('a process whose name was taken over is told so', async () => {
    await fleet.sweep(gridOf(3));
    const former = await fleet.agent('wren');
    await fleet.agent('wren');
    expect(await fleet.lease(former)).toMatchObject({
      kind: 'superseded',
      reason: expect.stringContaining('wren'),
    });
  });

  it('an unknown agent, sweep or slot is refused by name', async () => {
    const agent = await fleet.agent();
    await expect(fleet.lease(agent, { agentId: newId() })).rejects.toBeInstanceOf(NotFoundError);
    await expect(fleet.lease(agent, { sweepId: newId() })).rejects.toBeInstanceOf(NotFoundError);
    await expect(fleet.lease(agent, { slotIndex: 7 })).rejects.toMatchObject({ path: 'input.slotIndex' });
    await expect(fleet.lease(agent, { slotIndex: 7 })).rejects.toBeInstanceOf(BadInputError);
  });

  for (const [intent, command] of [
    ['PAUSE', 'PAUSE'],
    ['DRAIN', 'DRAIN'],
    ['STOP', 'STOP'],
  ] as const) {
    it(`an agent that was told to ${intent} gets no run and hears ${command}`, async () => {
      await fleet.sweep(gridOf(3));
      const agent = await fleet.agent('wren', 2);
      await setAgentIntent(fleet.database, { agentId: agent.id, slotIndex: 1, intent });
      expect(await fleet.lease(agent, { slotIndex: 1 })).toMatchObject({ kind: 'no-work', command });
      expect((await fleet.lease(agent, { slotIndex: 0 })).kind).toBe('granted');
      await setAgentIntent(fleet.database, { agentId: agent.id, slotIndex: 1, intent: 'RUN' });
      expect((await fleet.lease(agent, { slotIndex: 1 })).kind).toBe('granted');
    });
  }

  it('an agent that was stopped and is started again runs; one that was paused stays paused', async () => {
    const agent = await fleet.agent('wren');
    await setAgentIntent(fleet.database, { agentId: agent.id, slotIndex: null, intent: 'STOP' });
    expect((await fleet.agent('wren')).intent).toBe('RUN');
    await setAgentIntent(fleet.database, { agentId: agent.id, slotIndex: null, intent: 'PAUSE' });
    expect((await fleet.agent('wren')).intent).toBe('PAUSE');
  });

  it('a slot that was stopped runs again in a new process; one that was paused stays paused', async () => {
    await fleet.sweep(gridOf(2));
    const agent = await fleet.agent('wren', 2);
    await setAgentIntent(fleet.database, { agentId: agent.id, slotIndex: 0, intent: 'STOP' });
    await setAgentIntent(fleet.database, { agentId: agent.id, slotIndex: 1, intent: 'PAUSE' });
    const restarted = await fleet.agent('wren', 2);
    expect((await fleet.lease(restarted, { slotIndex: 0 })).kind).toBe('granted');
    expect(await fleet.lease(restarted, { slotIndex: 1 })).toMatchObject({ command: 'PAUSE' });
  });
});

describe('registering', () => {
  const actor = async () => {
    const key = await fleet.database.apiKey.findFirstOrThrow();
    return { kind: 'agent', keyId: key.id, keyName: key.name } as const;
  };

  it('a new process under the name takes the leases back at once, without penalty', async () => {
    await fleet.sweep(gridOf(1));
    const former = await fleet.agent('wren');
    const granted = await fleet.take(former);
    const { agent, releasedRuns } = await registerAgent(fleet.database, await actor(), registration('wren'));
    expect(releasedRuns).toBe(1);
    expect(agent.id).toBe(former.id);
    const run = await fleet.database.run.findUniqueOrThrow({
      where: { id: granted.id },
      include: { attempts: true },
    });
    expect(run).toMatchObject({ state: 'QUEUED', retries: 0, notBefore: null, permit: null });
    expect(run.attempts[0]).toMatchObject({ outcome: 'LOST', endedAt: expect.any(Date) });
    expect(await fleet.take(agent)).toMatchObject({ id: granted.id, epoch: 2 });
  });

  it('the same process registering twice keeps its leases', async () => {
    await fleet.sweep(gridOf(1));
    const given = registration('wren');
    const { agent } = await registerAgent(fleet.database, await actor(), given);
    const granted = await fleet.take(agent);
    const again = await registerAgent(fleet.database, await actor(), given);
    expect(again.releasedRuns).toBe(0);
    expect((await fleet.database.run.findUniqueOrThrow({ where: { id: granted.id } })).state).toBe('RUNNING');
  });

  it('two processes at once under one name: one agent, one instance', async () => {
    const who = await actor();
    await Promise.all([1, 2, 3, 4].map(() => registerAgent(fleet.database, who, registration('wren', 2))));
    expect(await fleet.database.agent.count()).toBe(1);
    expect(await fleet.database.slot.count()).toBe(2);
  });

  it('what the slots offer is kept as it was last said', async () => {
    const who = await actor();
    const slot = { index: 0, backend: 'wasm', device: 'cpu', memoryMb: 900, memoryLimitMb: 800 };
    const given = { ...registration('wren'), allowsCommand: true };
    const offered = ['cub', 'with "quotes", commas', '{}'];
    await registerAgent(fleet.database, who, { ...given, slots: [{ ...slot, datasets: offered }] });
    const stored = () => fleet.database.slot.findFirstOrThrow({ include: { agent: true } });
    expect(await stored()).toMatchObject({
      ...{ memoryMb: 900, memoryLimitMb: 800, datasets: offered, agent: { allowsCommand: true } },
    });
    const changed = { ...slot, memoryLimitMb: null, datasets: [] };
    await registerAgent(fleet.database, who, { ...given, allowsCommand: false, slots: [changed] });
    expect(await stored()).toMatchObject({
      ...{ memoryLimitMb: null, datasets: [], agent: { allowsCommand: false } },
    });
  });

  it('refuses what is wrong by its path', async () => {
    const who = await actor();
    const wrong = async (change: object) =>
      registerAgent(fleet.database, who, { ...registration('wren'), ...change }).catch((error) => error.path);
    expect(await wrong({ name: ' ' })).toBe('input.name');
    expect(await wrong({ instanceId: '' })).toBe('input.instanceId');
    expect(await wrong({ slots: [] })).toBe('input.slots');
    const slot = {
      index: 0,
      backend: 'wasm',
      device: 'cpu',
      memoryMb: null,
      memoryLimitMb: null,
      datasets: [],
    };
    expect(await wrong({ slots: [slot, slot] })).toBe('input.slots[1].index');
    expect(await wrong({ slots: [{ ...slot, index: -1 }] })).toBe('input.slots[0].index');
    expect(await wrong({ slots: [{ ...slot, memoryMb: -1 }] })).toBe('input.slots[0].memoryMb');
    expect(await wrong({ slots: [{ ...slot, memoryLimitMb: -1 }] })).toBe('input.slots[0].memoryLimitMb');
    expect(await wrong({ slots: [{ ...slot, datasets: [''] }] })).toBe('input.slots[0].datasets');
  });
});

describe('waiting', () => {
  it('an agent that waits gets a run soon after a sweep is made', async () => {
    const agent = await fleet.agent();
    const waiting = fleet.lease(agent, { waitMs: 10_000 });
    await expect.poll(() => fleet.bell.waiting).toBe(1);
    await fleet.sweep(gridOf(1));
    expect((await waiting).kind).toBe('granted');
  });

  it('ends with no work when its time is over, or when the caller has gone', async () => {
    const agent = await fleet.agent();
    expect(await fleet.lease(agent, { waitMs: 150 })).toMatchObject({ kind: 'no-work', command: 'CONTINUE' });
    expect(fleet.bell.waiting).toBe(0);
  });
});
