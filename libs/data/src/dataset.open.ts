/** Opens a dataset: finds its pack, or builds it once, and hands out views. */
import path from 'node:path';
import { DatasetError } from './data.error.ts';
import { makeCard } from './dataset.card.ts';
import type { DatasetSource } from './dataset.source.ts';
import type { Dataset, DatasetSpec, OpenOptions, Split } from './dataset.type.ts';
import { cocoSource } from './sources/coco/coco.source.ts';
import { cubSource } from './sources/cub/cub.source.ts';
import { emojiSource } from './sources/emoji/emoji.source.ts';
import { folderSource } from './sources/folder/folder.source.ts';
import { hdf5Source } from './sources/hdf5/hdf5.source.ts';
import { icmlSource } from './sources/icml2016/icml.source.ts';
import { oxfordSource } from './sources/oxford/oxford.source.ts';
import { stackganSource } from './sources/stackgan/stackgan.source.ts';
import { storedEmbeddings } from './stored.embeddings.ts';
import { buildPack, checkSkipped } from './pack.builder.ts';
import { contentDigest, PACK_FORMAT, type Pack, readPack, writePack } from './packed.cache.ts';

const SMALLEST_IMAGE = 8;
const LARGEST_IMAGE = 512;
const BAD_IMAGE_LIMIT = 0.01;

const checkImageSize = (size: number | undefined): void => {
  if (size === undefined || (Number.isInteger(size) && size >= SMALLEST_IMAGE && size <= LARGEST_IMAGE))
    return;
  throw new DatasetError(
    'DATASET_BAD_SPEC',
    `imageSize is ${size}; expected an integer from ${SMALLEST_IMAGE} to ${LARGEST_IMAGE}`,
  );
};

const sourceOf = (spec: DatasetSpec): Promise<DatasetSource> => {
  checkImageSize(spec.imageSize);
  switch (spec.name) {
    case 'emoji':
      return emojiSource(spec);
    case 'folder':
      return folderSource(spec);
    case 'cub':
      return cubSource(spec);
    case 'oxford-102':
      return oxfordSource(spec);
    case 'coco':
      return cocoSource(spec);
    case 'icml2016':
      return icmlSource(spec);
    case 'hdf5':
      return hdf5Source(spec);
    case 'stackgan':
      return stackganSource(spec);
    default: {
      const unknown: never = spec;
      const { name } = unknown as { name: unknown };
      throw new DatasetError(
        'DATASET_BAD_SPEC',
        `unknown dataset ${JSON.stringify(name)}; expected emoji or folder, or one of cub, oxford-102, coco, icml2016, hdf5 and stackgan`,
      );
    }
  }
};

/** The pack as a run trains on it: with `train+validation` no class is held out for validation. */
const trainingView = (pack: Pack, trainOn: DatasetSpec['trainOn']): Pack => {
  if (trainOn !== 'train+validation') return pack;
  const joined = <T extends { split: Split }>(one: T): T =>
    one.split === 'validation' ? { ...one, split: 'train' } : one;
  const manifest = {
    ...pack.manifest,
    classes: pack.manifest.classes.map(joined),
    items: pack.manifest.items.map(joined),
  };
  return { ...pack, manifest: { ...manifest, digest: contentDigest(manifest) } };
};

const centreOf = (record: Uint8Array, recordSize: number, imageSize: number): Uint8Array => {
  const margin = (recordSize - imageSize) >> 1;
  const centre = new Uint8Array(imageSize * imageSize * 4);
  for (let y = 0; y < imageSize; y++) {
    const from = ((y + margin) * recordSize + margin) * 4;
    centre.set(record.subarray(from, from + imageSize * 4), y * imageSize * 4);
  }
  return centre;
};

const datasetOf = (source: DatasetSource, { manifest, pixels, embeddings }: Pack): Dataset => {
  const { imageSize, recordSize, items } = manifest;
  const recordBytes = recordSize * recordSize * 4;
  const record = (index: number): Uint8Array => {
    if (!Number.isInteger(index) || index < 0 || index >= items.length) {
      throw new RangeError(`dataset ${source.name}: item ${index}; expected 0 to ${items.length - 1}`);
    }
    return pixels.subarray(index * recordBytes, (index + 1) * recordBytes);
  };
  return {
    name: source.name,
    digest: manifest.digest,
    imageSize,
    recordSize,
    classes: manifest.classes,
    items,
    rgba: (index) =>
      recordSize === imageSize ? record(index) : centreOf(record(index), recordSize, imageSize),
    record,
    pixels,
    card: makeCard(source, manifest),
    skipped: manifest.skipped,
    ...(manifest.poseParts ? { poseParts: manifest.poseParts } : {}),
    ...(manifest.embeddings && embeddings
      ? { embeddings: storedEmbeddings(manifest.embeddings, embeddings) }
      : {}),
  };
};

/**
 * The dataset of `spec`, from its pack under `<cacheDir>/datasets`, which is built at the first call (emoji: under
 * two seconds) and again when it is damaged or its source has changed. Safe to call from several processes at once.
 * @throws DatasetError for anything wrong with the spec, the files or the cache folder; the signal's reason if aborted
 */
export const openDataset = async (spec: DatasetSpec, options: OpenOptions): Promise<Dataset> => {
  const source = await sourceOf(spec);
  const entry = `${source.name}-v${PACK_FORMAT}-${source.key.slice(0, 20)}`;
  const folder = path.join(options.cacheDir, 'datasets', entry);
  const kept = await readPack(folder);
  const pack = kept ?? (await buildPack(source, options));
  checkSkipped(pack.manifest, source.origin, options.badImageLimit ?? BAD_IMAGE_LIMIT);
  if (kept === null) await writePack(folder, pack);
  return datasetOf(source, trainingView(pack, spec.trainOn));
};
