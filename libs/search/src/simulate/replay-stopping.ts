/**
 * What another stopping rule would have made of a sweep: its recorded reports are told again in order of their times,
 * and the rule is asked at each, knowing of the other runs what was known then. A run that it stops reports no more.
 *
 * What was never recorded stays unknown: a run that was ended early in truth, and that this rule would have let go
 * on, is counted with what it has (`endedBefore`), so that savings are then an upper bound. Runs start when they
 * started; a slot that is free earlier would have begun the next one earlier, and perhaps with another assignment.
 */
import type { StoppingDefinition } from '@plumage/contract';
import { isWorse, shown } from '../stopping/explain.ts';
import { judge } from '../stopping/peers.ts';
import { createStoppingRule } from '../stopping/stopping.ts';
import type { Goal, ObservedRun, StopExplanation } from '../stopping/stopping-rule.ts';
import { endOf, type RecordedRun, unreported, workedMs } from './recorded-run.ts';

export interface ReplayInput {
  readonly rule: StoppingDefinition;
  readonly goal: Goal;
  /** Every run of the sweep, in any order. */
  readonly runs: readonly RecordedRun[];
}

export interface ReplayedRun {
  readonly run: number;
  readonly stopped: boolean;
  /** The decision that stopped it, or the last that held it against others; null when there was none. */
  readonly explanation: StopExplanation | null;
  /** Steps and time at work, under the rule and recorded. */
  readonly steps: number;
  readonly stepsRecorded: number;
  readonly ms: number;
  readonly msRecorded: number;
  /** Recorded; null without one. */
  readonly objective: number | null;
  /** In truth it was ended early, and this rule would have let it go on, nobody knows how far. */
  readonly endedBefore: boolean;
}

export interface BestRun {
  readonly run: number;
  readonly objective: number;
}

export interface StoppingReplay {
  readonly rule: StoppingDefinition;
  /** Ascending by number. */
  readonly runs: readonly ReplayedRun[];
  readonly stopped: number;
  readonly stepsRecorded: number;
  readonly stepsSaved: number;
  readonly msRecorded: number;
  readonly msSaved: number;
  /** Of the runs that have finished in truth; null when none has an objective. */
  readonly best: BestRun | null;
  /** Of those that the rule would have let finish. */
  readonly bestKept: BestRun | null;
  /** Whether these are one; null without a best run. */
  readonly bestSurvives: boolean | null;
  /** How many runs were ended early in truth that the rule would have let go on. */
  readonly endedBefore: number;
  readonly sentence: string;
}

interface Report {
  readonly run: RecordedRun;
  /** Index of the point; the number of points stands for the run's end. */
  readonly point: number;
  readonly time: number;
}

interface Outcome {
  readonly explanation: StopExplanation;
  readonly stop: boolean;
  readonly step: number;
  readonly time: number;
}

/** Every point and every end, in order of time; at one time by the runs' numbers, a run's own in their order. */
const reportsOf = (runs: readonly RecordedRun[]): Report[] =>
  runs
    .flatMap((run): Report[] => {
      let time = Number.NEGATIVE_INFINITY;
      // A clock that was set back between two reports does not turn their order round.
      const points = run.times.map((at, point) => ({ run, point, time: (time = Math.max(time, at)) }));
      return [...points, { run, point: run.times.length, time: Math.max(time, endOf(run)) }];
    })
    .sort((a, b) => a.time - b.time || a.run.number - b.run.number || a.point - b.point);

/** Tells the reports again; the last thing that was decided of each run, by its number. */
function* tellAgain({ rule, goal, runs }: ReplayInput): Generator<undefined, Map<number, Outcome>> {
  const stopping = createStoppingRule(rule, goal);
  const known = new Map(runs.map((run): [number, ObservedRun] => [run.number, unreported(run)]));
  // Each run's curve grows in place: a copy at every report would cost more than all decisions.
  const curves = new Map(runs.map((run): [number, [number, number][]] => [run.number, []]));
  const outcomes = new Map<number, Outcome>();
  for (const { run, point, time } of reportsOf(runs)) {
    const before = known.get(run.number);
    if (before === undefined || outcomes.get(run.number)?.stop === true) continue;
    const step = run.steps[point];
    if (step === undefined) {
      known.set(run.number, { ...before, state: run.state });
      continue;
    }
    const curve = curves.get(run.number) ?? [];
    curve.push([step, run.values[point] ?? Number.NaN]);
    const reported: ObservedRun = { ...before, curve };
    const { stop, compared, explanation } = judge(stopping, reported, [...known.values()]);
    if (compared) outcomes.set(run.number, { explanation, stop, step, time });
    const stopped = { state: 'PRUNED', stoppedAtRung: explanation.rungStep } as const;
    known.set(run.number, stop ? { ...reported, ...stopped } : reported);
    yield undefined;
  }
  return outcomes;
}

