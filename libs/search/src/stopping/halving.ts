/**
 * Hyperband (Li et al., "Hyperband: A Novel Bandit-Based Approach to Hyperparameter Optimization", JMLR 18, 2018) in
 * the form of Optuna's HyperbandPruner, which has asynchronous successive halving (Li et al., MLSys 2020) inside.
 * There are floor(log_factor(max/min)) + 1 brackets; rung k of bracket b stands at min * factor^(b + k), also beyond
 * max_resource, and a run belongs to a bracket by a hash of its number, weighed by Hyperband's budgets.
 *
 * A report is recorded at every rung that the run has reached and is not yet recorded at, one after the other: at
 * each it goes on when it is among the best 1/factor of those recorded there, itself included (of fewer than factor
 * runs: when it is the best), and ends at the first where it is not, so that it is not recorded beyond. NaN at a rung
 * ends a run and is not recorded. Steps are what is counted.
 *
 * max_resource must be given: Optuna can guess it from the first finished run, but then what is a rung hangs on when
 * the process was started. Where max/min is an exact power the number of brackets is that of the formula, which
 * Optuna's rounding misses in a few cases (243 by 3, 1000 by 10). Held against Optuna's own decisions by hyperband.golden.json.
 */
import type { StoppingDefinition } from '@plumage/contract';
import { bracketByWeight } from './bracket.ts';
import { explainer, finiteOrNull, isWorse, type PeerValue, rankAmong, shown } from './explain.ts';
import { firstIndexFrom, firstNumberFrom, lastNumberBefore, pointsOf } from './points.ts';
import { powersWithin, rungName, standingsOf } from './rung.ts';
import type {
  Goal,
  ObservedRun,
  PlannedBracket,
  PlannedRung,
  StopDecision,
  StoppingRule,
} from './stopping-rule.ts';

type Hyperband = Extract<StoppingDefinition, { type: 'hyperband' }>;
export type HalvingOptions = Pick<Hyperband, 'min_resource' | 'reduction_factor'> & {
  readonly max_resource: number;
};

/** Optuna's defaults. */
const sizes = ({ min_resource = 1, max_resource, reduction_factor = 3 }: HalvingOptions) => ({
  min: min_resource,
  max: max_resource,
  factor: reduction_factor,
});

/** How many of the runs each bracket gets, as whole-number weights. */
const weightsOf = (options: HalvingOptions): number[] => {
  const { min, max, factor } = sizes(options);
  const count = Math.max(1, powersWithin(min, max, factor) + 1);
  return Array.from({ length: count }, (_, bracket) => {
    const s = count - 1 - bracket;
    return Math.ceil((count * factor ** s) / (s + 1));
  });
};

const rungsOf = (bracket: number, options: HalvingOptions, upTo: number): PlannedRung[] => {
  const { min, factor } = sizes(options);
  const rungs: PlannedRung[] = [];
  for (let step = min * factor ** bracket; step <= upTo; step *= factor) {
    rungs.push({ rung: rungs.length, step, goesOn: 1 / factor });
  }
  return rungs;
};

const bracketsOf = (options: HalvingOptions, upTo: number): PlannedBracket[] => {
  const weights = weightsOf(options);
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight, bracket) => ({
    bracket,
    share: weight / total,
    rungs: rungsOf(bracket, options, upTo),
    jumped: 'every',
    end: null,
  }));
};

/** The value that a run is recorded with at a rung: its first number from there on, unless it was stopped before. */
const recordAt = (run: ObservedRun, { step }: PlannedRung): number | undefined =>
  run.stoppedAtRung !== null && step > run.stoppedAtRung
    ? undefined
    : firstNumberFrom(pointsOf(run.curve), step);

/** The last value that still goes on among those recorded at a rung. */
const cutoffOf = (values: readonly number[], factor: number, goal: Goal): number => {
  const sorted = [...values].sort((a, b) => (goal === 'maximize' ? b - a : a - b));
  return sorted[Math.max(0, Math.floor(sorted.length / factor) - 1)] ?? Number.NaN;
};

