/**
 * Decodes a source into a pack. A picture that cannot be decoded is counted, named and left out; a share of them
 * above the limit means that something is wrong with the whole, and fails with the list.
 */
import { DatasetError, reasonOf } from './data.error.ts';
import type { Box, DatasetSource, SourceContent, SourceEntry } from './dataset.source.ts';
import type { DatasetClass, DatasetItem, OpenOptions, SkippedFile, Split } from './dataset.type.ts';
import { sha256 } from './digest.hash.ts';
import { decodeImage } from './image.decoder.ts';
import { joinEmbeddings } from './stored.embeddings.ts';
import {
  checkPackSize,
  contentDigest,
  PACK_FORMAT,
  type Pack,
  type PackManifest,
  sharedBytes,
} from './packed.cache.ts';
import { splitClasses } from './split.rule.ts';

/** sharp decodes on libuv's pool of four threads; more in flight would only hold memory. */
const IN_FLIGHT = 4;
const NAMED_IN_MESSAGE = 5;

interface Decoded {
  entries: SourceEntry[];
  pixels: Uint8Array;
  skipped: SkippedFile[];
}

const unitPose = (pose: NonNullable<SourceEntry['pose']>, view: Box): NonNullable<SourceEntry['pose']> =>
  pose.map((point) =>
    point === null ? null : [(point[0] - view.left) / view.width, (point[1] - view.top) / view.height],
  );

const decodeAll = async (
  listed: readonly SourceEntry[],
  { recordSize, fit }: DatasetSource,
  options: OpenOptions,
): Promise<Decoded> => {
  const entries = [...listed];
  const recordBytes = recordSize * recordSize * 4;
  const pixels = sharedBytes(entries.length * recordBytes);
  const reasons = new Array<string | null>(entries.length).fill(null);
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < entries.length; index = next++) {
      options.signal?.throwIfAborted();
      try {
        const entry = entries[index] as SourceEntry;
        const { rgba, view } = await decodeImage(entry.picture, recordSize, fit, entry.box);
        pixels.set(rgba, index * recordBytes);
        if (entry.pose) entries[index] = { ...entry, pose: unitPose(entry.pose, view) };
      } catch (error) {
        reasons[index] = reasonOf(error);
      }
      done++;
      if (done % 50 === 0 || done === entries.length) {
        options.onProgress?.({ stage: 'decode', done, total: entries.length });
      }
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  return compact(entries, pixels, reasons, recordBytes);
};

/** Moves the good records together, in place. */
const compact = (
  entries: readonly SourceEntry[],
  pixels: Uint8Array,
  reasons: readonly (string | null)[],
  recordBytes: number,
): Decoded => {
  const kept: SourceEntry[] = [];
  const skipped: SkippedFile[] = [];
  entries.forEach((entry, index) => {
    const reason = reasons[index] ?? null;
    if (reason !== null) {
      skipped.push({ file: entry.file, reason });
      return;
    }
    pixels.copyWithin(kept.length * recordBytes, index * recordBytes, (index + 1) * recordBytes);
    kept.push(entry);
  });
  return { entries: kept, pixels: pixels.subarray(0, kept.length * recordBytes), skipped };
};

/** @throws DatasetError DATASET_TOO_MANY_BAD_IMAGES when skipped / (skipped + items) exceeds the limit */
export const checkSkipped = (manifest: PackManifest, origin: string, limit: number): void => {
  const { skipped } = manifest;
  const total = manifest.items.length + skipped.length;
  if (skipped.length <= limit * total) return;
  const named = skipped.slice(0, NAMED_IN_MESSAGE).map(({ file, reason }) => `${file} (${reason})`);
  const more = skipped.length > named.length ? `, and ${skipped.length - named.length} more` : '';
  throw new DatasetError(
    'DATASET_TOO_MANY_BAD_IMAGES',
    `${origin}: ${skipped.length} of ${total} images are unusable, expected at most ${(limit * 100).toFixed(1)}%: ${named.join('; ')}${more}`,
    { skipped },
  );
};

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/**
 * The split of each class: the set's own, or for all by the hash of their names.
 * @throws DatasetError DATASET_SPLIT_OVERLAP when pictures of one class stand in two splits
 */
const splitsOf = (entries: readonly SourceEntry[], origin: string): Map<string, Split> => {
  const own = new Map<string, Split>();
  for (const { className, split, file } of entries) {
    if (split === undefined) return splitClasses(entries.map((entry) => entry.className));
    const known = own.get(className) ?? split;
    if (known !== split) {
      throw new DatasetError(
        'DATASET_SPLIT_OVERLAP',
        `${origin}: the class ${JSON.stringify(className)} is in ${known} and, with ${file}, in ${split}; expected splits without a class in common`,
      );
    }
    own.set(className, split);
  }
  return own;
};

const describe = (
  entries: readonly SourceEntry[],
  origin: string,
): { classes: DatasetClass[]; items: DatasetItem[] } => {
  const splits = splitsOf(entries, origin);
  const classes = [...splits]
    .map(([name, split]) => ({ name, split }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const classIds = new Map(classes.map(({ name }, classId) => [name, classId]));
  const items = entries.map(({ id, name, className, style, captions, flippable, pose }) => ({
    id,
    name,
    classId: classIds.get(className) ?? 0,
    split: splits.get(className) ?? 'train',
    style,
    captions,
    flippable,
    ...(pose ? { pose } : {}),
  }));
  return { classes, items };
};

const checkIds = (sorted: readonly SourceEntry[], origin: string): void => {
  sorted.forEach(({ id }, index) => {
    if (sorted[index + 1]?.id !== id) return;
    throw new DatasetError(
      'DATASET_BAD_FILE',
      `${origin}: ${JSON.stringify(id)} is listed twice; expected once`,
    );
  });
};

/**
 * Reads and decodes everything, in the order of ids, so that two builds of the same content are the same bytes.
 * @throws DatasetError DATASET_EMPTY, DATASET_TOO_LARGE, DATASET_SPLIT_OVERLAP, DATASET_BAD_FILE; the signal's reason when aborted
 */
export const buildPack = async (source: DatasetSource, options: OpenOptions): Promise<Pack> => {
  const content = await source.read();
  try {
    return await packOf(content, source, options);
  } finally {
    content.close?.();
  }
};

const packOf = async (content: SourceContent, source: DatasetSource, options: OpenOptions): Promise<Pack> => {
  const listed = [...content.entries].sort(byId);
  checkIds(listed, source.origin);
  checkPackSize(listed.length, source.recordSize, source.origin);
  const { entries, pixels, skipped: undecoded } = await decodeAll(listed, source, options);
  const skipped = [...content.skipped, ...undecoded];
  if (listed.length + skipped.length === 0) {
    throw new DatasetError('DATASET_EMPTY', `${source.origin}: no image is listed; expected at least one`);
  }
  const vectors = joinEmbeddings(entries, content.embeddingDimension, source.origin);
  const described = {
    ...describe(entries, source.origin),
    imageSize: source.imageSize,
    pixelsSha256: sha256(pixels),
    ...(content.poseParts ? { poseParts: content.poseParts } : {}),
    ...(vectors ? { embeddings: vectors.index } : {}),
  };
  return {
    pixels,
    embeddings: vectors?.rows ?? null,
    manifest: {
      ...described,
      format: PACK_FORMAT,
      digest: contentDigest(described),
      recordSize: source.recordSize,
      derivedCaptions: entries.reduce((sum, entry) => sum + entry.derived, 0),
      skipped,
    },
  };
};