const replayed = (run: RecordedRun, outcome: Outcome | undefined): ReplayedRun => {
  const stopped = outcome?.stop === true;
  const msRecorded = workedMs(run, Number.POSITIVE_INFINITY);
  return {
    run: run.number,
    stopped,
    explanation: outcome?.explanation ?? null,
    steps: stopped ? Math.min(outcome.step, run.lastStep) : run.lastStep,
    stepsRecorded: run.lastStep,
    ms: stopped ? workedMs(run, outcome.time) : msRecorded,
    msRecorded,
    objective: run.objective,
    endedBefore: !stopped && run.state === 'PRUNED',
  };
};

const bestOf = (runs: readonly RecordedRun[], goal: Goal): BestRun | null => {
  let best: BestRun | null = null;
  for (const { number, state, objective } of [...runs].sort((a, b) => a.number - b.number)) {
    if (state !== 'FINISHED' || objective === null || !Number.isFinite(objective)) continue;
    if (best === null || isWorse(goal, best.objective, objective)) best = { run: number, objective };
  }
  return best;
};

const sum = (runs: readonly ReplayedRun[], amount: (run: ReplayedRun) => number): number =>
  runs.reduce((total, run) => total + amount(run), 0);

const percent = (part: number, whole: number): string =>
  whole > 0 ? ` (${Math.round((100 * part) / whole)} %)` : '';

const inWords = (replay: Omit<StoppingReplay, 'sentence'>): string => {
  const { stopped, runs, stepsSaved, stepsRecorded, msSaved, msRecorded, best, bestKept } = replay;
  const saved = `${stepsSaved} of ${stepsRecorded} steps${percent(stepsSaved, stepsRecorded)} and ${shown(msSaved / 3_600_000)} of ${shown(msRecorded / 3_600_000)} hours at work${percent(msSaved, msRecorded)}`;
  const fate =
    best === null
      ? 'No run has finished with an objective, so none is the best.'
      : bestKept?.run === best.run
        ? `The best run, ${best.run} with ${shown(best.objective)}, would have been kept.`
        : `The best run, ${best.run} with ${shown(best.objective)}, would have been stopped; ${
            bestKept === null
              ? 'none would have finished.'
              : `the best kept would be ${bestKept.run} with ${shown(bestKept.objective)}.`
          }`;
  const unknown =
    replay.endedBefore === 0
      ? ''
      : ` ${replay.endedBefore} of the runs that were ended early in truth would have gone on; what that costs is not known.`;
  return `The ${replay.rule.type} rule would have stopped ${stopped} of ${runs.length} runs and saved ${saved}. ${fate}${unknown}`;
};

/** As `replayStopping`, a report at a time, so that the caller may do something else in between. */
export function* replayStoppingSteps(input: ReplayInput): Generator<undefined, StoppingReplay> {
  const outcomes = yield* tellAgain(input);
  const runs = [...input.runs]
    .sort((a, b) => a.number - b.number)
    .map((run) => replayed(run, outcomes.get(run.number)));
  const stopped = new Set(runs.filter((run) => run.stopped).map((run) => run.run));
  const best = bestOf(input.runs, input.goal);
  const bestKept = bestOf(
    input.runs.filter(({ number }) => !stopped.has(number)),
    input.goal,
  );
  const replay = {
    rule: input.rule,
    runs,
    stopped: stopped.size,
    stepsRecorded: sum(runs, (run) => run.stepsRecorded),
    stepsSaved: sum(runs, (run) => run.stepsRecorded - run.steps),
    msRecorded: sum(runs, (run) => run.msRecorded),
    msSaved: sum(runs, (run) => run.msRecorded - run.ms),
    best,
    bestKept,
    bestSurvives: best === null ? null : bestKept?.run === best.run,
    endedBefore: runs.filter((run) => run.endedBefore).length,
  };
  return { ...replay, sentence: inWords(replay) };
}

/** Deterministic: the same rows give the same answer. */
export const replayStopping = (input: ReplayInput): StoppingReplay => {
  const steps = replayStoppingSteps(input);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
};
