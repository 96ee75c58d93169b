/**
 * Optuna's WilcoxonPruner: a signed-rank test between a run and the best finished run over the steps that both have
 * reported. A run ends when the test finds it worse (p below p_threshold) and its mean is worse than the best run's
 * too. Meant for reports that are separate measurements (folds, prompts, seeds) rather than a curve that falls: an
 * early lead counts as much as a late one. Curves with NaN or infinities are not judged. Held against Optuna's own
 * decisions, with scipy's test, by wilcoxon.golden.json.
 */
import type { StoppingDefinition } from '@plumage/contract';
import { explainer, finiteOrNull, shown } from './explain.ts';
import { bestFinished } from './peers.ts';
import { pointsOf, valueAt } from './points.ts';
import { pOfGreater } from './signed-rank.ts';
import { type Curve, type StoppingRule, withoutRungs } from './stopping-rule.ts';

export type WilcoxonOptions = Omit<Extract<StoppingDefinition, { type: 'wilcoxon' }>, 'type'>;

const isFiniteCurve = (points: Curve): boolean => points.every(([, value]) => Number.isFinite(value));
const meanOf = (points: Curve): number => points.reduce((sum, [, value]) => sum + value, 0) / points.length;
/** Two differences are the least that a test can say anything of. */
const leastSteps = ({ n_startup_steps }: WilcoxonOptions): number => Math.max(2, n_startup_steps);

export const wilcoxonRule: StoppingRule<WilcoxonOptions> = {
  type: 'wilcoxon',
  ...withoutRungs,

  needs(run, _steps, options) {
    const points = pointsOf(run.curve);
    return points.length < leastSteps(options) ? { kind: 'none' } : { kind: 'best-curve' };
  },

  decide(run, others, options, goal) {
    const points = pointsOf(run.curve);
    const newest = points.at(-1);
    const say = explainer('wilcoxon', run, newest?.[0] ?? null);
    if (newest === undefined) return say.silent();
    if (!isFiniteCurve(points))
      return say.waits('The run has reported NaN or infinity, which is not tested.');
    const mean = meanOf(points);
    const known = { value: finiteOrNull(mean) };
    const least = leastSteps(options);
    if (points.length < least) {
      return say.waits(`The run has reported ${points.length} steps; the test begins at ${least}.`, known);
    }
    const best = bestFinished(others, goal);
    if (best === null) return say.waits('No run has finished yet.', known);
    const theirs = pointsOf(best.curve);
    if (theirs.length === 0 || !isFiniteCurve(theirs)) {
      return say.waits(`The best run, ${best.number}, has no curve of finite values to test against.`, known);
    }
    const sign = goal === 'maximize' ? -1 : 1;
    const worseBy = points.flatMap(([step, value]) => {
      const at = valueAt(theirs, step);
      return at === undefined ? [] : [sign * (value - at)];
    });
    if (worseBy.length < least) {
      const sentence = `Run ${best.number}, the best, shares ${worseBy.length} steps with this one; the test begins at ${least}.`;
      return say.waits(sentence, known);
    }
    const p = pOfGreater(worseBy);
    const bestMean = meanOf(theirs);
    const judged = {
      ...known,
      cutoff: finiteOrNull(bestMean),
      peerCount: 1,
      peers: [{ run: best.number, value: finiteOrNull(bestMean) }],
    };
    const test = `over ${worseBy.length} steps a signed-rank test against run ${best.number}, the best, gives p = ${shown(p)}`;
    const means = `its mean, ${shown(mean)}, against ${shown(bestMean)}`;
    if (!(p < options.p_threshold)) {
      return say.goesOn(`${test}, not below ${options.p_threshold} (${means}).`, judged);
    }
    const isBetterOnAverage = goal === 'maximize' ? bestMean <= mean : bestMean >= mean;
    return isBetterOnAverage
      ? say.goesOn(`${test}, but ${means}, is not worse.`, judged)
      : say.stops(`${test}, below ${options.p_threshold} (${means}).`, judged);
  },
};
