export { type HistoryEntry, type Suggestion, suggestionKey } from './sampler.ts';
export { createSearch, type Search, type SuggestInput, UnknownMethodError } from './search.ts';
export type { Space } from './space/space.ts';
export { peersFor } from './stopping/peers.ts';
export { createStopping, createStoppingRule, type Stopping } from './stopping/stopping.ts';
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
} from './stopping/stopping-rule.ts';
export type { SeenAssignments } from './suggest-unseen.ts';
