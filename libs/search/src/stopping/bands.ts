/**
 * Hyperband (Li et al., JMLR 18, 2018) as W&B's sweeps judge it (the released `sweeps` package): bands stand at
 * min_iter * eta^k, or at max_iter / eta^k for k = 1..s. At every report a run is held against the highest band that
 * it has reached: it ends when its value there (not strict: its best value so far) is worse than the value at place
 * 1/eta of all runs that have reached the band, itself included, whatever became of them. So a run may end long after
 * a band, when others have come to it and were better.
 *
 * W&B counts the values that were logged; here a band is a step, and a run's value there is that of its first number
 * at or after it, so that a run which reports every 50 steps is not 50 times as patient as one that reports each.
 * Both are the same when every step from 1 on reports a number. Two things differ: a run that has reached a band and
 * has only NaN to show from there on ends, where W&B does not see it; and infinite values count. Held against W&B's
 * own decisions by bands.golden.json.
 */
import type { StoppingDefinition } from '@plumage/contract';
import { explainer, finiteOrNull, isWorse, type PeerValue, rankAmong, shown } from './explain.ts';
import { bestOf, firstNumberFrom, pointsOf } from './points.ts';
import { rungName, standingsOf } from './rung.ts';
import type { Curve, Goal, PlannedBracket, PlannedRung, StoppingRule } from './stopping-rule.ts';

type Hyperband = Extract<StoppingDefinition, { type: 'hyperband' }>;
export type BandsOptions = Pick<Hyperband, 'min_iter' | 'max_iter' | 's' | 'eta' | 'strict'>;

/** W&B's limit on the bands that grow from min_iter. */
const MOST_BANDS = 100;

const bandSteps = ({ min_iter, max_iter, s, eta }: BandsOptions, upTo: number): number[] => {
  const steps = new Set<number>();
  if (max_iter !== undefined) {
    let band = max_iter / eta;
    for (let k = 0; k < (s ?? 0) && band >= 1; k++, band /= eta) steps.add(Math.trunc(band));
  } else if (min_iter !== undefined) {
    let band = min_iter;
    for (let k = 0; k < MOST_BANDS && Math.trunc(band) <= upTo; k++, band *= eta) steps.add(Math.trunc(band));
  }
  return [...steps].filter((step) => step <= upTo).sort((a, b) => a - b);
};

const bracketOf = (options: BandsOptions, upTo: number): PlannedBracket => ({
  bracket: 0,
  share: 1,
  rungs: bandSteps(options, upTo).map((step, rung) => ({ rung, step, goesOn: 1 / options.eta })),
  jumped: 'highest',
  end: null,
});

/** A run's value at a band: its first number from there on. */
const recordAt = (points: Curve, { step }: PlannedRung): number | undefined => firstNumberFrom(points, step);

/** The value at place 1/eta, counted from the best. */
const cutoffOf = (values: readonly number[], eta: number, goal: Goal): number => {
  const sorted = [...values].sort((a, b) => (goal === 'maximize' ? b - a : a - b));
  return sorted[Math.trunc((1 / eta) * sorted.length)] ?? Number.NaN;
};

export const bandsRule: StoppingRule<BandsOptions> = {
  type: 'hyperband',
  recordsWhenAsked: false,

  needs(_run, steps, options) {
    const bands = steps.flatMap((step) => bandSteps(options, step).slice(-1));
    return bands.length === 0
      ? { kind: 'none' }
      : { kind: 'first-points-from', steps: [...new Set(bands)], count: 1 };
  },

  decide(run, others, options, goal) {
    const points = pointsOf(run.curve);
    const newest = points.at(-1);
    const say = explainer('hyperband', run, newest?.[0] ?? null);
    if (newest === undefined) return say.silent();
    const [step, latest] = newest;
    const band = bracketOf(options, step).rungs.at(-1);
    if (band === undefined) {
      return say.waits(`Step ${step} is before the first band.`, { value: finiteOrNull(latest) });
    }
    const recorded = recordAt(points, band);
    const at = rungName(band).replace('rung', 'band');
    const place = { bracket: 0, rung: band.rung, rungStep: band.step };
    const value = options.strict ? (recorded ?? Number.NaN) : bestOf(points, goal);
    if (Number.isNaN(value)) return say.stops(`it has only NaN to show at ${at}.`, place);
    const peers: PeerValue[] = others.flatMap((other) => {
      const theirs = recordAt(pointsOf(other.curve), band);
      return theirs === undefined ? [] : [{ run: other.number, value: theirs }];
    });
    const all = [...peers.map((peer) => peer.value), ...(recorded === undefined ? [] : [recorded])];
    const known = { ...place, value: finiteOrNull(value) };
    if (all.length === 0) return say.goesOn(`no run has a number at ${at} yet.`, known);

    const cutoff = cutoffOf(all, options.eta, goal);
    const ranked = rankAmong(value, peers, goal);
    const judged = { ...known, ...ranked, cutoff: finiteOrNull(cutoff) };
    const what = options.strict ? `its value at ${at}` : 'its best value so far';
    const than = `worse than ${shown(cutoff)}, which stands at 1/${shown(options.eta)} of the ${all.length} at ${at} (rank ${ranked.rank} of ${peers.length + 1}).`;
    return isWorse(goal, value, cutoff)
      ? say.stops(`${what}, ${shown(value)}, is ${than}`, judged)
      : say.goesOn(`${what}, ${shown(value)}, is not ${than}`, judged);
  },

  brackets: (options, upTo) => [bracketOf(options, upTo)],

  standings(runs, options, goal) {
    const upTo = runs.reduce((most, { curve }) => Math.max(most, pointsOf(curve).at(-1)?.[0] ?? 0), 0);
    return standingsOf(runs, [bracketOf(options, upTo)], goal, {
      bracketOf: () => 0,
      recordsOf: (run, { rungs }) => {
        const points = pointsOf(run.curve);
        return new Map(
          rungs.flatMap((rung) => {
            const value = recordAt(points, rung);
            return value === undefined ? [] : [[rung.rung, value] as const];
          }),
        );
      },
      cutoffOf: (values) => cutoffOf(values, options.eta, goal),
    });
  },
};
