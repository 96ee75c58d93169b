/**
 * The pack: pixels.rgba, records of one size behind each other, manifest.json, everything that is said about them,
 * and embeddings.f32, the text vectors of sets that bring their own. The layout is what a memory map wants (record i starts at i * recordSize^2 * 4); Node has no mmap, so the
 * file is read into one piece of shared memory and every picture is a view into it. The default emoji set is 9.5 MB.
 *
 * Each open verifies the files against the checksums in the manifest; what does not fit counts as absent and is
 * built again, because a cache that is silently wrong would be trained on.
 */
import { mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { isFileError, replaceAtomically, writeDurably } from './cache.file.ts';
import { DatasetError } from './data.error.ts';
import type { DatasetClass, DatasetItem, SkippedFile } from './dataset.type.ts';
import { sha256 } from './digest.hash.ts';

/** Raise when the layout, the captions' rules or the decoding change: older packs are then built again. */
export const PACK_FORMAT = 1;

const PIXELS = 'pixels.rgba';
const MANIFEST = 'manifest.json';
const EMBEDDINGS = 'embeddings.f32';
/** The largest file that is held in memory, and so the largest that is built: 3.75 GiB. */
const MOST_BYTES = 3.75 * 2 ** 30;
const READ_BYTES = 64 * 2 ** 20;

export interface PackManifest {
  format: number;
  digest: string;
  pixelsSha256: string;
  imageSize: number;
  recordSize: number;
  derivedCaptions: number;
  classes: DatasetClass[];
  items: DatasetItem[];
  skipped: SkippedFile[];
  poseParts?: readonly string[];
  embeddings?: EmbeddingIndex;
}

/** What embeddings.f32 holds: item i's rows stand behind those of the items before it. */
export interface EmbeddingIndex {
  dimension: number;
  /** Rows of each item. */
  counts: number[];
  sha256: string;
}

export interface Pack {
  manifest: PackManifest;
  /** [items, recordSize, recordSize, 4] */
  pixels: Uint8Array;
  /** [sum of counts, dimension], little-endian. */
  embeddings: Float32Array | null;
}

/** @throws DatasetError DATASET_TOO_LARGE beyond 3.75 GiB of pixels */
export const checkPackSize = (images: number, recordSize: number, origin: string): void => {
  const bytes = images * recordSize * recordSize * 4;
  if (bytes > MOST_BYTES) {
    throw new DatasetError(
      'DATASET_TOO_LARGE',
      `${origin}: ${images} images of ${recordSize}x${recordSize} take ${(bytes / 2 ** 30).toFixed(1)} GiB; at most 3.75 GiB are held in memory, so choose a smaller imageSize or fewer images`,
    );
  }
};

/** @throws DatasetError DATASET_TOO_LARGE beyond 3.75 GiB of vectors */
export const checkEmbeddingSize = (rows: number, dimension: number, origin: string): void => {
  if (rows * dimension * 4 <= MOST_BYTES) return;
  throw new DatasetError(
    'DATASET_TOO_LARGE',
    `${origin}: ${rows} text vectors of ${dimension} numbers; at most 3.75 GiB are held in memory`,
  );
};

type Content = Pick<
  PackManifest,
  'pixelsSha256' | 'imageSize' | 'classes' | 'items' | 'poseParts' | 'embeddings'
>;

/**
 * What the digest covers: the pixels, every field of items and classes, and the text vectors where there are any.
 * Not the cache's own bookkeeping.
 */
export const contentDigest = (content: Content): string => {
  const { pixelsSha256, imageSize, classes, items, poseParts, embeddings } = content;
  const extra = [
    ...(poseParts ? [poseParts, items.map((i) => i.pose ?? null)] : []),
    ...(embeddings ? [embeddings.dimension, embeddings.counts, embeddings.sha256] : []),
  ];
  return sha256(
    JSON.stringify([
      pixelsSha256,
      imageSize,
      classes.map((c) => [c.name, c.split]),
      items.map((i) => [i.id, i.name, i.classId, i.split, i.style, i.captions, i.flippable]),
      ...extra,
    ]),
  );
};

/** Memory that threads see without a copy of it: the one that assembles batches reads the pictures there. */
export const sharedBytes = (bytes: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(bytes));

export const bytesOf = (values: Float32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** Writes the files into a new folder and renames it to `folder`. */
export const writePack = async (folder: string, pack: Pack): Promise<void> => {
  const body = JSON.stringify(pack.manifest);
  await replaceAtomically(folder, async (staging) => {
    await mkdir(staging, { recursive: true });
    await writeDurably(path.join(staging, PIXELS), [pack.pixels]);
    if (pack.embeddings !== null) {
      await writeDurably(path.join(staging, EMBEDDINGS), [bytesOf(pack.embeddings)]);
    }
    await writeDurably(path.join(staging, MANIFEST), [Buffer.from(`${sha256(body)}\n${body}\n`)]);
  });
};

const readWhole = async (file: string, bytes: number): Promise<Uint8Array | null> => {
  const handle = await open(file, 'r');
  try {
    if ((await handle.stat()).size !== bytes) return null;
    const whole = sharedBytes(bytes);
    for (let at = 0; at < bytes; ) {
      const { bytesRead } = await handle.read(whole, at, Math.min(READ_BYTES, bytes - at), at);
      if (bytesRead === 0) return null;
      at += bytesRead;
    }
    return whole;
  } finally {
    await handle.close();
  }
};

const readManifest = async (folder: string): Promise<PackManifest | null> => {
  const [checksum, body] = (await readFile(path.join(folder, MANIFEST), 'utf8')).split('\n');
  if (body === undefined || sha256(body) !== checksum) return null;
  const manifest = JSON.parse(body) as PackManifest;
  return manifest.format === PACK_FORMAT ? manifest : null;
};

const readEmbeddings = async (
  folder: string,
  { embeddings }: PackManifest,
): Promise<Float32Array | null | 'damaged'> => {
  if (embeddings === undefined) return null;
  const rows = embeddings.counts.reduce((sum, count) => sum + count, 0);
  const bytes = await readWhole(path.join(folder, EMBEDDINGS), rows * embeddings.dimension * 4);
  if (bytes === null || sha256(bytes) !== embeddings.sha256) return 'damaged';
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
};

/** The verified pack, or null when there is none, it is of another format, cannot be read, or a byte of it is wrong. */
export const readPack = async (folder: string): Promise<Pack | null> => {
  try {
    const manifest = await readManifest(folder);
    if (manifest === null) return null;
    const bytes = manifest.items.length * manifest.recordSize ** 2 * 4;
    const pixels = await readWhole(path.join(folder, PIXELS), bytes);
    if (pixels === null || sha256(pixels) !== manifest.pixelsSha256) return null;
    const embeddings = await readEmbeddings(folder, manifest);
    return embeddings === 'damaged' ? null : { manifest, pixels, embeddings };
  } catch (error) {
    if (isFileError(error)) return null;
    throw error;
  }
};
