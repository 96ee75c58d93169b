/** Each failure class against a real Postgres: what the run, its attempt and the slot say afterwards. */
import { failurePolicies } from '@plumage/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setAgentIntent } from '../agents/agent.service.ts';
import { reportCheckpoint } from '../checkpoints/checkpoint.service.ts';
import { endWait, expire, fenceOfLease, type Fleet, gridOf, startFleet } from '../testing/fleet.ts';
import { reapExpired, settleRun } from './settle.service.ts';

let fleet: Fleet;
beforeEach(async () => {
  fleet = await startFleet();
});
afterEach(() => fleet.close());

type Lease = Awaited<ReturnType<Fleet['take']>>;

const BACKOFF_MS = 700;
const fail = (
  lease: Lease,
  failureClass: string,
  failureMessage: string,
  peakMemoryMb: number | null = null,
) =>
  settleRun(
    fleet.database,
    fenceOfLease(lease),
    { outcome: 'FAILED', step: 3, failureClass, failureMessage, peakMemoryMb },
    BACKOFF_MS,
  );

const runOf = (id: string) =>
  fleet.database.run.findUniqueOrThrow({
    where: { id },
    include: { attempts: { orderBy: { epoch: 'asc' } } },
  });
const slotNow = () => fleet.database.slot.findFirstOrThrow();
const waitOf = (run: { notBefore: Date | null; updatedAt: Date }) =>
  run.notBefore === null ? null : run.notBefore.getTime() - run.updatedAt.getTime();

async function checkpoint(lease: Lease, step: number): Promise<void> {
  const files = [{ name: 'weights', blobSha256: await fleet.blob(`${lease.epoch} ${step}`) }];
  await reportCheckpoint(fleet.database, fenceOfLease(lease), { step, files });
}

describe('failures that are never tried again', () => {
  for (const [failureClass, message] of [
    ['out_of_memory', 'The kernel ended the training process at 15,900 MB.'],
    ['diverged', 'g/loss is NaN at step 1,207.'],
    ['user_error', 'batch_size: 0; at least 1 expected.'],
  ] as const) {
    it(`${failureClass}: the run has failed, says why and with what memory; the slot is not blamed`, async () => {
      await fleet.sweep(gridOf(1, { max_failures: 5 }));
      const lease = await fleet.take(await fleet.agent());
      await fail(lease, failureClass, message, 15_900.5);
      const run = await runOf(lease.id);
      const said = { failureClass, peakMemoryMb: 15_900.5 };
      expect(run).toMatchObject({ ...said, state: 'FAILED', failureMessage: message, retries: 0 });
      expect(run.attempts).toMatchObject([{ ...said, outcome: 'FAILED', message }]);
      expect(await slotNow()).toMatchObject({ failuresInARow: 0, lastError: null, quarantinedAt: null });
      expect((await fleet.database.sweep.findFirstOrThrow()).state).toBe('FINISHED');
    });
  }
});

describe('failures that are tried again after a growing wait', () => {
  for (const failureClass of ['crashed', 'storage_full'] as const) {
    it(`${failureClass}: waits, doubles the wait, then fails; the slot is blamed`, async () => {
      await fleet.sweep(gridOf(1, { max_failures: 2 }));
      const agent = await fleet.agent();
      for (const [retries, state, wait] of [
        [1, 'QUEUED', BACKOFF_MS],
        [2, 'QUEUED', 2 * BACKOFF_MS],
        [2, 'FAILED', null],
      ] as const) {
        const lease = await fleet.take(agent);
        await fail(lease, failureClass, 'in words');
        const run = await runOf(lease.id);
        expect(run).toMatchObject({ state, retries, failureClass, failureMessage: 'in words' });
        expect(run.attempts.at(-1)).toMatchObject({ outcome: 'FAILED', failureClass, message: 'in words' });
        expect(waitOf(run)).toBe(wait);
        if (wait !== null) expect((await fleet.lease(agent)).kind).toBe('no-work');
        await endWait(fleet.database, lease.id);
      }
      expect(await slotNow()).toMatchObject({ failuresInARow: 1, lastError: 'in words' });
    });
  }

  it('lost_agent: the attempt is LOST, the run waits as long, the slot is not blamed', async () => {
    await fleet.sweep(gridOf(1, { max_failures: 1 }));
    const agent = await fleet.agent();
    for (const [retries, state, wait] of [
      [1, 'QUEUED', BACKOFF_MS],
      [1, 'FAILED', null],
    ] as const) {
      const lease = await fleet.take(agent);
      await expire(fleet.database, lease.id);
      await reapExpired(fleet.database, BACKOFF_MS);
      const run = await runOf(lease.id);
      const message = 'The agent stopped answering.';
      expect(run).toMatchObject({ state, retries, failureClass: 'lost_agent', failureMessage: message });
      expect(run.attempts.at(-1)).toMatchObject({ outcome: 'LOST', failureClass: 'lost_agent', message });
      expect(waitOf(run)).toBe(wait);
      await endWait(fleet.database, lease.id);
    }
    expect(await slotNow()).toMatchObject({ failuresInARow: 0, lastError: null });
  });

  it('the wait never grows beyond five minutes', async () => {
    await fleet.sweep(gridOf(1, { max_failures: 50 }));
    const lease = await fleet.take(await fleet.agent());
    await fleet.database.run.update({ where: { id: lease.id }, data: { retries: 40 } });
    await fail(lease, 'crashed', 'again');
    expect(waitOf(await runOf(lease.id))).toBe(300_000);
  });
});

