import { createRng, type SweepDefinition } from '@plumage/contract';
import { type PeerNeeds, peersFor } from '@plumage/search';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase } from '../database.ts';
import type { GrantedLease } from '../runs/claim.service.ts';
import { settleRun } from '../runs/settle.service.ts';
import { fenceOfLease, type Fleet, gridOf, startFleet } from '../testing/fleet.ts';
import { reportMetrics } from '../telemetry/metric.service.ts';
import { bestFinishedRun, finishedRunsAt, runsFrom, wholeCurves } from './curve.sql.ts';
import { decisionsOfRun } from './decision.sql.ts';
import { observed } from './judge.service.ts';
import { rungsOf } from './rung.service.ts';

let fleet: Fleet;
beforeEach(async () => {
  fleet = await startFleet();
});
afterEach(() => fleet.close());

const OBJECTIVE = 'eval/r_precision';
const finished = { outcome: 'FINISHED', step: 1, failureClass: null, failureMessage: null } as const;
const asha = { early_terminate: { type: 'asha', grace_period: 2, reduction_factor: 2, max_t: 64 } };

const report = (lease: GrantedLease, sequence: number, points: readonly (readonly [number, number])[]) =>
  reportMetrics(fleet.database, fenceOfLease(lease), {
    sequence,
    columns: [
      {
        key: OBJECTIVE,
        steps: points.map(([step]) => step),
        values: points.map(([, value]) => value),
        times: points.map(([step]) => 1_000_000 + step * 1_000),
      },
    ],
  });
const leases = async (count: number, more: object = {}) => {
  const sweep = await fleet.sweep(gridOf(count, more));
  const agent = await fleet.agent('fleet', count);
  const taken: GrantedLease[] = [];
  for (let i = 0; i < count; i++) taken.push(await fleet.take(agent, { slotIndex: i }));
  return { sweep, taken };
};
const decisions = (lease: GrantedLease) =>
  decisionsOfRun(fleet.database, lease.id, { first: 100, afterStep: null, stopsOnly: false });

describe('what a rule needs', () => {
  it('comes from Postgres as it would from whole curves, for every kind of need', async () => {
    const { sweep, taken } = await leases(8);
    const rng = createRng(11);
    for (const [i, lease] of taken.entries()) {
      if (i === 7) continue;
      for (let sequence = 0; sequence < 3; sequence++) {
        const steps = Array.from({ length: 6 }, (_, n) => sequence * 12 + n * 2 + rng.int(2));
        await report(
          lease,
          sequence,
          steps.map((step) => [step, rng.next() < 0.2 ? Number.NaN : rng.next()] as const),
        );
      }
      if (i < 5) await settleRun(fleet.database, fenceOfLease(lease), finished);
    }
    const all = (await wholeCurves(fleet.database, { sweepId: sweep.id, key: OBJECTIVE })).map(observed);
    expect(all).toHaveLength(8);
    const judged = taken[5] as GrantedLease;
    const query = { sweepId: sweep.id, runId: judged.id, key: OBJECTIVE };
    const steps = [0, 3, 9, 14, 100];
    const needs: (PeerNeeds & { kind: 'points-at' | 'first-points-from' | 'best-curve' })[] = [
      { kind: 'points-at', steps },
      { kind: 'first-points-from', steps: [0, 8, 20, 99], count: 1 },
      { kind: 'first-points-from', steps: [5, 7], count: 3 },
      { kind: 'best-curve' },
    ];
    for (const need of needs) {
      const rows =
        need.kind === 'points-at'
          ? await finishedRunsAt(fleet.database, query, need.steps)
          : need.kind === 'best-curve'
            ? await bestFinishedRun(fleet.database, query, 'maximize')
            : await runsFrom(fleet.database, query, need.steps, need.count);
      const byNumber = rows.map(observed).sort((a, b) => a.number - b.number);
      expect(byNumber).toEqual(peersFor(judged.number, need, all, 'maximize'));
    }
  });
});

