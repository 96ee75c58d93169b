/**
 * The contract of every search method. A sampler is a pure function of its arguments: no clock, no database, no
 * network, no state between calls. With the sweep's seed and its rows in order of their numbers any search can be
 * replayed to the same assignments.
 */
import { type Assignment, createRng, type Rng, type RunState, type SweepMethod } from '@plumage/contract';
import type { Space } from './space/space.ts';

/** One earlier run of the sweep. The history is append-only, in order of `number`; runs that go on are in it too. */
export interface HistoryEntry {
  readonly number: number;
  readonly assignment: Assignment;
  readonly state: RunState;
  /** The metric's value by the definition's objective_at; null while unknown. May be NaN. */
  readonly objective: number | null;
  readonly intermediate?: readonly (readonly [step: number, value: number])[];
}

export type Suggestion =
  | { readonly kind: 'assignment'; readonly assignment: Assignment }
  | { readonly kind: 'exhausted' };

export interface SuggestContext {
  /** Number of the run that will get the suggestion, from 1. */
  readonly runNumber: number;
  /** 0 at first; grows when the suggestion before was one that another run has. */
  readonly attempt: number;
}

export interface Sampler {
  readonly method: SweepMethod;
  /** False: `history` is never looked at, so callers may leave it empty. */
  readonly usesHistory: boolean;
  /** True: successive attempts go through all points in order, so that exhaustion is exact. */
  readonly enumerates: boolean;
  suggest(space: Space, history: readonly HistoryEntry[], rng: Rng, context: SuggestContext): Suggestion;
}

/** The generator that decides run `runNumber` of a sweep with this seed. */
export const runRng = (seed: number, runNumber: number): Rng => createRng(seed, `suggestion ${runNumber}`);
