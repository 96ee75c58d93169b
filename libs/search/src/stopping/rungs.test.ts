/** What is particular to the three rules with rungs; what all rules keep is in the conformance kit. */
import type { StoppingDefinition } from '@plumage/contract';
import { describe, expect, test } from 'vitest';
import { judge } from './peers.ts';
import { createStoppingRule } from './stopping.ts';
import type { Curve, ObservedRun } from './stopping-rule.ts';

const at = (number: number, curve: Curve, more: Partial<ObservedRun> = {}): ObservedRun => ({
  number,
  state: 'RUNNING',
  objective: null,
  stoppedAtRung: null,
  curve,
  ...more,
});
const minimized = (rule: StoppingDefinition) => createStoppingRule(rule, 'minimize');

describe('asha', () => {
  const asha = minimized({ type: 'asha', max_t: 100, grace_period: 1, reduction_factor: 4, brackets: 1 });
  const others = [1, 2, 3, 4].map((value) => at(value, [[1, value]]));

  test('explains a stop by rung, cutoff and the runs that were there before', () => {
    expect(judge(asha, at(5, [[1, 1.9]]), others)).toEqual({
      stop: true,
      compared: true,
      explanation: {
        rule: 'asha',
        step: 1,
        value: 1.9,
        bracket: 0,
        rung: 0,
        rungStep: 1,
        rank: 2,
        cutoff: 1.75,
        peerCount: 4,
        peers: [1, 2, 3, 4].map((n) => ({ run: n, value: n })),
        sentence:
          'Stopped at step 1: its value, 1.9, is worse than 1.75, which the best 1/4 of 4 recorded at rung 1 (step 1) have reached (rank 2 of 5).',
      },
    });
  });

  test('the first at a rung goes on, and between rungs nothing is asked of the others', () => {
    const run = at(5, [
      [1, 1],
      [4, 9],
      [5, 99],
    ]);
    const first = judge(asha, { ...run, curve: run.curve.slice(0, 2) }, others);
    expect(first).toMatchObject({ stop: false, compared: true, explanation: { rung: 1, peerCount: 0 } });
    expect(asha.needs(run, [5])).toEqual({ kind: 'none' });
    expect(judge(asha, run, others)).toMatchObject({
      stop: false,
      compared: false,
      explanation: { sentence: 'Step 5 is between rungs; the next is step 16.' },
    });
  });

  test('a run that jumps over rungs is recorded at the highest, and fills the lower ones with its next reports', () => {
    const run = at(5, [
      [20, 5],
      [21, 6],
      [22, 7],
      [23, 8],
    ]);
    const rungs = asha.standings([run]).map(({ step, runs }) => [step, runs[0]?.value]);
    expect(rungs).toEqual([
      [1, 7],
      [4, 6],
      [16, 5],
    ]);
  });

  test('NaN at a rung ends a run; at max_t every run ends', () => {
    expect(judge(asha, at(5, [[4, Number.NaN]]), others)).toMatchObject({
      stop: true,
      explanation: { value: null, rungStep: 4 },
    });
    expect(judge(asha, at(5, [[100, -1]]), others).explanation.sentence).toBe(
      "Stopped at step 100: no run is trained beyond step 100, the rule's max_t.",
    );
  });

  test('brackets leave out the lowest rungs and divide the runs, whatever order they come in', () => {
    const rule = minimized({ type: 'asha', max_t: 100, grace_period: 1, reduction_factor: 4, brackets: 3 });
    const brackets = rule.brackets(100);
    expect(brackets.map(({ rungs }) => rungs.map(({ step }) => step))).toEqual([
      [1, 4, 16, 64],
      [4, 16, 64],
      [16, 64],
    ]);
    const bracketOf = (number: number) => judge(rule, at(number, [[2, 1]]), []).explanation.bracket;
    const counts = [0, 0, 0];
    for (let number = 1; number <= 300; number++) {
      const bracket = bracketOf(number) ?? 0;
      counts[bracket] = (counts[bracket] ?? 0) + 1;
    }
    for (const [i, { share }] of brackets.entries()) {
      expect(Math.abs((counts[i] ?? 0) / 300 - share)).toBeLessThan(0.01);
    }
  });
});

