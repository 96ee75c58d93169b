/** What the three rules with rungs have in common: how many there are, how one is named, and who stands on it. */
import { bestFirst, finiteOrNull } from './explain.ts';
import type { Goal, ObservedRun, PlannedBracket, PlannedRung, RungStanding } from './stopping-rule.ts';

/** For a sentence: people count from 1. */
export const rungName = ({ rung, step }: PlannedRung): string => `rung ${rung + 1} (step ${step})`;

/**
 * floor(log_factor(last / first)), at least -1: by multiplying, since the quotient of two logarithms is below 5 for
 * 243 = 3^5 in some engines and in Python, so that Optuna has a bracket less there than its own formula says.
 */
export const powersWithin = (first: number, last: number, factor: number): number => {
  let power = -1;
  for (let step = first; step <= last; step *= factor) power++;
  return power;
};

export interface Recording {
  /** The bracket of run `number`. */
  bracketOf(number: number): number;
  /** By rung's number, the value that the run is recorded with. */
  recordsOf(run: ObservedRun, bracket: PlannedBracket): ReadonlyMap<number, number>;
  /** What the next run has to reach where these values (at least one) are recorded. */
  cutoffOf(values: readonly number[]): number;
}

/** Every rung of every bracket that at least one run has come to. */
export const standingsOf = (
  runs: readonly ObservedRun[],
  brackets: readonly PlannedBracket[],
  goal: Goal,
  { bracketOf, recordsOf, cutoffOf }: Recording,
): RungStanding[] =>
  brackets.flatMap((bracket) => {
    const members = runs
      .filter(({ number }) => bracketOf(number) === bracket.bracket)
      .map((run) => ({ run, records: recordsOf(run, bracket) }));
    return bracket.rungs.flatMap(({ rung, step }) => {
      const recorded = members.flatMap(({ run, records }) => {
        const value = records.get(rung);
        return value === undefined ? [] : [{ run: run.number, value, stopped: run.stoppedAtRung === step }];
      });
      if (recorded.length === 0) return [];
      const stopped = new Set(recorded.filter((one) => one.stopped).map((one) => one.run));
      return [
        {
          bracket: bracket.bracket,
          rung,
          step,
          cutoff: finiteOrNull(cutoffOf(recorded.map(({ value }) => value))),
          runs: bestFirst(recorded, goal).map(({ run, value }) => ({
            run,
            value: finiteOrNull(value),
            stopped: stopped.has(run),
          })),
        },
      ];
    });
  });