describe('rungs', () => {
  it('are kept in Postgres: another process decides by what the first one recorded', async () => {
    const { sweep, taken } = await leases(4, asha);
    const [first, second, third] = taken as [GrantedLease, GrantedLease, GrantedLease];
    expect(await report(first, 0, [[2, 0.9]])).toMatchObject({ command: 'CONTINUE' });
    expect(await report(second, 0, [[2, 0.8]])).toMatchObject({ command: 'PRUNE' });
    const other = createDatabase(fleet.url, { maxConnections: 2 });
    const answer = await reportMetrics(other.prisma, fenceOfLease(third), {
      sequence: 0,
      columns: [{ key: OBJECTIVE, steps: [2], values: [0.1], times: [1] }],
    });
    await other.close();
    expect(answer).toMatchObject({ command: 'PRUNE' });

    const [stop] = await decisions(third);
    expect(stop).toMatchObject({
      ...{ rule: 'asha', version: 1, step: 2, stop: true, value: 0.1, rung: 0, rungStep: 2, peerCount: 2 },
      explanation: {
        peers: [
          { run: 1, value: 0.9 },
          { run: 2, value: 0.8 },
        ],
      },
    });
    expect((await decisions(second))[0]).toMatchObject({ stop: true, rank: 2, cutoff: 0.9 });
    const definition = sweep.definition as unknown as SweepDefinition;
    const [rung] = await rungsOf(fleet.database, sweep.id, definition);
    expect(rung).toMatchObject({
      ...{ bracket: 0, rung: 0, step: 2 },
      runNumbers: [1, 2, 3],
      values: [0.9, 0.8, 0.1],
      stopped: [false, true, true],
    });
  });

  it('judge runs that come at the same moment one after the other: each sees those before it', async () => {
    const { taken } = await leases(12, asha);
    const answers = await Promise.all(taken.map((lease, i) => report(lease, 0, [[2, i / 12]])));
    const all = (await Promise.all(taken.map(decisions))).flat();
    expect(answers.filter(({ command }) => command === 'CONTINUE').length).toBeGreaterThan(0);
    expect(all.map(({ peerCount }) => peerCount).sort((a, b) => a - b)).toEqual(
      Array.from({ length: all.length }, (_, i) => i + 12 - all.length),
    );
  });

  it('forget the decisions about points that a later attempt has superseded', async () => {
    const { taken } = await leases(3, asha);
    const [first, second] = taken as [GrantedLease, GrantedLease];
    await report(first, 0, [[2, 0.5]]);
    await report(second, 0, [[2, 0.6]]);
    expect(await decisions(second)).toHaveLength(1);
    await settleRun(fleet.database, fenceOfLease(second), { ...finished, outcome: 'RELEASED' });
    const agent = await fleet.agent('other');
    const again = await fleet.take(agent);
    expect(again).toMatchObject({ id: second.id, epoch: 2 });
    expect(await decisions(again)).toHaveLength(0);
    await report(again, 0, [[2, 0.1]]);
    expect(await decisions(again)).toMatchObject([{ epoch: 2, stop: true }]);
  });
});

describe('a rule without rungs', () => {
  it('keeps what it compared and passes over the points at which it could not', async () => {
    const rule = { early_terminate: { type: 'median', n_startup_trials: 1, n_warmup_steps: 5 } };
    const { sweep, taken } = await leases(2, rule);
    const [first, second] = taken as [GrantedLease, GrantedLease];
    await report(first, 0, [
      [4, 0.5],
      [8, 0.6],
    ]);
    await settleRun(fleet.database, fenceOfLease(first), finished);
    await report(second, 0, [
      [4, 0.1],
      [8, 0.7],
    ]);
    expect(await decisions(first)).toEqual([]);
    expect(await decisions(second)).toMatchObject([{ step: 8, stop: false, value: 0.7, cutoff: 0.6 }]);
    expect(await rungsOf(fleet.database, sweep.id, sweep.definition as unknown as SweepDefinition)).toEqual(
      [],
    );
  });
});
