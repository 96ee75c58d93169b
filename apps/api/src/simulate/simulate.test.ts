import type { SweepDefinition } from '@plumage/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settleRun } from '../runs/settle.service.ts';
import { parseSweep } from '../sweeps/sweep.service.ts';
import { reportMetrics } from '../telemetry/metric.service.ts';
import { fenceOfLease, type Fleet, gridOf, startFleet } from '../testing/fleet.ts';
import { parseRule, planDefinition, replayRule } from './simulate.service.ts';

let fleet: Fleet;
beforeEach(async () => {
  fleet = await startFleet();
});
afterEach(() => fleet.close());

const OBJECTIVE = 'eval/r_precision';
const finished = { outcome: 'FINISHED', step: 8, failureClass: null, failureMessage: null } as const;

/** A sweep of `levels.length` runs, each trained to step 8 in 8 seconds one after the other, at its own level. */
const trained = async (levels: readonly number[], more: object = {}) => {
  const sweep = await fleet.sweep(gridOf(levels.length, more));
  const agent = await fleet.agent();
  for (const [i, level] of levels.entries()) {
    const lease = await fleet.take(agent);
    const steps = [2, 4, 6, 8];
    await reportMetrics(fleet.database, fenceOfLease(lease), {
      sequence: 0,
      columns: [
        {
          key: OBJECTIVE,
          steps,
          values: steps.map((step) => level + step / 100),
          times: steps.map((step) => 1e12 + i * 10_000 + step * 1_000),
        },
      ],
    });
    await settleRun(fleet.database, fenceOfLease(lease), finished);
    await fleet.database.attempt.updateMany({
      where: { runId: lease.id },
      data: { startedAt: new Date(1e12 + i * 10_000), endedAt: new Date(1e12 + i * 10_000 + 8_000) },
    });
  }
  return { id: sweep.id, definition: sweep.definition as unknown as SweepDefinition };
};

const definitionOf = (source: object): SweepDefinition => {
  const parsed = parseSweep(JSON.stringify(source));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.definition;
};
const online = { slots: null, onlineMs: 60_000 };

describe('the plan of a sweep', () => {
  it('counts runs and steps, and knows no hours before a run has ended', async () => {
    const plan = await planDefinition(fleet.database, definitionOf(gridOf(6)), online);
    expect(plan).toMatchObject({ runs: { count: 6, exact: true }, slots: 1, stepMs: null, wallHours: null });
    expect(plan.stepMsFrom).toBe('No run of this trainer has ended yet.');
  });

  it('takes step times from runs with the same constants, else from any, and slots from the agents', async () => {
    await trained([0.1, 0.2]);
    await fleet.agent('box', 3);
    const constants = { parameters: { steps: { value: 100 }, seed: { min: 1, max: 12 } }, run_cap: 12 };
    const any = await planDefinition(fleet.database, definitionOf({ ...gridOf(1), ...constants }), online);
    expect(any).toMatchObject({ slots: 4, parallel: 4, stepMs: 1_000, expectedSteps: 1_200 });
    expect(any.acceleratorHours).toBeCloseTo(1_200 / 3_600, 10);
    expect(any.wallHours).toBeCloseTo(300 / 3_600, 10);
    expect(any.stepMsFrom).toBe('The median of 2 runs with the same constants.');
    const other = { steps: { value: 100 }, generator_width: { value: 9 }, seed: { min: 1, max: 12 } };
    const unlike = definitionOf({ ...gridOf(1), parameters: other });
    expect((await planDefinition(fleet.database, unlike, online)).stepMsFrom).toBe(
      'The median of 2 runs of the same trainer; none has the same constants.',
    );
  });

  it('refuses a number of slots that cannot be', async () => {
    const asked = { slots: 0, onlineMs: 1 };
    await expect(planDefinition(fleet.database, definitionOf(gridOf(1)), asked)).rejects.toMatchObject({
      path: 'slots',
    });
  });
});

describe('a replay', () => {
  it('says what ASHA with eta 3 would have saved, and whether the best run survives', async () => {
    const sweep = await trained([0.9, 0.1, 0.2, 0.3, 0.95]);
    const parsed = parseRule(sweep.definition, { type: 'asha', grace_period: 2, reduction_factor: 3 });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const replay = await replayRule(fleet.database, sweep, parsed.rule);
    expect(replay.runs.map(({ stopped, steps }) => [stopped, steps])).toEqual([
      [false, 8],
      [true, 2],
      [true, 2],
      [true, 2],
      [false, 8],
    ]);
    expect(replay).toMatchObject({
      ...{ stepsRecorded: 40, stepsSaved: 18, msRecorded: 40_000, msSaved: 18_000 },
      ...{ best: { run: 5 }, bestSurvives: true, endedBefore: 0 },
    });
    expect(replay.sentence).toContain('would have stopped 3 of 5 runs and saved 18 of 40 steps (45 %)');
  });

  it('under the rule that the sweep ran with stops the runs that it stopped', async () => {
    const rule = { type: 'median', n_startup_trials: 1 };
    const sweep = await trained([0.5, 0.4, 0.6], { early_terminate: rule });
    const stopped = await fleet.database.run.findMany({
      where: { stopReason: { not: 'AnyNull' } },
      select: { number: true },
    });
    const parsed = parseRule(sweep.definition, rule);
    if (!parsed.ok) throw new Error('no rule');
    const replay = await replayRule(fleet.database, sweep, parsed.rule);
    const again = replay.runs.filter((run) => run.stopped).map(({ run }) => ({ number: run }));
    expect(again).toEqual(stopped);
    expect(again).toEqual([{ number: 2 }]);
  });

  it('refuses a rule that is none, by its path', async () => {
    const { definition } = await trained([0.5]);
    expect(parseRule(definition, { type: 'asha', reduction_factor: 1 })).toMatchObject({
      ok: false,
      problems: [{ path: 'early_terminate.reduction_factor' }],
    });
    expect(parseRule(definition, null)).toMatchObject({
      ok: false,
      problems: [{ path: 'early_terminate' }],
    });
  });
});
