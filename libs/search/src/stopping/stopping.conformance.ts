/**
 * What every stopping rule must keep, whatever it computes: tests call this kit with a rule and its options. The
 * idea of shipping the kit beside the contract is Optuna's (optuna.testing).
 */
import type { RunState, StoppingDefinition } from '@plumage/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge, peersFor } from './peers.ts';
import { createStoppingRule } from './stopping.ts';
import {
  type Curve,
  type Goal,
  MAX_NAMED_PEERS,
  type ObservedRun,
  type StopDecision,
  type Stopping,
} from './stopping-rule.ts';

export interface RuleUnderTest {
  readonly name: string;
  /**
   * The rule such that a run which is 90 worse than ten finished ones, and getting worse, is stopped by its 20th
   * step; no run may be stopped for its length alone before step 30.
   */
  definition(goal: Goal): StoppingDefinition;
  /** What becomes of a run that has only NaN. */
  readonly onlyNan: 'stopped' | 'goes on';
}

const STEPS = 20;
const goals: readonly Goal[] = ['minimize', 'maximize'];
const signOf = (goal: Goal): number => (goal === 'minimize' ? 1 : -1);

const curveOf = (value: (step: number) => number): Curve =>
  Array.from({ length: STEPS }, (_, i) => [i + 1, value(i + 1)] as const);
const runOf = (number: number, curve: Curve, more: Partial<ObservedRun> = {}): ObservedRun => ({
  number,
  state: 'RUNNING',
  objective: null,
  stoppedAtRung: null,
  curve,
  ...more,
});

/** Finished runs 1..10 with levels 1..10, rising a little; mirrored for maximize so that lower numbers are better. */
const finishedRuns = (goal: Goal): ObservedRun[] =>
  Array.from({ length: 10 }, (_, i) =>
    runOf(
      i + 1,
      curveOf((step) => signOf(goal) * (i + 1 + step * 0.01)),
      { state: 'FINISHED', objective: signOf(goal) * (i + 1.2) },
    ),
  );

/** The decisions of a run's reports one after the other, up to the stop. */
const lifeOf = (stopping: Stopping, run: ObservedRun, all: readonly ObservedRun[]): StopDecision[] => {
  const decisions: StopDecision[] = [];
  for (let n = 1; n <= run.curve.length && decisions.at(-1)?.stop !== true; n++) {
    decisions.push(judge(stopping, { ...run, curve: run.curve.slice(0, n) }, all));
  }
  return decisions;
};
const isStopped = (stopping: Stopping, run: ObservedRun, all: readonly ObservedRun[]): boolean =>
  lifeOf(stopping, run, all).at(-1)?.stop === true;

const states: readonly RunState[] = ['RUNNING', 'FINISHED', 'FINISHED', 'PRUNED', 'FAILED', 'PAUSED'];
/** Small whole numbers, so that ties are common, and now and then what a diverged training reports. */
const values = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: -5, max: 5 }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY) },
);
const curves = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 28 }), values), {
    selector: ([step]) => step,
    maxLength: 20,
  })
  .map((points): Curve => [...points].sort(([a], [b]) => a - b));
