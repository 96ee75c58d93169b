/**
 * The embedding of every caption of a dataset, computed once for each (encoder, dataset) and kept in one file: the
 * vectors of the distinct texts, little-endian float32, then the sha256 of all before it. Captions repeat (every
 * fruit is tagged "fruit", both vendors share all texts), so distinct texts are a third of the captions.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isFileError, replaceAtomically, writeDurably } from './cache.file.ts';
import type { Dataset, Progress } from './dataset.type.ts';
import { sha256 } from './digest.hash.ts';
import { bytesOf } from './packed.cache.ts';
import type { TextEncoder } from './text.encoder.ts';

export interface CaptionEmbeddings {
  /** T */
  dimension: number;
  encoderHash: string;
  /** How many vectors an item has; absent where each caption has one and there are no others. */
  count?(itemIndex: number): number;
  /** [dimension], a view. @throws RangeError for an item or caption that the dataset does not have */
  of(itemIndex: number, captionIndex: number): Float32Array;
}

export interface EmbedOptions {
  cacheDir: string;
  onProgress?: ((progress: Progress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

const CHECKSUM_BYTES = 32;

/** The vectors in `file`, or null when it is missing, unreadable, of another size, or damaged. */
const readVectors = async (file: string, length: number): Promise<Float32Array | null> => {
  const whole = await readFile(file).catch((error: unknown) => {
    if (isFileError(error)) return null;
    throw error;
  });
  if (whole === null || whole.length !== length * 4 + CHECKSUM_BYTES) return null;
  const body = whole.subarray(0, length * 4);
  if (sha256(body) !== whole.subarray(length * 4).toString('hex')) return null;
  return new Float32Array(new Uint8Array(body).buffer);
};

const writeVectors = (file: string, vectors: Float32Array): Promise<void> => {
  const body = bytesOf(vectors);
  return replaceAtomically(file, (staging) =>
    writeDurably(staging, [body, Buffer.from(sha256(body), 'hex')]),
  );
};

/**
 * Encodes what is not yet in the cache. The 2,177 distinct captions of the default emoji set took 5 s with the wasm
 * back end on one core of a shared 2-core machine,
 * later calls 7 ms.
 * @throws DatasetError ENCODER_FAILED, CACHE_UNWRITABLE
 */
export const embedCaptions = async (
  dataset: Dataset,
  encoder: TextEncoder,
  options: EmbedOptions,
): Promise<CaptionEmbeddings> => {
  const texts = [...new Set(dataset.items.flatMap((item) => item.captions))];
  const rowOf = new Map(texts.map((text, row) => [text, row]));
  const { dimension, hash } = encoder;
  const entry = `${encoder.name}-${hash.slice(0, 16)}-${dataset.digest.slice(0, 16)}.f32`;
  const file = path.join(options.cacheDir, 'embeddings', entry);
  let vectors = await readVectors(file, texts.length * dimension);
  if (vectors === null) {
    vectors = await encoder.encode(texts, options);
    await writeVectors(file, vectors);
  }
  const kept = vectors;
  return {
    dimension,
    encoderHash: hash,
    of(itemIndex, captionIndex) {
      const row = rowOf.get(dataset.items[itemIndex]?.captions[captionIndex] ?? '');
      if (row === undefined) throw new RangeError(`item ${itemIndex} has no caption ${captionIndex}`);
      return kept.subarray(row * dimension, (row + 1) * dimension);
    },
  };
};
