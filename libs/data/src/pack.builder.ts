/**
 * Decodes a source into a pack. A picture that cannot be decoded is counted, named and left out; a share of them
 * above the limit means that something is wrong with the whole, and fails with the list.
 */
import { DatasetError, reasonOf } from './data.error.ts';
import type { DatasetSource, SourceEntry } from './dataset.source.ts';
import type { DatasetClass, DatasetItem, OpenOptions, SkippedFile } from './dataset.type.ts';
import { sha256 } from './digest.hash.ts';
import { decodeImage } from './image.decoder.ts';
import { checkPackSize, contentDigest, PACK_FORMAT, type Pack, type PackManifest } from './packed.cache.ts';
import { splitClasses } from './split.rule.ts';

/** sharp decodes on libuv's pool of four threads; more in flight would only hold memory. */
const IN_FLIGHT = 4;
const NAMED_IN_MESSAGE = 5;

interface Decoded {
  entries: SourceEntry[];
  pixels: Uint8Array;
  skipped: SkippedFile[];
}

const decodeAll = async (
  entries: readonly SourceEntry[],
  recordSize: number,
  options: OpenOptions,
): Promise<Decoded> => {
  const recordBytes = recordSize * recordSize * 4;
  const pixels = new Uint8Array(entries.length * recordBytes);
  const reasons = new Array<string | null>(entries.length).fill(null);
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < entries.length; index = next++) {
      options.signal?.throwIfAborted();
      try {
        pixels.set(await decodeImage((entries[index] as SourceEntry).path, recordSize), index * recordBytes);
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

const describe = (entries: readonly SourceEntry[]): { classes: DatasetClass[]; items: DatasetItem[] } => {
  const splits = splitClasses(entries.map((entry) => entry.className));
  const classes = [...splits]
    .map(([name, split]) => ({ name, split }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const classIds = new Map(classes.map(({ name }, classId) => [name, classId]));
  const items = entries.map(({ id, name, className, style, captions, flippable }) => ({
    id,
    name,
    classId: classIds.get(className) ?? 0,
    split: splits.get(className) ?? 'train',
    style,
    captions,
    flippable,
  }));
  return { classes, items };
};

/**
 * Reads and decodes everything, in the order of ids, so that two builds of the same content are the same bytes.
 * @throws DatasetError DATASET_EMPTY, DATASET_TOO_LARGE; the signal's reason when aborted
 */
export const buildPack = async (source: DatasetSource, options: OpenOptions): Promise<Pack> => {
  const content = await source.read();
  const listed = [...content.entries].sort(byId);
  checkPackSize(listed.length, source.recordSize, source.origin);
  const { entries, pixels, skipped: undecoded } = await decodeAll(listed, source.recordSize, options);
  const skipped = [...content.skipped, ...undecoded];
  if (listed.length + skipped.length === 0) {
    throw new DatasetError('DATASET_EMPTY', `${source.origin}: no image is listed; expected at least one`);
  }
  const described = {
    ...describe(entries),
    imageSize: source.imageSize,
    pixelsSha256: sha256(pixels),
  };
  return {
    pixels,
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
