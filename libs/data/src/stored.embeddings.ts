/** Text vectors that a set brings along: from the entries into one array for the pack, and out of it as views. */
import { DatasetError } from './data.error.ts';
import type { SourceEntry } from './dataset.source.ts';
import type { StoredEmbeddings } from './dataset.type.ts';
import { sha256 } from './digest.hash.ts';
import { bytesOf, checkEmbeddingSize, type EmbeddingIndex } from './packed.cache.ts';

const rowsOf = ({ embeddings, captions, file }: SourceEntry, dimension: number, origin: string): number => {
  const rows = (embeddings?.length ?? 0) / dimension;
  if (Number.isInteger(rows) && rows >= captions.length && rows > 0) return rows;
  throw new DatasetError(
    'DATASET_BAD_FILE',
    `${origin}: ${file} has ${embeddings?.length ?? 0} numbers for ${captions.length} captions; expected ${dimension} for each`,
  );
};

const checkFinite = ({ embeddings, file }: SourceEntry, origin: string): void => {
  const at = embeddings?.findIndex((value) => !Number.isFinite(value)) ?? -1;
  if (at < 0) return;
  throw new DatasetError(
    'DATASET_BAD_FILE',
    `${origin}: ${file}: number ${at} of its text vectors is ${embeddings?.[at]}; expected a finite one`,
  );
};

/**
 * All entries' rows behind each other, or null when the set has none.
 * @throws DatasetError DATASET_BAD_FILE when rows are missing or not finite; DATASET_TOO_LARGE
 */
export const joinEmbeddings = (
  entries: readonly SourceEntry[],
  dimension: number | undefined,
  origin: string,
): { rows: Float32Array; index: EmbeddingIndex } | null => {
  if (dimension === undefined) return null;
  const counts = entries.map((entry) => rowsOf(entry, dimension, origin));
  const total = counts.reduce((sum, count) => sum + count, 0);
  checkEmbeddingSize(total, dimension, origin);
  const rows = new Float32Array(total * dimension);
  let at = 0;
  for (const entry of entries) {
    checkFinite(entry, origin);
    rows.set(entry.embeddings ?? [], at);
    at += entry.embeddings?.length ?? 0;
  }
  return { rows, index: { dimension, counts, sha256: sha256(bytesOf(rows)) } };
};

export const storedEmbeddings = (index: EmbeddingIndex, rows: Float32Array): StoredEmbeddings => {
  const { dimension, counts } = index;
  let next = 0;
  const starts = counts.map((count) => (next += count) - count);
  return {
    dimension,
    hash: index.sha256,
    count: (item) => counts[item] ?? 0,
    of(item, caption) {
      const count = counts[item] ?? 0;
      if (!Number.isInteger(caption) || caption < 0 || caption >= count) {
        throw new RangeError(`item ${item} has ${count} text vectors, none at ${caption}`);
      }
      const row = (starts[item] as number) + caption;
      return rows.subarray(row * dimension, (row + 1) * dimension);
    },
  };
};
