/**
 * The plan of a sweep before it starts: how many runs, how many of them the stopping rule lets come to each rung, and
 * what that costs by step times that were recorded before. What cannot be known beforehand is null, and told.
 *
 * A rule with rungs is taken at its word: of the runs that come to a rung the share goes on that it intends. The
 * other rules decide by curves that nobody has seen yet, so for them the cost is the most that it can be.
 */
import type { SweepDefinition } from '@plumage/contract';
import { createStopping } from '../stopping/stopping.ts';
import type { PlannedBracket } from '../stopping/stopping-rule.ts';
import { notesOn } from './plan-notes.ts';
import { countRuns, type RunCount } from './run-count.ts';
import { type TrainingLength, trainingLengths } from './training-length.ts';

export interface PlanInput {
  /** Milliseconds a training step took in earlier runs; null when none is recorded. */
  readonly stepMs: number | null;
  /** Slots that will work on the sweep, at least 1. */
  readonly slots: number;
  /** Steps between two reports of the sweep's metric, at least 1; without it every step reports. */
  readonly evalEvery?: number;
}

export interface PlannedStanding {
  readonly bracket: number;
  readonly rung: number;
  /** The step of the first report at or after the rung, at which runs are judged. */
  readonly step: number;
  /** How many runs are expected to come here; null when the number of runs is not known. */
  readonly runs: number | null;
  /** The share of them that goes on. */
  readonly goesOn: number;
}

export interface SweepPlan {
  readonly runs: RunCount;
  /** Runs at one time. */
  readonly parallel: number;
  /** Steps of the shortest and of the longest run that is not stopped; null when not known. */
  readonly stepsPerRun: { readonly least: number; readonly most: number } | null;
  /** Ascending by bracket and step; empty without rungs, and when not known. */
  readonly rungs: readonly PlannedStanding[];
  /** Training steps of all runs: with the stopping rule, and if none were stopped. */
  readonly expectedSteps: number | null;
  readonly mostSteps: number | null;
  /** Hours by the clock and hours of slots at work, both with the stopping rule; null without step times. */
  readonly wallHours: number | null;
  readonly acceleratorHours: number | null;
  /** Hours of slots at work if none were stopped. */
  readonly mostAcceleratorHours: number | null;
  /** What a reader should know of these figures, as sentences. */
  readonly notes: readonly string[];
}

const HOUR_MS = 3_600_000;

interface JudgedRung {
  readonly rung: number;
  readonly step: number;
  readonly goesOn: number;
}

/** The rungs at the reports that are judged at them. */
const judgedRungs = ({ rungs, jumped }: PlannedBracket, evalEvery: number): JudgedRung[] => {
  const judged = new Map<number, JudgedRung>();
  for (const { rung, step, goesOn } of rungs) {
    const at = Math.ceil(step / evalEvery) * evalEvery;
    const before = jumped === 'every' ? (judged.get(at)?.goesOn ?? 1) : 1;
    judged.set(at, { rung, step: at, goesOn: goesOn * before });
  }
  return [...judged.values()];
};

/** The length of a run that the rule does not stop, but may end. */
const endOf = ({ end }: PlannedBracket, steps: number, evalEvery: number): number =>
  end === null ? steps : Math.min(steps, Math.ceil(end / evalEvery) * evalEvery);

/** Per run of the sweep: expected steps, and by rung the share of runs that come to it. */
const climb = (
  brackets: readonly PlannedBracket[],
  lengths: readonly TrainingLength[],
  evalEvery: number,
) => {
  let steps = 0;
  const standings = brackets.flatMap((bracket) => {
    const rungs = judgedRungs(bracket, evalEvery);
    const comes = rungs.map(() => 0);
    for (const length of lengths) {
      const end = endOf(bracket, length.steps, evalEvery);
      let alive = bracket.share * length.share;
      let at = 0;
      for (const [i, rung] of rungs.entries()) {
        if (rung.step > end) break;
        steps += alive * (rung.step - at);
        at = rung.step;
        comes[i] = (comes[i] ?? 0) + alive;
        // At its last step a run has nothing left to save.
        if (rung.step < end) alive *= rung.goesOn;
      }
      steps += alive * (end - at);
    }
    return rungs.flatMap((rung, i) =>
      (comes[i] ?? 0) > 0 ? [{ ...rung, bracket: bracket.bracket, share: comes[i] ?? 0 }] : [],
    );
  });
  return { steps, standings };
};

