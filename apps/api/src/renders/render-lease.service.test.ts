import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerAgent } from '../agents/agent.service.ts';
import { BadInputError, LeaseLostError } from '../errors/api.error.ts';
import { newId } from '../id.ts';
import { sampleStepsOf } from '../samples/sample.sql.ts';
import { LEASE_MS, registration } from '../testing/fleet.ts';
import { fenceOfRender, type RenderFleet, startRenderFleet } from '../testing/render-fleet.ts';
import {
  type GrantedRender,
  keepRender,
  reapRenders,
  type RenderSettlement,
  settleRender,
} from './render-lease.service.ts';
import { cancelRender } from './render.service.ts';

let fleet: RenderFleet;
beforeEach(async () => {
  fleet = await startRenderFleet(3, 10);
});
afterEach(() => fleet.close());

const settle = (granted: GrantedRender, settlement: Partial<RenderSettlement>) =>
  settleRender(fleet.database, fenceOfRender(granted), {
    ...{ outcome: 'FAILED', pictures: [], failureClass: null, failureMessage: null },
    ...settlement,
  });
const keep = (granted: GrantedRender) => keepRender(fleet.database, fenceOfRender(granted), LEASE_MS);
const theRender = () => fleet.database.render.findFirstOrThrow({ orderBy: { number: 'asc' } });
const expireAll = () =>
  fleet.database.render.updateMany({
    where: { state: 'RUNNING' },
    data: { leaseExpiresAt: new Date(Date.now() - 1_000) },
  });

describe('giving out renders', () => {
  it('one comes before every run; then the runs again', async () => {
    await fleet.ask();
    const agent = await fleet.agent('wren');
    expect(await fleet.lease(agent, { accepts: ['TRAINING', 'RENDER'] })).toMatchObject({
      kind: 'render',
      render: { epoch: 1, kind: 'CAPTIONS', runName: fleet.training.name },
    });
    expect(await fleet.lease(agent, { accepts: ['TRAINING', 'RENDER'] })).toMatchObject({ kind: 'granted' });
  });

  it('a slot that does not ask for one gets none; one that asks for nothing else gets no run', async () => {
    await fleet.ask();
    const agent = await fleet.agent('wren');
    expect(await fleet.lease(agent)).toMatchObject({ kind: 'granted' });
    await fleet.takeRender(agent);
    expect(await fleet.lease(agent, { accepts: ['RENDER'] })).toMatchObject({ kind: 'no-work' });
  });

  it('an agent that serves one sweep draws for no other', async () => {
    const other = await fleet.sweep({ name: 'other', parameters: { seed: { values: [7] } }, method: 'grid' });
    await fleet.ask();
    const agent = await fleet.agent('wren');
    const accepts = ['RENDER'] as const;
    expect(await fleet.lease(agent, { sweepId: other.id, accepts })).toMatchObject({ kind: 'no-work' });
    expect(await fleet.lease(agent, { sweepId: fleet.training.sweepId, accepts })).toMatchObject({
      kind: 'render',
    });
  });

  it('claimers at the same moment get different ones, each once, the longest waiting first', async () => {
    const asked = [];
    for (let i = 0; i < 8; i++) asked.push((await fleet.ask()).id);
    const agents = await Promise.all(Array.from({ length: 12 }, (_, i) => fleet.agent(`agent-${i}`)));
    const outcomes = await Promise.all(agents.map((agent) => fleet.lease(agent, { accepts: ['RENDER'] })));
    const given = outcomes.flatMap((outcome) => (outcome.kind === 'render' ? [outcome.render.renderId] : []));
    expect(given.sort()).toEqual(asked);
  });

  it('a slot that waits hears at once when one is asked for', async () => {
    const agent = await fleet.agent('wren');
    const waiting = fleet.lease(agent, { accepts: ['RENDER'], waitMs: 20_000 });
    await expect.poll(() => fleet.bell.waiting).toBe(1);
    await fleet.ask();
    fleet.bell.ring();
    expect(await waiting).toMatchObject({ kind: 'render' });
  });
});

