/**
 * The promise that no two runs of a sweep get the same assignment while an unseen one exists, kept once for all
 * samplers, and that none starts in an excluded region. Callers hold the sweep's lock, so that `seen` holds every run
 * with a smaller number.
 */
import type { Assignment, Rng } from '@plumage/contract';
import {
  fresh,
  type Observation,
  type Sampler,
  type SuggestContext,
  type Suggestion,
  suggestionKey,
} from './sampler.ts';
import { uniform53 } from './space/domain.ts';
import type { Space } from './space/space.ts';

/** Keys (`suggestionKey`) of all runs of the sweep. A Set of strings is one. */
export interface SeenAssignments {
  readonly size: number;
  has(key: string): boolean;
}

export interface SuggestUnseenInput {
  readonly sampler: Sampler;
  readonly space: Space;
  readonly seen: SeenAssignments;
  readonly history: readonly Observation[];
  readonly rng: Rng;
  readonly context: Omit<SuggestContext, 'attempt'>;
}

/** How often a sampler that draws may hit what is seen before the search turns systematic. */
const DRAWS = 100;
/** How often chance may look for a place outside of the excluded regions, where the space has no end. */
const DRAWS_WITHOUT_END = 2_000;
/** How many excluded points a systematic search passes over. */
const MOST_EXCLUDED = 1_000_000;

/**
 * A suggestion that no run has, or 'exhausted' when there is none. Costs one suggestion as a rule; among any
 * seen.size + 1 different points that are allowed one is unseen, so the systematic search ends.
 */
export const suggestUnseen = ({
  sampler,
  space,
  seen,
  history,
  rng,
  context,
}: SuggestUnseenInput): Suggestion => {
  const isNew = (suggestion: Suggestion & { kind: 'assignment' }): boolean =>
    space.allows(suggestion.assignment) && !seen.has(suggestionKey(suggestion));
  const isNewPoint = (assignment: Assignment): boolean =>
    space.allows(assignment) && !seen.has(suggestionKey({ assignment }));
  const enough = Math.min(space.size, seen.size + 1 + (space.hasExclusions ? MOST_EXCLUDED : 0));
  const tries = sampler.enumerates ? enough : DRAWS;
  for (let attempt = 0; attempt < tries; attempt++) {
    const suggestion = sampler.suggest(space, history, rng, { ...context, attempt });
    if (suggestion.kind === 'wait') return suggestion;
    if (suggestion.kind === 'exhausted') break;
    if (isNew(suggestion)) return suggestion;
  }
  if (sampler.enumerates) return { kind: 'exhausted' };

  const isEndless = space.size === Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < (isEndless ? DRAWS_WITHOUT_END : DRAWS); attempt++) {
    const assignment = space.drawEvenly(rng);
    if (isNewPoint(assignment)) return fresh(assignment);
  }
  if (isEndless) return { kind: 'exhausted' };

  const start = Math.floor(uniform53(rng) * Math.min(space.size, Number.MAX_SAFE_INTEGER));
  for (let i = 0; i < enough; i++) {
    const assignment = space.pointAt((start + i) % space.size);
    if (isNewPoint(assignment)) return fresh(assignment);
  }
  return { kind: 'exhausted' };
};
