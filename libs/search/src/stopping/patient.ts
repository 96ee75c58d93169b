/**
 * Optuna's PatientPruner, after early stopping with patience (Prechelt, "Early Stopping, But When?", 1998). Patience
 * ends when the best of the newest patience + 1 reports is worse, by more than min_delta, than the best of those
 * before them; NaN is left out of both. Then the wrapped rule is asked, and the run ends when it says so too; without
 * a wrapped rule it ends at once. A run that repeats its best value exactly has not become worse.
 *
 * A wrapped rule with rungs records a run when it is asked, as in Optuna: at the reports at which patience had ended.
 * So then the other runs' whole curves are needed, since their patience is theirs. Held against Optuna's own
 * decisions by patient.golden.json.
 */
import type { StoppingDefinition } from '@plumage/contract';
import { explainer, finiteOrNull, shown } from './explain.ts';
import { bestOf, pointsOf } from './points.ts';
import type { Curve, Goal, ObservedRun, StopDecision, Stopping, StoppingRule } from './stopping-rule.ts';

export type PatientOptions = Pick<Extract<StoppingDefinition, { type: 'patient' }>, 'patience' | 'min_delta'>;

/** The best before the newest patience + 1 reports, and the best of them; null while there are too few. */
const compared = (points: Curve, { patience }: PatientOptions, goal: Goal) =>
  points.length <= patience + 1
    ? null
    : {
        before: bestOf(points.slice(0, -patience - 1), goal),
        since: bestOf(points.slice(-patience - 1), goal),
      };

const hasWorn = (before: number, since: number, { min_delta }: PatientOptions, goal: Goal): boolean =>
  goal === 'maximize' ? before - min_delta > since : before + min_delta < since;

/** The reports of a run at which patience had ended, in one go through them. */
const wornReports = (points: Curve, options: PatientOptions, goal: Goal): Curve => {
  const span = options.patience + 1;
  let before = Number.NaN;
  return points.filter((_, i) => {
    const passed = points[i - span];
    if (passed === undefined) return false;
    before = bestOf([[0, before], passed], goal);
    return hasWorn(before, bestOf(points.slice(i + 1 - span, i + 1), goal), options, goal);
  });
};

/** The run as a rule sees it that is asked only then. */
const askedOnly = (run: ObservedRun, options: PatientOptions, goal: Goal): ObservedRun => ({
  ...run,
  curve: wornReports(pointsOf(run.curve), options, goal),
});

/** "Stopped at step 9: its value ..." without its beginning. */
const reasonIn = ({ explanation }: StopDecision): string =>
  explanation.sentence.replace(/^(Stopped|Goes on)( at step \d+)?: /, '');

export const patientRule = (wrapped: Stopping | null, goal: Goal): StoppingRule<PatientOptions> => ({
  type: 'patient',
  recordsWhenAsked: wrapped?.recordsWhenAsked ?? false,

  needs(run, steps, options) {
    if (wrapped === null) return { kind: 'none' };
    const asked = new Set(wornReports(pointsOf(run.curve), options, goal).map(([step]) => step));
    const worn = steps.filter((step) => asked.has(step));
    if (worn.length === 0) return { kind: 'none' };
    if (!wrapped.recordsWhenAsked) return wrapped.needs(run, worn);
    const needed = wrapped.needs(askedOnly(run, options, goal), worn);
    return needed.kind === 'none' ? needed : { kind: 'whole-curves' };
  },

  decide(run, others, options) {
    const points = pointsOf(run.curve);
    const step = points.at(-1)?.[0] ?? null;
    const say = explainer('patient', run, step);
    if (step === null) return say.silent();
    const best = compared(points, options, goal);
    if (best === null) {
      return say.waits(`The run has ${points.length} reports; patience is ${options.patience}.`);
    }
    const { before, since } = best;
    const reports = options.patience + 1;
    const own = { value: finiteOrNull(since), cutoff: finiteOrNull(before) };
    if (!hasWorn(before, since, options, goal)) {
      const sentence = `Goes on at step ${step}: the best of its newest ${reports} reports, ${shown(since)}, is not worse than its best before, ${shown(before)}, by more than ${shown(options.min_delta)}.`;
      return say.waits(sentence, own);
    }
    const margin = options.min_delta > 0 ? ` by more than ${shown(options.min_delta)}` : '';
    const worn = `the best of its newest ${reports} reports, ${shown(since)}, is worse than its best before, ${shown(before)}${margin}`;
    if (wrapped === null) return say.stops(`${worn}.`, own);

    const asked = wrapped.recordsWhenAsked
      ? wrapped.decide(
          askedOnly(run, options, goal),
          others.map((other) => askedOnly(other, options, goal)),
        )
      : wrapped.decide(run, others);
    const begins = asked.stop ? 'Stopped' : 'Goes on';
    const but = asked.stop ? 'and' : 'but';
    const sentence = `${begins} at step ${step}: ${worn}; ${but} by the ${wrapped.type} rule: ${reasonIn(asked)}`;
    return { ...asked, explanation: { ...asked.explanation, rule: 'patient', sentence } };
  },

  // What the wrapped rule plans is the least: patience lets more runs go on.
  brackets: (_options, upTo) => wrapped?.brackets(upTo) ?? [],
  standings: (runs, options) =>
    wrapped?.standings(wrapped.recordsWhenAsked ? runs.map((run) => askedOnly(run, options, goal)) : runs) ??
    [],
});
