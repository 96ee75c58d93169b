export { type HistoryEntry, type Suggestion, suggestionKey } from './sampler.ts';
export { createSearch, type Search, type SuggestInput, UnknownMethodError } from './search.ts';
export type { Space } from './space/space.ts';
export { createStopping, type Stopping, UnknownStoppingRuleError } from './stopping/stopping.ts';
export type { Curve, ObservedRun, StopDecision, StopExplanation } from './stopping/stopping-rule.ts';
export type { SeenAssignments } from './suggest-unseen.ts';
