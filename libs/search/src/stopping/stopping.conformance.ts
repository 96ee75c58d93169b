/**
 * What every stopping rule must keep, whatever it computes: tests call this kit with a rule and its options. The
 * idea of shipping the kit beside the contract is Optuna's (optuna.testing).
 */
import { describe, expect, test } from 'vitest';
import type { Curve, Goal, ObservedRun, StoppingRule } from './stopping-rule.ts';

const curveOf = (value: (step: number) => number, steps = 20): Curve =>
  Array.from({ length: steps }, (_, step) => [step, value(step)] as const);
const runOf = (number: number, curve: Curve): ObservedRun => ({
  number,
  state: 'FINISHED',
  objective: null,
  stoppedAtRung: null,
  curve,
});
const goals: readonly Goal[] = ['minimize', 'maximize'];

/** Finished runs 1..10 with levels 1..10, falling a little; mirrored for maximize so that lower numbers are better. */
const peersFor = (goal: Goal): ObservedRun[] =>
  Array.from({ length: 10 }, (_, i) =>
    runOf(
      i + 1,
      curveOf((step) => (goal === 'minimize' ? 1 : -1) * (i + 1 - step * 0.01)),
    ),
  );

/** Declares the tests of `rule` under `options`, which must be such that ten finished runs are enough to judge. */
export const describeStoppingRule = <Options>(rule: StoppingRule<Options>, options: Options): void => {
  describe(`stopping rule ${rule.type} keeps the contract`, () => {
    for (const goal of goals) {
      const sign = goal === 'minimize' ? 1 : -1;
      const peers = peersFor(goal);

      test(`${goal}: never stops the best run, stops a hopeless one`, () => {
        const best = runOf(
          11,
          curveOf(() => sign * 0),
        );
        const hopeless = runOf(
          11,
          curveOf(() => sign * 99),
        );
        const stops = (run: ObservedRun) =>
          run.curve.some(
            (_, i) => rule.decide(runOf(run.number, run.curve.slice(0, i + 1)), peers, options, goal).stop,
          );
        expect(stops(best)).toBe(false);
        expect(stops(hopeless)).toBe(true);
      });

      test(`${goal}: a stop names rule, step and a sentence, in plain JSON`, () => {
        const { stop, explanation } = rule.decide(
          runOf(
            11,
            curveOf(() => sign * 99),
          ),
          peers,
          options,
          goal,
        );
        expect(stop).toBe(true);
        expect(explanation).toMatchObject({ rule: rule.type, step: 19, value: sign * 99 });
        expect(explanation.sentence).toMatch(/^Stopped at step 19: .*\.$/);
        expect(explanation.peers.length).toBeGreaterThan(0);
        expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
      });

      test(`${goal}: the order of peers changes nothing, and nothing is changed`, () => {
        const run = runOf(
          11,
          curveOf((step) => sign * (6 - step * 0.1)),
        );
        const before = JSON.stringify([run, peers]);
        const decision = rule.decide(run, peers, options, goal);
        expect(rule.decide(run, [...peers].reverse(), options, goal)).toEqual(decision);
        expect(JSON.stringify([run, peers])).toBe(before);
      });

      test(`${goal}: a run that has only NaN is stopped; NaN and infinity among peers do no harm`, () => {
        const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value, i) =>
          runOf(
            20 + i,
            curveOf(() => value),
          ),
        );
        expect(
          rule.decide(
            runOf(
              11,
              curveOf(() => Number.NaN),
            ),
            [...peers, ...odd],
            options,
            goal,
          ).stop,
        ).toBe(true);
        const { explanation } = rule.decide(
          runOf(
            11,
            curveOf(() => 5),
          ),
          [...peers, ...odd],
          options,
          goal,
        );
        expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
      });

      test(`${goal}: without points or without finished runs it goes on and says why`, () => {
        for (const [run, others] of [
          [runOf(11, []), peers],
          [
            runOf(
              11,
              curveOf(() => sign * 99),
            ),
            [],
          ],
        ] as const) {
          const { stop, explanation } = rule.decide(run, others, options, goal);
          expect(stop).toBe(false);
          expect(explanation.sentence).not.toBe('');
        }
      });
    }
  });
};