/** Rungs that a run reaches at `step` and had not reached at `before`, its last report that is not NaN (-1 without). */
const newRungs = (rungs: readonly PlannedRung[], before: number, step: number): PlannedRung[] =>
  rungs.filter((rung) => rung.step > before && rung.step <= step);

/** Whether a value recorded at `rung` is among the best there. */
const judgeAt = (
  rung: PlannedRung,
  bracket: number,
  value: number,
  rivals: readonly ObservedRun[],
  options: HalvingOptions,
  goal: Goal,
  say: ReturnType<typeof explainer>,
): StopDecision => {
  const { factor } = sizes(options);
  const at = `${rungName(rung)} of bracket ${bracket + 1}`;
  const place = { value: finiteOrNull(value), bracket, rung: rung.rung, rungStep: rung.step };
  if (Number.isNaN(value)) return say.stops(`its value at ${at} is NaN.`, place);
  const peers: PeerValue[] = rivals.flatMap((other) => {
    const recorded = recordAt(other, rung);
    return recorded === undefined ? [] : [{ run: other.number, value: recorded }];
  });
  const cutoff = cutoffOf([value, ...peers.map((peer) => peer.value)], factor, goal);
  const ranked = rankAmong(value, peers, goal);
  const judged = { ...place, ...ranked, cutoff: finiteOrNull(cutoff) };
  const among = `has rank ${ranked.rank} of ${peers.length + 1} at ${at}; the best 1/${factor} go on, which is up to ${shown(cutoff)}.`;
  const sentence = `its value, ${shown(value)}, ${among}`;
  return isWorse(goal, value, cutoff) ? say.stops(sentence, judged) : say.goesOn(sentence, judged);
};

export const halvingRule: StoppingRule<HalvingOptions> = {
  type: 'hyperband',
  recordsWhenAsked: true,

  needs(run, steps, options) {
    const points = pointsOf(run.curve);
    const rungs = rungsOf(bracketByWeight(run.number, weightsOf(options)), options, points.at(-1)?.[0] ?? -1);
    const judged = new Set(
      steps.flatMap((step) => {
        const at = firstIndexFrom(points, step);
        if (points[at]?.[0] !== step || Number.isNaN(points[at][1])) return [];
        return newRungs(rungs, lastNumberBefore(points, at), step).map((rung) => rung.step);
      }),
    );
    return judged.size === 0 ? { kind: 'none' } : { kind: 'first-points-from', steps: [...judged], count: 1 };
  },

  decide(run, others, options, goal) {
    const points = pointsOf(run.curve);
    const newest = points.at(-1);
    const say = explainer('hyperband', run, newest?.[0] ?? null);
    if (newest === undefined) return say.silent();
    const [step, value] = newest;
    const weights = weightsOf(options);
    const bracket = bracketByWeight(run.number, weights);
    const rungs = rungsOf(bracket, options, step * sizes(options).factor + options.max_resource);
    const before = lastNumberBefore(points, points.length - 1);
    const reached = newRungs(rungs, before, step);
    if (reached.length === 0) {
      const next = rungs.find((rung) => rung.step > step)?.step;
      const sentence = `Step ${step} is between rungs; the next of bracket ${bracket + 1} is step ${next}.`;
      return say.waits(sentence, { value: finiteOrNull(value), bracket });
    }
    const rivals = others.filter((other) => bracketByWeight(other.number, weights) === bracket);
    let decision = say.silent();
    for (const rung of reached) {
      decision = judgeAt(rung, bracket, value, rivals, options, goal, say);
      if (decision.stop) break;
    }
    return decision;
  },

  brackets: bracketsOf,

  standings(runs, options, goal) {
    const upTo = runs.reduce((most, { curve }) => Math.max(most, pointsOf(curve).at(-1)?.[0] ?? 0), 0);
    const weights = weightsOf(options);
    return standingsOf(runs, bracketsOf(options, upTo), goal, {
      bracketOf: (number) => bracketByWeight(number, weights),
      recordsOf: (run, { rungs }) =>
        new Map(
          rungs.flatMap((rung) => {
            const value = recordAt(run, rung);
            return value === undefined ? [] : [[rung.rung, value] as const];
          }),
        ),
      cutoffOf: (values) => cutoffOf(values, sizes(options).factor, goal),
    });
  },
};