const sweeps = fc
  .array(
    fc.record({ curve: curves, state: fc.nat(), objective: fc.option(fc.integer({ min: -5, max: 5 })) }),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((runs) =>
    runs.map(({ curve, state, objective }, i) =>
      runOf(i + 1, curve, { state: states[state % states.length] ?? 'RUNNING', objective }),
    ),
  );

/** What no explanation may lack. */
const checkExplained = ({ stop, compared, explanation }: StopDecision, run: ObservedRun): void => {
  expect(explanation.sentence).toMatch(/^[A-Z0-9].*\.$/);
  expect(explanation.sentence.startsWith('Stopped at step')).toBe(stop);
  if (stop) expect(compared).toBe(true);
  expect(explanation.step).toBe(run.curve.at(-1)?.[0] ?? null);
  expect(explanation.peers.length).toBe(Math.min(explanation.peerCount, MAX_NAMED_PEERS));
  expect(explanation.peers.map((peer) => peer.run)).not.toContain(run.number);
  if (explanation.rank !== null) {
    expect(explanation.rank).toBeGreaterThanOrEqual(1);
    expect(explanation.rank).toBeLessThanOrEqual(explanation.peerCount + 1);
  }
  expect(explanation.rung === null).toBe(explanation.rungStep === null);
  expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
};

const mirrored = (run: ObservedRun): ObservedRun => ({
  ...run,
  objective: run.objective === null ? null : -run.objective,
  curve: run.curve.map(([step, value]) => [step, -value] as const),
});

/** Declares the tests of a rule. */
export const describeStoppingRule = ({ name, definition, onlyNan }: RuleUnderTest): void => {
  describe(`stopping rule ${name} keeps the contract`, () => {
    describe.each(goals)('to %s', (goal) => {
      const sign = signOf(goal);
      const stopping = createStoppingRule(definition(goal), goal);
      const finished = finishedRuns(goal);
      const best = runOf(
        11,
        curveOf((step) => sign * (0.5 - step * 0.02)),
      );
      const hopeless = runOf(
        11,
        curveOf((step) => sign * (99 + step)),
      );

      test('never stops the best run, stops a hopeless one', () => {
        expect(isStopped(stopping, best, finished)).toBe(false);
        expect(isStopped(stopping, hopeless, finished)).toBe(true);
      });

      test('explains a stop by rule, step, peers and a sentence', () => {
        const decisions = lifeOf(stopping, hopeless, finished);
        const { stop, explanation } = decisions.at(-1) ?? expect.unreachable();
        expect(stop).toBe(true);
        expect(explanation).toMatchObject({ rule: definition(goal).type, step: decisions.length });
        const comparesRuns = hopeless.curve.some(
          ([step]) => stopping.needs(hopeless, [step]).kind !== 'none',
        );
        expect(explanation.peerCount > 0).toBe(comparesRuns);
      });

      test('without points it goes on, and so does every run while there is no other to compare with', () => {
        expect(judge(stopping, runOf(11, []), finished)).toMatchObject({ stop: false, compared: false });
        const comparesRuns = hopeless.curve.some(
          ([step]) => stopping.needs(hopeless, [step]).kind !== 'none',
        );
        expect(isStopped(stopping, hopeless, [])).toBe(!comparesRuns);
      });

      test(`a run that has only NaN ${onlyNan === 'stopped' ? 'is stopped' : 'goes on'}`, () => {
        const diverged = runOf(
          11,
          curveOf(() => Number.NaN),
        );
        expect(isStopped(stopping, diverged, finished)).toBe(onlyNan === 'stopped');
      });

      test('a run that is better than all others at every step is never stopped, whatever they report', () => {
        fc.assert(
          fc.property(sweeps, (runs) => {
            const winner = runOf(
              runs.length + 1,
              curveOf((step) => sign * (-10 - step)),
            );
            const others = runs.map((run) => ({
              ...run,
              curve: run.curve.filter(([, value]) => value !== -sign * Number.POSITIVE_INFINITY),
            }));
            expect(isStopped(stopping, winner, others)).toBe(false);
          }),
        );
      });
    });

    const run = (runs: readonly ObservedRun[]): ObservedRun => runs[0] ?? expect.unreachable();
    const rules = goals.map((goal) => createStoppingRule(definition(goal), goal));

    test('every decision explains itself in plain JSON, and nothing is changed by it', () => {
      fc.assert(
        fc.property(sweeps, fc.constantFrom(...rules), (runs, stopping) => {
          const before = structuredClone(runs);
          for (let n = 0; n <= run(runs).curve.length; n++) {
            const soFar = { ...run(runs), curve: run(runs).curve.slice(0, n) };
            checkExplained(judge(stopping, soFar, runs), soFar);
          }
          expect(runs).toEqual(before);
        }),
      );
    });

    test('what it asks for is enough: with all that is known of the others it decides and says the same', () => {
      fc.assert(
        fc.property(sweeps, fc.constantFrom(...rules), (runs, stopping) => {
          const all = runs.slice(1);
          expect(judge(stopping, run(runs), runs)).toEqual(stopping.decide(run(runs), all));
        }),
      );
    });

    test('a batch of points is judged as they are one by one', () => {
      fc.assert(
        fc.property(sweeps, fc.nat(), fc.constantFrom(...rules), (runs, from, stopping) => {
          const { curve } = run(runs);
          const arrived = curve.slice(curve.length === 0 ? 0 : from % curve.length).map(([step]) => step);
          const needs = stopping.needs(run(runs), arrived);
          for (const step of arrived) {
            const soFar = { ...run(runs), curve: curve.filter(([at]) => at <= step) };
            const asked = stopping.decide(soFar, peersFor(run(runs).number, needs, runs, stopping.goal));
            expect(asked).toEqual(stopping.decide(soFar, runs.slice(1)));
          }
        }),
      );
    });

    test('the order of the other runs changes nothing, nor does it that they were read anew', () => {
      fc.assert(
        fc.property(sweeps, fc.constantFrom(...rules), (runs, stopping) => {
          const decision = judge(stopping, run(runs), runs);
          const anew = createStoppingRule(definition(stopping.goal), stopping.goal);
          expect(judge(anew, run(runs), structuredClone([...runs].reverse()))).toEqual(decision);
        }),
      );
    });

    test('to maximize is to minimize what is mirrored', () => {
      fc.assert(
        fc.property(sweeps, (runs) => {
          const [down, up] = rules;
          if (down === undefined || up === undefined) expect.unreachable();
          const mirror = runs.map(mirrored);
          expect(judge(up, run(mirror), mirror).stop).toBe(judge(down, run(runs), runs).stop);
        }),
      );
    });

    test('a run stands once on a rung, best first, and only on rungs of the plan', () => {
      fc.assert(
        fc.property(sweeps, fc.constantFrom(...rules), (runs, stopping) => {
          const planned = stopping
            .brackets(28)
            .flatMap(({ bracket, rungs }) => rungs.map(({ rung, step }) => `${bracket}/${rung}/${step}`));
          const bracketOfRun = new Map<number, number>();
          for (const { bracket, rung, step, runs: standing } of stopping.standings(runs)) {
            expect(planned).toContain(`${bracket}/${rung}/${step}`);
            expect(new Set(standing.map((one) => one.run)).size).toBe(standing.length);
            for (const one of standing) {
              expect(bracketOfRun.get(one.run) ?? bracket).toBe(bracket);
              bracketOfRun.set(one.run, bracket);
            }
          }
        }),
      );
    });

    test('shares of brackets sum to one, and rungs ascend', () => {
      for (const stopping of rules) {
        const brackets = stopping.brackets(1000);
        if (brackets.length === 0) continue;
        expect(brackets.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
        for (const { rungs } of brackets) {
          expect(rungs.map(({ step }) => step)).toEqual(rungs.map(({ step }) => step).sort((a, b) => a - b));
          expect(rungs.map(({ rung }) => rung)).toEqual(rungs.map((_, i) => i));
        }
      }
    });
  });
};
