import type { StoppingDefinition } from '@plumage/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Goal } from '../stopping/stopping-rule.ts';
import type { RecordedRun } from './recorded-run.ts';
import { replayStopping } from './replay-stopping.ts';

const HOUR = 3_600_000;

/** A run of four reports, one an hour, the n-th at step 10 n; it begins `from` hours after the first. */
const recorded = (number: number, values: readonly number[], from = 0): RecordedRun => ({
  number,
  state: 'FINISHED',
  objective: values.at(-1) ?? null,
  lastStep: values.length * 10,
  steps: values.map((_, i) => (i + 1) * 10),
  values,
  times: values.map((_, i) => (from + i + 1) * HOUR),
  attempts: [{ from: from * HOUR, to: (from + values.length) * HOUR }],
});

const asha: StoppingDefinition = {
  type: 'asha',
  max_t: 1000,
  grace_period: 10,
  reduction_factor: 2,
  brackets: 1,
};
const rules: readonly StoppingDefinition[] = [
  asha,
  { type: 'median', n_startup_trials: 1, n_warmup_steps: 0, interval_steps: 1, n_min_trials: 1 },
  {
    type: 'percentile',
    percentile: 25,
    n_startup_trials: 2,
    n_warmup_steps: 5,
    interval_steps: 3,
    n_min_trials: 1,
  },
  { type: 'hyperband', min_iter: 5, eta: 2, strict: true },
  { type: 'hyperband', eta: 3, strict: true, min_resource: 5, max_resource: 60, reduction_factor: 2 },
  { type: 'threshold', upper: 4, n_warmup_steps: 0, interval_steps: 1 },
  { type: 'wilcoxon', p_threshold: 0.3, n_startup_steps: 2 },
  { type: 'patient', patience: 1, min_delta: 0 },
  { type: 'patient', patience: 1, min_delta: 0, wrapped: asha },
];

describe('a sweep replayed under another rule', () => {
  const runs = [
    recorded(1, [4, 3, 2, 1], 0),
    recorded(2, [5, 5, 5, 5], 0.25),
    recorded(3, [2, 2, 2, 0.5], 0.5),
    recorded(4, [9, 9, 0.1, 0.1], 4),
  ];

  test('says which runs it stops where, what that saves, and that the best run is lost', () => {
    const replay = replayStopping({ rule: asha, goal: 'minimize', runs });
    expect(replay.runs.map(({ run, stopped, steps, ms }) => [run, stopped, steps, ms / HOUR])).toEqual([
      [1, false, 40, 4],
      [2, true, 10, 1],
      [3, false, 40, 4],
      [4, true, 10, 1],
    ]);
    expect(replay).toMatchObject({ stopped: 2, stepsRecorded: 160, stepsSaved: 60, bestSurvives: false });
    expect(replay.msSaved / HOUR).toBe(6);
    expect([replay.best, replay.bestKept]).toEqual([
      { run: 4, objective: 0.1 },
      { run: 3, objective: 0.5 },
    ]);
    expect(replay.runs[1]?.explanation).toMatchObject({
      rule: 'asha',
      step: 10,
      rung: 0,
      cutoff: 4,
      rank: 2,
    });
    expect(replay.sentence).toBe(
      'The asha rule would have stopped 2 of 4 runs and saved 60 of 160 steps (38 %) and 6 of 16 hours at work (38 %). The best run, 4 with 0.1, would have been stopped; the best kept would be 3 with 0.5.',
    );
  });

  test('a pause between two attempts is not time saved', () => {
    const [first = expect.unreachable(), second = expect.unreachable()] = runs;
    const paused = {
      ...second,
      times: [HOUR, 2 * HOUR, 99 * HOUR, 100 * HOUR],
      attempts: [
        { from: 0, to: 2 * HOUR },
        { from: 98 * HOUR, to: 100 * HOUR },
      ],
    };
    const replay = replayStopping({ rule: asha, goal: 'minimize', runs: [first, paused] });
    expect(replay.runs[1]).toMatchObject({ stopped: true, ms: HOUR, msRecorded: 4 * HOUR });
  });

  test('a run that was ended early and would have gone on is told as not known', () => {
    const ended = { ...recorded(1, [1, 1]), state: 'PRUNED' } as const;
    const replay = replayStopping({ rule: asha, goal: 'minimize', runs: [ended] });
    expect(replay).toMatchObject({ endedBefore: 1, best: null, bestSurvives: null, stepsSaved: 0 });
    expect(replay.sentence).toMatch(/1 of the runs that were ended early in truth would have gone on/);
  });

  test('a sweep without runs or without points saves nothing', () => {
    const silent = { ...recorded(1, []), objective: null };
    for (const none of [[], [silent]]) {
      expect(replayStopping({ rule: asha, goal: 'minimize', runs: none })).toMatchObject({
        stopped: 0,
        stepsSaved: 0,
        msSaved: 0,
      });
    }
  });
});

