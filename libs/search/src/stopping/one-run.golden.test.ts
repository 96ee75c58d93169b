import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { curveFrom, type RawCurve, parseGolden, ruleOf } from './golden.case.ts';
import { judge } from './peers.ts';
import type { ObservedRun } from './stopping-rule.ts';

const readGolden = (name: string): string =>
  readFileSync(new URL(`./${name}.golden.json`, import.meta.url), 'utf8');

interface OneRun {
  readonly peers: readonly {
    readonly number: number;
    readonly state?: ObservedRun['state'];
    readonly objective?: number;
    readonly stoppedAtRung?: number;
    readonly curve: RawCurve;
  }[];
  readonly run: { readonly number: number; readonly curve: RawCurve };
}

/** Made by tools/golden/median_pruner.py and optuna_pruners.py with Optuna itself. */
describe.each(['median', 'percentile', 'patient', 'threshold', 'wilcoxon'] as const)(
  'the %s rule',
  (type) => {
    const { madeBy, cases } = parseGolden<OneRun>(readGolden(type));

    test(`decides like Optuna ${madeBy['optuna']} at every point of ${cases.length} recorded sweeps`, () => {
      for (const [i, one] of cases.entries()) {
        const stopping = ruleOf(type, one);
        const peers = one.peers.map(
          (peer): ObservedRun => ({
            number: peer.number,
            state: peer.state ?? 'FINISHED',
            objective: peer.objective ?? null,
            stoppedAtRung: peer.stoppedAtRung ?? null,
            curve: curveFrom(peer.curve),
          }),
        );
        const curve = curveFrom(one.run.curve);
        const run: Omit<ObservedRun, 'curve'> = {
          number: one.run.number,
          state: 'RUNNING',
          objective: null,
          stoppedAtRung: null,
        };
        const ours = curve.map(
          (_, n) => judge(stopping, { ...run, curve: curve.slice(0, n + 1) }, peers).stop,
        );
        expect(ours, `case ${i}`).toEqual(one.decisions.map(Boolean));
      }
    });

    test('the recorded sweeps hold both decisions in number', () => {
      const all = cases.flatMap((one) => one.decisions);
      const stops = all.filter(Boolean).length;
      expect(stops).toBeGreaterThan(100);
      expect(all.length - stops).toBeGreaterThan(100);
    });
  },
);
