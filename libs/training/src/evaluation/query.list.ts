/**
 * The pictures that an evaluation asks for: captions of items, each with two fixed noises, and for each the items that
 * its picture could be taken for. It depends on the dataset alone, so that runs and seeds can be compared.
 */
import type { Rng } from '@plumage/contract';
import type { CaptionEmbeddings, Split } from '@plumage/data';
import { distinctRows, type RealPool, shuffled } from './real.pictures.ts';

const mostQueries = 100;
const candidateCount = 100;
export const noiseSeeds = [101, 102] as const;

export interface QueryList {
  /** [T] of each query, standardised. */
  readonly texts: readonly Float32Array[];
  readonly noiseSeeds: readonly number[];
  /** Rows of the pool, the true item first. */
  readonly candidates: readonly (readonly number[])[];
}

/** The item whose caption each query is. */
export const rowsAsked = ({ candidates }: QueryList): number[] => candidates.map(([row]) => row as number);

/** Up to 100 differently named items of a split, each with both noises, and 99 items of other names against each. */
export const listQueries = (
  pool: RealPool,
  embeddings: CaptionEmbeddings,
  split: Split,
  rng: Rng,
): QueryList => {
  const queries = distinctRows(pool, split, mostQueries, rng).flatMap((row) => {
    const name = pool.items[row]?.name;
    const strangers = pool.items.flatMap((item, other) => (item.name === name ? [] : [other]));
    const candidates = [row, ...shuffled(strangers, rng).slice(0, candidateCount - 1)];
    const text = embeddings.of(pool.indexes[row] as number, 0);
    return noiseSeeds.map((seed) => ({ text, seed, candidates }));
  });
  return {
    texts: queries.map(({ text }) => text),
    noiseSeeds: queries.map(({ seed }) => seed),
    candidates: queries.map(({ candidates }) => candidates),
  };
};