describe('the fence', () => {
  it('a renewal holds the lease; a stale epoch or a wrong token is refused and changes nothing', async () => {
    await fleet.ask();
    const first = await fleet.takeRender(fleet.trainer);
    expect(await keep(first)).toMatchObject({ command: 'CONTINUE', expiresAt: expect.any(Date) });
    await expireAll();
    expect(await reapRenders(fleet.database)).toBe(1);
    const second = await fleet.takeRender(await fleet.agent('wren'));
    expect(second.render).toMatchObject({ renderId: first.render.renderId, epoch: 2 });
    expect(await keep(first)).toMatchObject({ command: 'LEASE_LOST', expiresAt: null });
    const pictures = await fleet.draw(2);
    await expect(settle(first, { outcome: 'FINISHED', pictures })).rejects.toThrow(LeaseLostError);
    await expect(settle({ ...second, token: 'stolen' }, {})).rejects.toThrow(LeaseLostError);
    expect(await theRender()).toMatchObject({ state: 'RUNNING', leaseEpoch: 2, agentName: 'wren' });
    expect(await fleet.database.sample.count()).toBe(0);
  });

  it('a person’s cancel is the answer to the next renewal, and what was drawn is not kept', async () => {
    await fleet.ask();
    const granted = await fleet.takeRender(fleet.trainer);
    await cancelRender(fleet.database, granted.render.renderId);
    expect(await keep(granted)).toMatchObject({ command: 'CANCEL', reason: 'The render is CANCELLED.' });
    await settle(granted, { outcome: 'FINISHED', pictures: await fleet.draw(2) });
    expect(await theRender()).toMatchObject({ state: 'CANCELLED' });
    expect(await fleet.database.sample.count()).toBe(0);
  });
});

describe('the end', () => {
  it('all pictures are kept with the caption and seed that were asked for; settling twice is once', async () => {
    await fleet.ask({ captions: ['a wren', 'a robin'], seeds: [4, 5] });
    const granted = await fleet.takeRender(fleet.trainer);
    const pictures = await fleet.draw(4);
    await Promise.all([1, 2].map(() => settle(granted, { outcome: 'FINISHED', pictures })));
    await settle(granted, { outcome: 'FINISHED', pictures });
    const samples = await fleet.database.sample.findMany({ orderBy: { promptIndex: 'asc' } });
    expect(samples.map(({ kind, step, prompt, seed }) => [kind, step, prompt, seed])).toEqual([
      ['RENDER', 10, 'a wren', 4],
      ['RENDER', 10, 'a wren', 5],
      ['RENDER', 10, 'a robin', 4],
      ['RENDER', 10, 'a robin', 5],
    ]);
    expect(await theRender()).toMatchObject({ state: 'FINISHED', finishedAt: expect.any(Date) });
  });

  it('the same again is another render with pictures of its own, and none is a step of the training', async () => {
    for (let i = 0; i < 2; i++) {
      await fleet.ask();
      const granted = await fleet.takeRender(fleet.trainer);
      await settle(granted, { outcome: 'FINISHED', pictures: await fleet.draw(2) });
    }
    expect(await fleet.database.sample.count()).toBe(4);
    expect(await sampleStepsOf(fleet.database, [fleet.training.id])).toEqual([]);
  });

  it('pictures that are missing, doubled, not stored or of no size are refused whole', async () => {
    await fleet.ask();
    const granted = await fleet.takeRender(fleet.trainer);
    const [first, second] = await fleet.draw(2);
    if (!first || !second) throw new Error('two were drawn');
    for (const pictures of [
      [first],
      [first, first],
      [first, { ...second, index: 2 }],
      [first, { ...second, width: 0 }],
    ]) {
      await expect(settle(granted, { outcome: 'FINISHED', pictures })).rejects.toThrow(BadInputError);
    }
    const unknown = [first, { ...second, blobSha256: 'e'.repeat(64) }];
    await expect(settle(granted, { outcome: 'FINISHED', pictures: unknown })).rejects.toMatchObject({
      code: 'BLOB_MISSING',
    });
    expect(await theRender()).toMatchObject({ state: 'RUNNING' });
    expect(await fleet.database.sample.count()).toBe(0);
  });

  it('a crash gives it to another agent, the third ends it; a fault of the request ends it at once', async () => {
    await fleet.ask();
    const states = [];
    for (let i = 0; i < 3; i++) {
      const granted = await fleet.takeRender(fleet.trainer);
      await settle(granted, { failureClass: 'crashed', failureMessage: `crash ${i + 1}` });
      states.push((await theRender()).state);
    }
    expect(states).toEqual(['QUEUED', 'QUEUED', 'FAILED']);
    expect(await theRender()).toMatchObject({ failureClass: 'crashed', failureMessage: 'crash 3' });
    const second = await fleet.ask();
    await settle(await fleet.takeRender(fleet.trainer), { failureClass: 'user_error' });
    expect(await fleet.database.render.findUnique({ where: { id: second.id } })).toMatchObject({
      state: 'FAILED',
    });
  });

  it('a checkpoint that cannot be read is marked as damaged, and the render says so', async () => {
    await fleet.ask();
    const failureMessage = 'generator.safetensors ends in the middle';
    await settle(await fleet.takeRender(fleet.trainer), {
      failureClass: 'checkpoint_corrupt',
      failureMessage,
    });
    expect(await theRender()).toMatchObject({ state: 'FAILED', failureMessage });
    expect(await fleet.database.checkpoint.findFirst()).toMatchObject({
      damagedAt: expect.any(Date),
      damageReason: failureMessage,
    });
  });

  it('what an agent gives back waits again without a trace of failure', async () => {
    await fleet.ask();
    await settle(await fleet.takeRender(fleet.trainer), { outcome: 'RELEASED' });
    expect(await theRender()).toMatchObject({ state: 'QUEUED', failureClass: null, finishedAt: null });
  });
});

