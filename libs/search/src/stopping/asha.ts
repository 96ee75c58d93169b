/**
 * Asynchronous successive halving (Li et al., "A System for Massively Parallel Hyperparameter Tuning", MLSys 2020),
 * in the form of Ray's AsyncHyperBandScheduler, which stops runs rather than pausing them. Rungs stand at
 * grace_period * reduction_factor^k below max_t; with several brackets, bracket s leaves out the first s of them, and
 * a bracket gets runs by a softmax over the brackets' rungs.
 *
 * A report is recorded at the highest rung that the run has reached and is not yet recorded at (so a run that jumps
 * over rungs fills the lower ones with its next reports, as in Ray). It ends when it is worse than the value that the
 * best 1/reduction_factor of those already recorded there have reached; the first at a rung always goes on. At max_t
 * every run ends. Steps are what is counted.
 *
 * One thing differs: NaN at a rung ends a run, where Ray lets it go on for ever; it is not recorded. Ray also records
 * a run's last report once more when it completes; here a report counts once. Held against Ray's own decisions by
 * asha.golden.json.
 */
import type { StoppingDefinition } from '@plumage/contract';
import { bracketByShare } from './bracket.ts';
import { explainer, finiteOrNull, isWorse, type PeerValue, rankAmong, shown } from './explain.ts';
import { firstIndexFrom, percentileOf, pointsOf } from './points.ts';
import { powersWithin, rungName, standingsOf } from './rung.ts';
import type { Curve, Goal, ObservedRun, PlannedBracket, PlannedRung, StoppingRule } from './stopping-rule.ts';

export type AshaOptions = Omit<Extract<StoppingDefinition, { type: 'asha' }>, 'type'>;

const bracketsOf = ({ max_t, grace_period, reduction_factor, brackets }: AshaOptions): PlannedBracket[] => {
  const ladders = Array.from({ length: brackets }, (_, s) => {
    const count = powersWithin(grace_period, max_t, reduction_factor) - s + 1;
    // Steps are whole, so the rung at 6.25 is reached at 7.
    return Array.from({ length: Math.max(0, count) }, (_, k) =>
      Math.ceil(grace_period * reduction_factor ** (k + s)),
    );
  });
  const most = Math.max(...ladders.map((ladder) => ladder.length));
  const weights = ladders.map((ladder) => Math.exp(ladder.length - most));
  const total = weights.reduce((a, b) => a + b, 0);
  return ladders.map((ladder, bracket) => ({
    bracket,
    share: (weights[bracket] ?? 0) / total,
    rungs: ladder
      .filter((step) => step < max_t)
      .map((step, rung) => ({ rung, step, goesOn: 1 / reduction_factor })),
    jumped: 'highest',
    end: max_t,
  }));
};

/** The bracket of a run; there is always one. */
const bracketOf = (number: number, brackets: readonly PlannedBracket[]): PlannedBracket => {
  const shares = brackets.map(({ share }) => share);
  const bracket = brackets[bracketByShare(number, shares)];
  if (bracket === undefined) throw new RangeError('asha without brackets');
  return bracket;
};

interface Recorded {
  readonly rung: PlannedRung;
  /** The report's, which may come after the rung's. */
  readonly step: number;
  readonly value: number;
}

/** The highest rung at or below `step` that is not in `recorded`. */
const rungFor = (
  step: number,
  rungs: readonly PlannedRung[],
  recorded: ReadonlyMap<number, unknown>,
): PlannedRung | undefined => rungs.findLast((one) => one.step <= step && !recorded.has(one.rung));

/** What the first `count` points record, in order; points at which no rung is open are passed over in one go. */
const recordsOf = (
  points: Curve,
  count: number,
  rungs: readonly PlannedRung[],
  max_t: number,
): ReadonlyMap<number, Recorded> => {
  const recorded = new Map<number, Recorded>();
  let i = firstIndexFrom(points, rungs[0]?.step ?? max_t);
  while (i < count) {
    const [step, value] = points[i] ?? [max_t, Number.NaN];
    if (step >= max_t) break;
    const rung = rungFor(step, rungs, recorded);
    if (rung === undefined) {
      const next = rungs.find((one) => one.step > step);
      if (next === undefined) break;
      i = firstIndexFrom(points, next.step);
      continue;
    }
    if (!Number.isNaN(value)) recorded.set(rung.rung, { rung, step, value });
    i++;
  }
  return recorded;
};