describe("hyperband with Optuna's keys", () => {
  const halving = minimized({
    type: 'hyperband',
    eta: 3,
    strict: true,
    min_resource: 2,
    max_resource: 3,
    reduction_factor: 2,
  });

  test('a report that has passed several rungs is held against each, and the first that it fails ends it', () => {
    const others = [at(1, [[8, 1]]), at(2, [[3, 5]], { state: 'PRUNED', stoppedAtRung: 2 })];
    expect(judge(halving, at(3, [[9, 2]]), others)).toMatchObject({
      stop: true,
      explanation: { rung: 0, rungStep: 2, rank: 2, peerCount: 2, cutoff: 1 },
    });
    expect(judge(halving, at(3, [[9, 0.5]]), others)).toMatchObject({
      stop: false,
      explanation: { rung: 2, rungStep: 8, rank: 1, peerCount: 1 },
    });
  });

  test('a run that was stopped at a rung does not stand on higher ones, though its report had passed them', () => {
    const stopped = at(2, [[9, 5]], { state: 'PRUNED', stoppedAtRung: 2 });
    const standings = halving.standings([at(1, [[9, 1]]), stopped]);
    expect(standings.map(({ step, runs }) => [step, runs])).toEqual([
      [
        2,
        [
          { run: 1, value: 1, stopped: false },
          { run: 2, value: 5, stopped: true },
        ],
      ],
      [4, [{ run: 1, value: 1, stopped: false }]],
      [8, [{ run: 1, value: 1, stopped: false }]],
    ]);
  });

  test('the number of brackets is that of the formula at exact powers too', () => {
    for (const [max_resource, reduction_factor, brackets] of [
      [243, 3, 6],
      [1000, 10, 4],
      [242, 3, 5],
      [1, 3, 1],
    ] as const) {
      const rule = minimized({ type: 'hyperband', eta: 3, strict: true, max_resource, reduction_factor });
      expect(rule.brackets(1000)).toHaveLength(brackets);
    }
  });
});

describe("hyperband with W&B's keys", () => {
  const rule = { type: 'hyperband', min_iter: 2, eta: 2, strict: true } as const;
  const others = [1, 2, 3].map((value) =>
    at(value, [
      [2, value],
      [3, value],
    ]),
  );

  test('a run may end after a band, when others have come to it and were better', () => {
    const run = at(4, [
      [2, 3.5],
      [3, 0.1],
    ]);
    expect(judge(minimized(rule), run, others.slice(2)).stop).toBe(false);
    expect(judge(minimized(rule), run, others)).toMatchObject({
      stop: true,
      explanation: { rung: 0, rungStep: 2, value: 3.5, cutoff: 3 },
    });
  });

  test('not strict, the best value so far counts', () => {
    const run = at(4, [
      [2, 9],
      [3, 0.1],
    ]);
    expect(judge(minimized(rule), run, others).stop).toBe(true);
    expect(judge(minimized({ ...rule, strict: false }), run, others).stop).toBe(false);
  });

  test('bands are min_iter * eta^k, or max_iter / eta^k for k up to s', () => {
    const steps = (more: object) =>
      minimized({ type: 'hyperband', eta: 3, strict: true, ...more })
        .brackets(100)[0]
        ?.rungs.map(({ step }) => step);
    expect(steps({ min_iter: 3 })).toEqual([3, 9, 27, 81]);
    expect(steps({ max_iter: 27, s: 2 })).toEqual([3, 9]);
    expect(steps({ max_iter: 10, s: 9 })).toEqual([1, 3]);
  });
});
