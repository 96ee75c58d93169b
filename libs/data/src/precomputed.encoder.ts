/**
 * The text encoder of sets that bring their vectors along: it knows the vectors of the set's own captions and can
 * encode nothing else, since what made them is not here. Prompts must be captions of the set.
 */
import type { CaptionEmbeddings } from './caption.embeddings.ts';
import { normaliseCaption } from './caption.rule.ts';
import { DatasetError } from './data.error.ts';
import type { Dataset, StoredEmbeddings } from './dataset.type.ts';
import type { TextEncoder } from './text.encoder.ts';

const storedOf = (dataset: Dataset): StoredEmbeddings => {
  if (dataset.embeddings) return dataset.embeddings;
  throw new DatasetError(
    'DATASET_BAD_SPEC',
    `dataset ${dataset.name} came without text vectors, so text_encoder "precomputed" has none; expected one of icml2016, hdf5 and stackgan, or another text_encoder`,
  );
};

/** The vectors that came with the set, for batches. @throws DatasetError DATASET_BAD_SPEC when it came without */
export const precomputedEmbeddings = (dataset: Dataset): CaptionEmbeddings => {
  const stored = storedOf(dataset);
  return {
    dimension: stored.dimension,
    encoderHash: stored.hash,
    count: (item) => stored.count(item),
    of: (item, caption) => stored.of(item, caption),
  };
};

const addTo = (sum: Float64Array, vector: Float32Array): void =>
  vector.forEach((value, i) => (sum[i] = (sum[i] as number) + value));

/** The items that have this caption, with the rows that belong to it: its own, or all where texts are missing. */
const rowsOf = (dataset: Dataset, stored: StoredEmbeddings, text: string): [item: number, row: number][] =>
  dataset.items.flatMap(({ captions }, item) => {
    const caption = captions.indexOf(text);
    if (caption < 0) return [];
    const count = stored.count(item);
    if (count === captions.length) return [[item, caption] as [number, number]];
    return Array.from({ length: count }, (_, row): [number, number] => [item, row]);
  });

/**
 * Encodes captions of `dataset` to the mean of the vectors that they have there.
 * @throws DatasetError DATASET_BAD_SPEC when the set came without vectors; encode: TEXT_NOT_EMBEDDED for another text
 */
export const openPrecomputed = (dataset: Dataset): TextEncoder => {
  const stored = storedOf(dataset);
  const vectorOf = (text: string): Float32Array => {
    const rows = rowsOf(dataset, stored, normaliseCaption(text));
    if (rows.length === 0) {
      throw new DatasetError(
        'TEXT_NOT_EMBEDDED',
        `${JSON.stringify(text)} is no caption of ${dataset.name}, whose vectors came with it; expected one such as ${JSON.stringify(dataset.items[0]?.captions[0])}, or a text encoder that encodes any text`,
      );
    }
    const sum = new Float64Array(stored.dimension);
    for (const [item, row] of rows) addTo(sum, stored.of(item, row));
    return Float32Array.from(sum, (value) => value / rows.length);
  };
  return {
    name: 'precomputed',
    hash: stored.hash,
    dimension: stored.dimension,
    async encode(texts) {
      const vectors = new Float32Array(texts.length * stored.dimension);
      texts.forEach((text, row) => vectors.set(vectorOf(text), row * stored.dimension));
      return vectors;
    },
    dispose() {},
  };
};