describe('progress', () => {
  it('an attempt that left a newer checkpoint begins the count anew, crashed or lost', async () => {
    await fleet.sweep(gridOf(1, { max_failures: 1 }));
    const agent = await fleet.agent();
    for (const [step, lost] of [
      [10, false],
      [20, true],
      [30, false],
    ] as const) {
      const lease = await fleet.take(agent);
      await checkpoint(lease, step);
      if (lost) {
        await expire(fleet.database, lease.id);
        await reapExpired(fleet.database, BACKOFF_MS);
      } else await fail(lease, 'crashed', 'exit code 139');
      const run = await runOf(lease.id);
      expect(run).toMatchObject({ state: 'QUEUED', retries: 1 });
      expect(waitOf(run)).toBe(BACKOFF_MS);
      await endWait(fleet.database, lease.id);
    }
    const last = await fleet.take(agent);
    await fail(last, 'crashed', 'exit code 139');
    expect(await runOf(last.id)).toMatchObject({ state: 'FAILED', retries: 1 });
  });

  it('a checkpoint at the step that the attempt started from is no progress', async () => {
    await fleet.sweep(gridOf(1, { max_failures: 1 }));
    const agent = await fleet.agent();
    const first = await fleet.take(agent);
    await checkpoint(first, 10);
    await fail(first, 'crashed', 'once');
    await endWait(fleet.database, first.id);
    const second = await fleet.take(agent);
    await checkpoint(second, 10);
    await fail(second, 'crashed', 'twice');
    expect((await runOf(first.id)).state).toBe('FAILED');
  });

  it('the greatest memory of all attempts stays with the run, each attempt keeps its own', async () => {
    await fleet.sweep(gridOf(1, { max_failures: 5 }));
    const agent = await fleet.agent();
    for (const peak of [100, 300, null]) {
      const lease = await fleet.take(agent);
      await fail(lease, 'crashed', 'again', peak);
      await endWait(fleet.database, lease.id);
    }
    const lease = await fleet.take(agent);
    const ended = { outcome: 'FINISHED', step: 9, failureClass: null, failureMessage: null } as const;
    await settleRun(fleet.database, fenceOfLease(lease), { ...ended, peakMemoryMb: 200 });
    const run = await runOf(lease.id);
    expect(run).toMatchObject({ state: 'FINISHED', peakMemoryMb: 300 });
    expect(run.attempts.map((attempt) => attempt.peakMemoryMb)).toEqual([100, 300, null, 200]);
  });

  it('a negative peak is refused by its path', async () => {
    await fleet.sweep(gridOf(1));
    const lease = await fleet.take(await fleet.agent());
    await expect(fail(lease, 'crashed', 'x', -1)).rejects.toMatchObject({ path: 'input.peakMemoryMb' });
  });
});

describe('quarantine', () => {
  it('three different runs in a row, whose last failure it tells; RUN ends it', async () => {
    await fleet.sweep(gridOf(9, { max_failures: 0 }));
    const agent = await fleet.agent();
    for (const message of ['first', 'second', 'third'])
      await fail(await fleet.take(agent), 'crashed', message);
    expect(await slotNow()).toMatchObject({
      ...{ failuresInARow: 3, quarantinedAt: expect.any(Date) },
      quarantineReason: '3 different runs failed in a row here; the last: third',
    });
    expect((await fleet.lease(agent)).kind).toBe('quarantined');
    await setAgentIntent(fleet.database, { agentId: agent.id, slotIndex: 0, intent: 'RUN' });
    expect(await slotNow()).toMatchObject({ failuresInARow: 0, quarantinedAt: null, quarantineReason: null });
    expect((await fleet.lease(agent)).kind).toBe('granted');
  });

  it('two runs that fail in turn on one slot are two, however often', async () => {
    await fleet.sweep(gridOf(2, { max_failures: 9 }));
    const agent = await fleet.agent();
    const [a, b] = [await fleet.take(agent), await fleet.take(agent)];
    await fail(a, 'crashed', 'a');
    await fail(b, 'crashed', 'b');
    expect(await slotNow()).toMatchObject({ failuresInARow: 2 });
    await endWait(fleet.database, a.id);
    await fail(await fleet.take(agent), 'crashed', 'a again');
    await endWait(fleet.database, b.id);
    await fail(await fleet.take(agent), 'crashed', 'b again');
    expect(await slotNow()).toMatchObject({ quarantinedAt: null });
  });
});

it('every class that blames the slot has its sentence for a person', () => {
  for (const policy of Object.values(failurePolicies)) expect(policy.sentence).toMatch(/^[A-Z].+\.$/s);
});
