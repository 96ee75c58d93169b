import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { medianRule, type MedianOptions } from './median.ts';
import type { Goal, ObservedRun } from './stopping-rule.ts';

interface GoldenRun {
  readonly number: number;
  readonly curve: readonly (readonly [number, number | string])[];
}
interface GoldenCase {
  readonly options: MedianOptions;
  readonly goal: Goal;
  readonly peers: readonly GoldenRun[];
  readonly run: GoldenRun;
  readonly decisions: readonly boolean[];
}

/** Made by tools/golden/median_pruner.py with Optuna itself. */
const golden: { readonly madeBy: { readonly optuna: string }; readonly cases: readonly GoldenCase[] } =
  JSON.parse(readFileSync(new URL('./median.golden.json', import.meta.url), 'utf8'));

/** NaN and infinities are written as text. */
const toRun = ({ number, curve }: GoldenRun): ObservedRun => ({
  number,
  state: 'FINISHED',
  objective: null,
  stoppedAtRung: null,
  curve: curve.map(([step, value]) => [step, Number(value)] as const),
});

describe("the median rule against Optuna's MedianPruner", () => {
  test(`decides like Optuna ${golden.madeBy.optuna} at every point of ${golden.cases.length} recorded sweeps`, () => {
    for (const { options, goal, peers, run, decisions } of golden.cases) {
      const judged = toRun(run);
      const finished = peers.map(toRun);
      const ours = judged.curve.map(
        (_, i) =>
          medianRule.decide({ ...judged, curve: judged.curve.slice(0, i + 1) }, finished, options, goal).stop,
      );
      expect(ours).toEqual(decisions);
    }
  });

  test('the recorded sweeps hold both decisions in number', () => {
    const all = golden.cases.flatMap((one) => one.decisions);
    const stops = all.filter(Boolean).length;
    expect(stops).toBeGreaterThan(100);
    expect(all.length - stops).toBeGreaterThan(100);
  });
});
