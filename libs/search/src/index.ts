export { type HistoryEntry, type Suggestion, suggestionKey } from './sampler.ts';
export { createSearch, type Search, type SuggestInput, UnknownMethodError } from './search.ts';
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
