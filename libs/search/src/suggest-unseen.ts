/**
 * The promise that no two runs of a sweep get the same assignment while an unseen one exists, kept once for all
 * samplers. Callers hold the sweep's lock, so that `seen` holds every run with a smaller number.
 */
import { assignmentKey, type Rng } from '@plumage/contract';
import type { HistoryEntry, Sampler, Suggestion } from './sampler.ts';
import { uniform53 } from './space/domain.ts';
import type { Space } from './space/space.ts';

/** Keys (`assignmentKey`) of all assignments that runs of the sweep have. A Set of strings is one. */
export interface SeenAssignments {
  readonly size: number;
  has(key: string): boolean;
}

export interface SuggestUnseenInput {
  readonly sampler: Sampler;
  readonly space: Space;
  readonly seen: SeenAssignments;
  readonly history: readonly HistoryEntry[];
  readonly rng: Rng;
  readonly runNumber: number;
}

/** How often a sampler that draws may hit what is seen before the search turns systematic. */
const DRAWS = 100;

/**
 * A suggestion that no run has, or 'exhausted' when there is none. Costs one suggestion as a rule; among any
 * seen.size + 1 different points one is unseen, so the systematic search never looks at more.
 */
export const suggestUnseen = ({
  sampler,
  space,
  seen,
  history,
  rng,
  runNumber,
}: SuggestUnseenInput): Suggestion => {
  const enough = Math.min(space.size, seen.size + 1);
  const tries = sampler.enumerates ? enough : DRAWS;
  for (let attempt = 0; attempt < tries; attempt++) {
    const suggestion = sampler.suggest(space, history, rng, { runNumber, attempt });
    if (suggestion.kind === 'exhausted') break;
    if (!seen.has(assignmentKey(suggestion.assignment))) return suggestion;
  }
  if (sampler.enumerates) return { kind: 'exhausted' };

  for (let attempt = 0; attempt < DRAWS; attempt++) {
    const assignment = space.drawEvenly(rng);
    if (!seen.has(assignmentKey(assignment))) return { kind: 'assignment', assignment };
  }
  if (space.size === Number.POSITIVE_INFINITY) return { kind: 'exhausted' };

  const start = Math.floor(uniform53(rng) * Math.min(space.size, Number.MAX_SAFE_INTEGER));
  for (let i = 0; i < enough; i++) {
    const assignment = space.pointAt((start + i) % space.size);
    if (!seen.has(assignmentKey(assignment))) return { kind: 'assignment', assignment };
  }
  return { kind: 'exhausted' };
};