describe('a lost agent', () => {
  it('its render waits again twice, and has failed the third time', async () => {
    await fleet.ask();
    for (const state of ['QUEUED', 'QUEUED', 'FAILED']) {
      await fleet.takeRender(fleet.trainer);
      expect(await reapRenders(fleet.database), 'a lease that holds is left').toBe(0);
      await expireAll();
      const taken = await Promise.all([reapRenders(fleet.database), reapRenders(fleet.database)]);
      expect(taken[0] + taken[1]).toBe(1);
      expect(await theRender()).toMatchObject({ state });
    }
    expect(await theRender()).toMatchObject({
      failureClass: 'lost_agent',
      failureMessage: 'No agent finished it in 3 tries; the last was trainer.',
    });
  });

  it('a new process under its name gives its render back at once', async () => {
    const actor = { kind: 'agent', keyId: fleet.trainer.keyId ?? '', keyName: 'fleet' } as const;
    await fleet.ask();
    await fleet.takeRender(fleet.trainer);
    await registerAgent(fleet.database, actor, { ...registration('trainer'), instanceId: newId() });
    expect(await theRender()).toMatchObject({ state: 'QUEUED' });
  });
});

describe('live', () => {
  it('each change of a render stands in the outbox once, its pictures with the last', async () => {
    await fleet.ask();
    const granted = await fleet.takeRender(fleet.trainer);
    await settle(granted, { outcome: 'FINISHED', pictures: await fleet.draw(2) });
    const changes = await fleet.database.change.findMany({
      where: { kind: { in: ['RENDER', 'SAMPLE'] } },
      orderBy: { id: 'asc' },
    });
    expect(changes.map(({ kind, detail }) => [kind, (detail as { state?: string }).state])).toEqual([
      ['RENDER', 'QUEUED'],
      ['RENDER', 'RUNNING'],
      ['RENDER', 'FINISHED'],
      ['SAMPLE', undefined],
      ['SAMPLE', undefined],
    ]);
  });
});
