import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '../database.ts';
import { fenceOfLease, type Fleet, gridOf, startFleet } from '../testing/fleet.ts';
import type { GrantedLease } from './claim.service.ts';
import { settleOutright } from './ending.sql.ts';
import { lockRun } from './lease.sql.ts';
import { settleRun } from './settle.service.ts';

let fleet: Fleet;
let other: Database;
let granted: GrantedLease[];
beforeEach(async () => {
  fleet = await startFleet();
  other = createDatabase(fleet.url, { maxConnections: 4 });
  await fleet.sweep(gridOf(24));
  const agent = await fleet.agent('fleet', 24);
  granted = await Promise.all(Array.from({ length: 24 }, (_, slotIndex) => fleet.take(agent, { slotIndex })));
});
afterEach(async () => {
  await other.close();
  await fleet.close();
});

const finished = { outcome: 'FINISHED', step: 7, failureClass: null, failureMessage: null } as const;
const endingOf = (lease: GrantedLease) => ({
  ...fenceOfLease(lease),
  ...({
    to: 'FINISHED',
    outcome: 'FINISHED',
    step: 7,
    message: null,
    peakMemoryMb: null,
    clearsSlot: true,
  } as const),
});
const endsAnnounced = () =>
  fleet.database.change.count({ where: { kind: 'RUN', detail: { path: ['state'], equals: 'FINISHED' } } });

describe('ends that need no judgement', () => {
  it('two API processes that settle the same runs at once end each once, and neither waits for the other', async () => {
    const reversed = [...granted].reverse();
    const both = await Promise.all([
      settleOutright(fleet.database, granted.map(endingOf)),
      settleOutright(other.prisma, reversed.map(endingOf)),
    ]);
    // What one found locked by the other it has left out, so the rest is settled by a second call at the latest.
    const again = await settleOutright(fleet.database, granted.map(endingOf));
    const ids = [...both.flat(), ...again].map((run) => run.id);
    expect(ids.sort()).toEqual(granted.map((run) => run.id).sort());
    expect(await endsAnnounced()).toBe(24);
  });

  it('a run that somebody holds is left out of the batch, and its holder’s settling waits for it', async () => {
    const [first] = granted;
    if (!first) throw new Error('no lease');
    let settling: Promise<void[]> | undefined;
    await other.prisma.$transaction(async (tx) => {
      await lockRun(tx, first.id);
      const settled = await settleOutright(fleet.database, granted.slice(0, 3).map(endingOf));
      expect(settled.map((run) => run.id).sort()).toEqual(
        granted
          .slice(1, 3)
          .map((run) => run.id)
          .sort(),
      );
      settling = Promise.all(granted.map((run) => settleRun(fleet.database, fenceOfLease(run), finished)));
    });
    await settling;
    expect(await fleet.database.run.count({ where: { state: 'FINISHED', step: 7, leaseSlotId: null } })).toBe(
      24,
    );
    expect(
      await fleet.database.attempt.count({ where: { outcome: 'FINISHED', endedAt: { not: null } } }),
    ).toBe(24);
    expect(await endsAnnounced()).toBe(24);
    expect((await fleet.database.sweep.findFirstOrThrow()).state).toBe('FINISHED');
  });

  it('a stale epoch and a wrong token change nothing, whatever else is in the batch', async () => {
    const [stale, forged, good] = granted.map(endingOf);
    if (!stale || !forged || !good) throw new Error('no lease');
    const settled = await settleOutright(fleet.database, [
      { ...stale, epoch: 2 },
      { ...forged, tokenHash: good.tokenHash },
      good,
    ]);
    expect(settled.map((run) => run.id)).toEqual([good.runId]);
    expect(await fleet.database.run.count({ where: { state: 'RUNNING' } })).toBe(23);
  });
});
