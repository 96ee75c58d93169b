/**
 * The median rule of Optuna's MedianPruner (Golovin et al., "Google Vizier", KDD 2017, section 3.2.3): a run ends
 * when its best value so far is worse than the median of the values that finished runs had at the same step. Only
 * finished runs are peers, and only those with a value at exactly that step; ties go on. Held against Optuna's own
 * decisions by median.golden.json.
 */
import type { StoppingDefinition } from '@plumage/contract';
import type {
  Curve,
  Goal,
  ObservedRun,
  StopDecision,
  StopExplanation,
  StoppingRule,
} from './stopping-rule.ts';

export type MedianOptions = Omit<Extract<StoppingDefinition, { type: 'median' }>, 'type'>;

/** Numbers only; of two points at one step the later counts. */
const byStep = (curve: Curve): Map<number, number> => new Map(curve);

/**
 * As numpy.nanpercentile(50), to the bit, for finite values; NaN when nothing is left. Infinite values sort as such,
 * where numpy gives NaN: a finished run that diverged must not switch the rule off.
 */
const medianOf = (values: readonly number[]): number => {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const high = sorted[half] ?? Number.NaN;
  const low = sorted[half - 1] ?? Number.NaN;
  if (sorted.length % 2 === 1) return high;
  return low === high ? low : high - (high - low) * 0.5;
};

/** True when no earlier report lies in the same interval, counted from the warm-up's end. */
const isDue = (
  step: number,
  steps: Iterable<number>,
  { n_warmup_steps, interval_steps }: MedianOptions,
): boolean => {
  const from = Math.floor((step - n_warmup_steps) / interval_steps) * interval_steps + n_warmup_steps;
  let before = -1;
  for (const s of steps) if (s > before && s !== step) before = s;
  return before < from;
};

const shown = (value: number): string => String(Number(value.toPrecision(6)));
const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Why nothing was compared; null when the run is to be compared at `step`. */
const reasonToWait = (
  step: number | null,
  points: ReadonlyMap<number, number>,
  finished: number,
  options: MedianOptions,
): string | null => {
  if (finished === 0 || finished < options.n_startup_trials) {
    return `${finished} runs have finished; the rule begins at ${Math.max(1, options.n_startup_trials)}.`;
  }
  if (step === null) return 'The run has reported no value yet.';
  if (step < options.n_warmup_steps)
    return `Step ${step} is before the rule's first step, ${options.n_warmup_steps}.`;
  if (!isDue(step, points.keys(), options))
    return `The run was already judged in this interval of ${options.interval_steps} steps.`;
  return null;
};

export const medianRule: StoppingRule<MedianOptions> = {
  type: 'median',
  decide(run: ObservedRun, peers: readonly ObservedRun[], options: MedianOptions, goal: Goal): StopDecision {
    const points = byStep(run.curve);
    const step = points.size === 0 ? null : Math.max(...points.keys());
    const numbers = [...points.values()].filter((value) => !Number.isNaN(value));
    const best = goal === 'maximize' ? Math.max(...numbers) : Math.min(...numbers);
    const base: StopExplanation = {
      rule: 'median',
      step,
      value: numbers.length > 0 ? finiteOrNull(best) : null,
      rank: null,
      cutoff: null,
      peers: [],
      sentence: '',
    };
    const goOn = (sentence: string): StopDecision => ({ stop: false, explanation: { ...base, sentence } });

    const wait = reasonToWait(step, points, peers.length, options);
    if (wait !== null || step === null) return goOn(wait ?? '');
    if (numbers.length === 0) {
      const sentence = `Stopped at step ${step}: every value that it has reported is NaN.`;
      return { stop: true, explanation: { ...base, sentence } };
    }

    const isWorse = (a: number, b: number): boolean => (goal === 'maximize' ? a < b : a > b);
    const reported = peers.flatMap((peer) => {
      const value = byStep(peer.curve).get(step);
      return value === undefined ? [] : [{ run: peer.number, value }];
    });
    if (reported.length < options.n_min_trials) {
      return goOn(
        `${reported.length} finished runs have a value at step ${step}; the rule wants ${options.n_min_trials}.`,
      );
    }
    const cutoff = medianOf(reported.map((peer) => peer.value));
    if (Number.isNaN(cutoff)) return goOn(`No finished run has a number at step ${step}.`);

    const ranked = reported
      .filter((peer) => !Number.isNaN(peer.value))
      .sort((a, b) => (isWorse(a.value, b.value) ? 1 : isWorse(b.value, a.value) ? -1 : a.run - b.run));
    const rank = 1 + ranked.filter((peer) => isWorse(best, peer.value)).length;
    const stop = isWorse(best, cutoff);
    const place = `${shown(cutoff)}, the median of ${ranked.length} finished runs at that step (rank ${rank} of ${ranked.length + 1})`;
    const sentence = stop
      ? `Stopped at step ${step}: its best value so far, ${shown(best)}, is worse than ${place}.`
      : `Goes on at step ${step}: its best value so far, ${shown(best)}, is not worse than ${place}.`;
    const named = ranked.map((peer) => ({ run: peer.run, value: finiteOrNull(peer.value) }));
    return { stop, explanation: { ...base, rank, cutoff: finiteOrNull(cutoff), peers: named, sentence } };
  },
};
