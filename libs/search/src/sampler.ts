/**
 * The contract of every search method. A sampler is a pure function of its arguments: no clock, no database, no
 * network; what it remembers between calls may save time and never changes an answer. With the sweep's seed and its
 * rows in order of their numbers any search can be replayed to the same assignments.
 */
import {
  type Assignment,
  assignmentKey,
  createRng,
  type PbtOptions,
  type Rng,
  type RunState,
  type SweepMethod,
} from '@plumage/contract';
import type { Space } from './space/space.ts';

/** Under population based training: which interval of which member a run trains. Both from 0. */
export interface Place {
  readonly member: number;
  readonly generation: number;
}

/** One earlier run of the sweep. The history is append-only, in order of `number`; runs that go on are in it too. */
export interface HistoryEntry {
  readonly number: number;
  readonly assignment: Assignment;
  readonly state: RunState;
  /** The first metric's value by the definition's objective_at; null while unknown. May be NaN. */
  readonly objective: number | null;
  /** With several metrics: each one's value, in the definition's order. */
  readonly objectives?: readonly (number | null)[];
  /** The newest step that has a value; null or absent while there is none. */
  readonly step?: number | null;
  /** Number of the run from whose checkpoint it started; null or absent for none. */
  readonly parent?: number | null;
  /** Null or absent for a run that trains no member of a population. */
  readonly place?: Place | null;
  /** Step of its newest checkpoint that others can start from; null or absent for none. Read under pbt only. */
  readonly checkpointStep?: number | null;
}

/** A run as samplers see it: every metric is to be made small. */
export interface Observation {
  readonly number: number;
  readonly assignment: Assignment;
  /** done: trained to its end; stopped: by a stopping rule; failed: says nothing of the point, or has no finite value. */
  readonly status: 'done' | 'stopped' | 'running' | 'failed';
  /** One for each metric, negated where the goal is to maximize; all finite. Null when one is unknown. */
  readonly losses: readonly number[] | null;
  /** The newest step that has a value. */
  readonly step: number | null;
  readonly parent: number | null;
  readonly place: Place | null;
  readonly checkpointStep: number | null;
  /** It reached its last step, whether or not a value is known. */
  readonly finished: boolean;
}

export type Suggestion =
  | {
      readonly kind: 'assignment';
      readonly assignment: Assignment;
      /** Number of the run whose newest checkpoint it starts from; null: afresh. */
      readonly parent: number | null;
      /** Its last step; null: what its configuration says. */
      readonly until: number | null;
      /** Null outside of populations. */
      readonly place: Place | null;
    }
  /** No run will come any more. */
  | { readonly kind: 'exhausted' }
  /** None now: ask again when a run has ended. */
  | { readonly kind: 'wait' };

export interface SuggestContext {
  /** Number of the run that will get the suggestion, from 1. */
  readonly runNumber: number;
  /** 0 at first; grows when the suggestion before was one that another run has. */
  readonly attempt: number;
  /** The sweep's: what all its runs share. `rng` is of this run alone. */
  readonly seed: number;
  /** How many losses an observation has; 1 unless the definition has several metrics. */
  readonly objectives: number;
  /** The definition's, with method pbt. */
  readonly pbt: PbtOptions | null;
}

export interface Sampler {
  readonly method: SweepMethod;
  /** False: `history` is never looked at, so callers may leave it empty. */
  readonly usesHistory: boolean;
  /** True: successive attempts go through all points in order, so that exhaustion is exact. */
  readonly enumerates: boolean;
  suggest(space: Space, history: readonly Observation[], rng: Rng, context: SuggestContext): Suggestion;
}

/** An assignment that starts afresh. */
export const fresh = (assignment: Assignment): Suggestion => ({
  kind: 'assignment',
  assignment,
  parent: null,
  until: null,
  place: null,
});

/**
 * What no two runs of a sweep share: the assignment, and in a population what it trains, since a member trains on with
 * what it has, and a space may have fewer points than the population members.
 */
export const suggestionKey = ({
  assignment,
  place,
}: {
  readonly assignment: Assignment;
  readonly place?: Place | null;
}): string => {
  const key = assignmentKey(assignment);
  return place ? `${key} as member ${place.member}, generation ${place.generation}` : key;
};

/** The generator that decides run `runNumber` of a sweep with this seed. */
export const runRng = (seed: number, runNumber: number): Rng => createRng(seed, `suggestion ${runNumber}`);
