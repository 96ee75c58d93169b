/** What the bench prints. */
import type { Pair } from './compare.ts';
import type { SuggestCost } from './timing.ts';

/** By number of past runs. */
export type SuggestMs = Readonly<
  Record<string, Readonly<Record<string, { readonly ours: SuggestCost; readonly optuna: number | null }>>>
>;

export interface SearchResults {
  readonly worseThanOptuna: number;
  readonly betterThanOptuna: number;
  readonly equalToOptuna: number;
  /** The largest median over the samplers; null when times were skipped. */
  readonly suggestMsAt10k: number | null;
  readonly optuna: { readonly versions: Readonly<Record<string, string>>; readonly cpu: string };
  readonly pairs: readonly Pair[];
  readonly suggestMs: SuggestMs;
}

/** The whole line of --json. */
export interface SearchReport {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string };
  readonly commit: string;
  readonly results: SearchResults;
}
