export { bestSoFar } from './insight/best-so-far.ts';
export { type Contour, contour } from './insight/contour.ts';
export { type Correlation, correlations } from './insight/correlation.ts';
export { empiricalDistribution } from './insight/empirical-distribution.ts';
export { fanovaSteps } from './insight/fanova.ts';
export type { Importance } from './insight/importance.ts';
export { hypervolume, paretoFront } from './pareto/pareto.ts';
export { pedAnova } from './insight/ped-anova.ts';
export type { PlotAxis } from './insight/plot-axis.ts';
export { slice } from './insight/slice.ts';
export { type HistoryEntry, type Suggestion, suggestionKey } from './sampler.ts';
export { createSearch, type Search, type SuggestInput } from './search.ts';
export { type PlanInput, type PlannedStanding, planSweep, type SweepPlan } from './simulate/plan-sweep.ts';
export type { RecordedRun } from './simulate/recorded-run.ts';
export {
  type BestRun,
  type ReplayedRun,
  type ReplayInput,
  replayStoppingSteps,
  type StoppingReplay,
} from './simulate/replay-stopping.ts';
export type { RunCount } from './simulate/run-count.ts';
export { completeAssignment, type Misfit, misfitsOf } from './space/fit.ts';
export type { Space } from './space/space.ts';
export { peersFor } from './stopping/peers.ts';
export { createStopping, createStoppingRule } from './stopping/stopping.ts';
export type {
  Curve,
  Goal,
  ObservedRun,
  PeerNeeds,
  PlannedBracket,
  PlannedRung,
  RungStanding,
  StopDecision,
  StopExplanation,
  Stopping,
} from './stopping/stopping-rule.ts';
export type { SeenAssignments } from './suggest-unseen.ts';