/** Ray cuts at a percentile of rewards, of which large ones are good; so does this, to the bit. */
const cutoffOf = (values: readonly number[], factor: number, goal: Goal): number => {
  const sign = goal === 'maximize' ? 1 : -1;
  return (
    sign *
    percentileOf(
      values.map((value) => sign * value),
      (1 - 1 / factor) * 100,
    )
  );
};

const peersAt = (
  rung: PlannedRung,
  bracket: PlannedBracket,
  brackets: readonly PlannedBracket[],
  others: readonly ObservedRun[],
  options: AshaOptions,
): PeerValue[] =>
  others.flatMap((other) => {
    if (bracketOf(other.number, brackets) !== bracket) return [];
    const points = pointsOf(other.curve);
    const record = recordsOf(points, points.length, bracket.rungs, options.max_t).get(rung.rung);
    return record === undefined ? [] : [{ run: other.number, value: record.value }];
  });

export const ashaRule: StoppingRule<AshaOptions> = {
  type: 'asha',
  recordsWhenAsked: true,

  needs(run, steps, options) {
    const { rungs } = bracketOf(run.number, bracketsOf(options));
    const points = pointsOf(run.curve);
    const asked = new Set(steps);
    const judged = [...recordsOf(points, points.length, rungs, options.max_t).values()]
      .filter(({ step }) => asked.has(step))
      .map(({ rung }) => rung.step);
    return judged.length === 0
      ? { kind: 'none' }
      : { kind: 'first-points-from', steps: judged, count: rungs.length };
  },

  decide(run, others, options, goal) {
    const points = pointsOf(run.curve);
    const newest = points.at(-1);
    const say = explainer('asha', run, newest?.[0] ?? null);
    if (newest === undefined) return say.silent();
    const [step, value] = newest;
    const brackets = bracketsOf(options);
    const bracket = bracketOf(run.number, brackets);
    const known = { value: finiteOrNull(value), bracket: bracket.bracket };
    if (step >= options.max_t) {
      return say.stops(`no run is trained beyond step ${options.max_t}, the rule's max_t.`, known);
    }
    const rung = rungFor(
      step,
      bracket.rungs,
      recordsOf(points, points.length - 1, bracket.rungs, options.max_t),
    );
    if (rung === undefined) {
      const next = bracket.rungs.find((one) => one.step > step)?.step ?? options.max_t;
      return say.waits(`Step ${step} is between rungs; the next is step ${next}.`, known);
    }
    const place = { ...known, rung: rung.rung, rungStep: rung.step };
    const at = rungName(rung);
    if (Number.isNaN(value)) return say.stops(`its value at ${at} is NaN.`, place);
    const peers = peersAt(rung, bracket, brackets, others, options);
    if (peers.length === 0)
      return say.goesOn(`it is the first at ${at}, with ${shown(value)}.`, { ...place, rank: 1 });

    const cutoff = cutoffOf(
      peers.map((peer) => peer.value),
      options.reduction_factor,
      goal,
    );
    const ranked = rankAmong(value, peers, goal);
    const judged = { ...place, ...ranked, cutoff: finiteOrNull(cutoff) };
    const than = `worse than ${shown(cutoff)}, which the best 1/${shown(options.reduction_factor)} of ${peers.length} recorded at ${at} have reached (rank ${ranked.rank} of ${peers.length + 1}).`;
    return isWorse(goal, value, cutoff)
      ? say.stops(`its value, ${shown(value)}, is ${than}`, judged)
      : say.goesOn(`its value, ${shown(value)}, is not ${than}`, judged);
  },

  brackets: (options) => bracketsOf(options),

  standings(runs, options, goal) {
    const brackets = bracketsOf(options);
    return standingsOf(runs, brackets, goal, {
      bracketOf: (number) => bracketOf(number, brackets).bracket,
      recordsOf: (run, { rungs }) => {
        const points = pointsOf(run.curve);
        const records = recordsOf(points, points.length, rungs, options.max_t);
        return new Map([...records].map(([rung, { value }]) => [rung, value] as const));
      },
      cutoffOf: (values) => cutoffOf(values, options.reduction_factor, goal),
    });
  },
};