describe('whatever was recorded', () => {
  const sweeps = fc
    .array(
      fc.record({
        values: fc.array(
          fc.oneof({ weight: 15, arbitrary: fc.integer({ min: 0, max: 9 }) }, fc.constant(Number.NaN)),
          {
            maxLength: 8,
          },
        ),
        every: fc.integer({ min: 1, max: 12 }),
        from: fc.integer({ min: 0, max: 10 }),
        pace: fc.integer({ min: 1, max: 3 }),
        state: fc.constantFrom('FINISHED' as const, 'FINISHED' as const, 'FAILED' as const),
      }),
      { maxLength: 12 },
    )
    .map((raw) =>
      raw.map(({ values, every, from, pace, state }, i): RecordedRun => {
        const objective = values.at(-1) ?? null;
        return {
          number: i + 1,
          state,
          objective: objective === null || Number.isNaN(objective) ? null : objective,
          lastStep: values.length * every,
          steps: values.map((_, n) => (n + 1) * every),
          values,
          times: values.map((_, n) => from + (n + 1) * pace),
          attempts: values.length === 0 ? [] : [{ from, to: from + values.length * pace }],
        };
      }),
    );
  const inputs = fc.record({
    rule: fc.constantFrom(...rules),
    goal: fc.constantFrom<Goal>('minimize', 'maximize'),
    runs: sweeps,
  });

  /** The sweep as it would have been recorded, had the rule been its own. */
  const underItsRule = (input: Parameters<typeof replayStopping>[0]): RecordedRun[] =>
    replayStopping(input).runs.map(({ run, stopped, explanation, steps, ms }) => {
      const before = input.runs.find(({ number }) => number === run) ?? expect.unreachable();
      if (!stopped) return before;
      const kept = before.steps.filter((step) => step <= (explanation?.step ?? 0)).length;
      const [attempt] = before.attempts;
      return {
        ...before,
        state: 'PRUNED',
        lastStep: steps,
        steps: before.steps.slice(0, kept),
        values: before.values.slice(0, kept),
        times: before.times.slice(0, kept),
        attempts: attempt === undefined ? [] : [{ from: attempt.from, to: attempt.from + ms }],
      };
    });

  test('replayed under its own rule a sweep stops the same runs for the same reasons, and saves nothing', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const once = replayStopping(input);
        const again = replayStopping({ ...input, runs: underItsRule(input) });
        expect(again.runs.map((run) => run.explanation)).toEqual(once.runs.map((run) => run.explanation));
        expect(again).toMatchObject({ stopped: once.stopped, stepsSaved: 0, msSaved: 0, endedBefore: 0 });
      }),
      { numRuns: 300 },
    );
  });

  test('what is saved is never negative and never more than the whole', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { stepsSaved, stepsRecorded, msSaved, msRecorded, runs, stopped } = replayStopping(input);
        expect(stepsSaved).toBeGreaterThanOrEqual(0);
        expect(stepsSaved).toBeLessThanOrEqual(stepsRecorded);
        expect(msSaved).toBeGreaterThanOrEqual(0);
        expect(msSaved).toBeLessThanOrEqual(msRecorded);
        if (stopped === 0) expect([stepsSaved, msSaved]).toEqual([0, 0]);
        for (const run of runs)
          expect(run.stopped).toBe(run.explanation?.sentence.startsWith('Stopped') ?? false);
      }),
    );
  });

  test('the order of the rows changes nothing', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        expect(replayStopping({ ...input, runs: [...input.runs].reverse() })).toEqual(replayStopping(input));
      }),
    );
  });

  test('a run that is best at every step survives every rule that compares runs', () => {
    fc.assert(
      fc.property(sweeps, fc.constantFrom(...rules.slice(0, 5)), (runs, rule) => {
        const winner = { ...recorded(runs.length + 1, [-1, -2, -3, -4]), times: [5, 6, 7, 8], attempts: [] };
        const replay = replayStopping({ rule, goal: 'minimize', runs: [...runs, winner] });
        expect(replay.bestSurvives).toBe(true);
        expect(replay.bestKept).toEqual({ run: winner.number, objective: -4 });
      }),
    );
  });
});