/** How many runs the budget pays for; null when it sets no limit, or none that can be told. */
const withinBudget = (
  { hours, acceleratorHours }: SweepDefinition['budget'],
  hoursPerRun: number | null,
  parallel: number,
): number | null => {
  if (hoursPerRun === null || (hours === null && acceleratorHours === null)) return null;
  const paid = Math.min(
    acceleratorHours ?? Number.POSITIVE_INFINITY,
    (hours ?? Number.POSITIVE_INFINITY) * parallel,
  );
  return Math.max(1, Math.floor(paid / hoursPerRun));
};

const allOf = (count: number | null, each: number | null): number | null =>
  count === null || each === null ? null : count * each;

const checkInput = ({ stepMs, slots, evalEvery = 1 }: PlanInput): void => {
  if (!Number.isSafeInteger(slots) || slots < 1) throw new RangeError(`slots ${slots}, expected at least 1`);
  if (!Number.isSafeInteger(evalEvery) || evalEvery < 1)
    throw new RangeError(`evalEvery ${evalEvery}, expected at least 1`);
  if (stepMs !== null && !(stepMs > 0 && Number.isFinite(stepMs)))
    throw new RangeError(`stepMs ${stepMs}, expected milliseconds above 0, or null`);
};

/** @throws RangeError when slots, evalEvery or stepMs is no sound number */
export const planSweep = (definition: SweepDefinition, input: PlanInput): SweepPlan => {
  const { stepMs, slots, evalEvery = 1 } = input;
  checkInput(input);
  const stopping = createStopping(definition);
  const written = trainingLengths(definition);
  const ends = stopping?.brackets(1)[0]?.end ?? null;
  const lengths = written ?? (ends === null ? null : [{ steps: ends, share: 1 }]);
  const longest = lengths && Math.max(...lengths.map(({ steps }) => steps));
  const plain: PlannedBracket = { bracket: 0, share: 1, rungs: [], jumped: 'highest', end: null };
  const planned = longest === null ? [] : (stopping?.brackets(longest) ?? []);
  const brackets = planned.length > 0 ? planned : [plain];
  const perRun = lengths && climb(brackets, lengths, evalEvery);
  const mostPerRun = lengths && lengths.reduce((sum, { steps, share }) => sum + steps * share, 0);

  const inHours = (steps: number | null): number | null =>
    steps === null || stepMs === null ? null : (steps * stepMs) / HOUR_MS;
  const limit = Math.min(slots, definition.concurrency ?? slots, definition.pbt?.population ?? slots);
  const counted = countRuns(definition);
  const paid = withinBudget(definition.budget, inHours(perRun?.steps ?? null), limit);
  const runs: RunCount =
    paid !== null && paid < (counted.count ?? Number.POSITIVE_INFINITY)
      ? { count: paid, exact: false, limitedBy: 'budget' }
      : counted;
  const parallel = Math.max(1, Math.min(limit, runs.count ?? limit));
  const expectedSteps = allOf(runs.count, perRun?.steps ?? null);
  const mostSteps = allOf(runs.count, mostPerRun);
  const lengthsRun = lengths?.map(({ steps }) =>
    Math.max(...brackets.map((b) => endOf(b, steps, evalEvery))),
  );
  const stepsPerRun = lengthsRun ? { least: Math.min(...lengthsRun), most: Math.max(...lengthsRun) } : null;
  // However many slots there are, the longest run takes its time.
  const wallSteps =
    expectedSteps === null
      ? null
      : Math.max(expectedSteps / parallel, Math.min(expectedSteps, stepsPerRun?.most ?? 0));
  const plan = {
    runs,
    parallel,
    stepsPerRun,
    rungs: (perRun?.standings ?? []).map(({ bracket, rung, step, share, goesOn }) => {
      return { bracket, rung, step, goesOn, runs: runs.count === null ? null : runs.count * share };
    }),
    expectedSteps,
    mostSteps,
    wallHours: inHours(wallSteps),
    acceleratorHours: inHours(expectedSteps),
    mostAcceleratorHours: inHours(mostSteps),
  };
  return {
    ...plan,
    notes: notesOn(definition, input, { ...plan, counted, longest: written && longest, ends }),
  };
};
