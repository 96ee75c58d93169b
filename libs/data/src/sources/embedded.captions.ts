/** Captions beside the vectors that were made of them: a repeated caption goes together with its vector. */
import { normaliseCaption } from '../caption.rule.ts';

/**
 * @param vectors [n, dimension], row i for caption i. @returns both without repetitions; no captions: vectors as given
 */
export const withoutRepetitions = (
  captions: readonly string[],
  vectors: Float32Array,
  dimension: number,
): { captions: string[]; vectors: Float32Array } => {
  const firstRows = new Map<string, number>();
  captions.map(normaliseCaption).forEach((caption, row) => {
    if (caption.length > 0 && !firstRows.has(caption)) firstRows.set(caption, row);
  });
  if (firstRows.size === 0) return { captions: [], vectors };
  const kept = new Float32Array(firstRows.size * dimension);
  [...firstRows.values()].forEach((row, place) =>
    kept.set(vectors.subarray(row * dimension, (row + 1) * dimension), place * dimension),
  );
  return { captions: [...firstRows.keys()], vectors: kept };
};
