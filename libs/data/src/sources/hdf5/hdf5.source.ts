/**
 * birds.hdf5 and flowers.hdf5 as github.com/aelnouby/Text-to-Image-Synthesis shares them (convert_cub_to_hd5_script.py):
 * {train, valid, test}/IMAGE_0 to IMAGE_4, each with name, img (a JPEG's bytes), embeddings [1024], class and txt. The
 * five groups of an image repeat its picture; here they are one item with their captions.
 */
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { DatasetError } from '../../data.error.ts';
import {
  croppedFrom,
  type DatasetSource,
  type SourceContent,
  type SourceEntry,
} from '../../dataset.source.ts';
import type { DatasetSpec, Split } from '../../dataset.type.ts';
import { sha256 } from '../../digest.hash.ts';
import { type Hdf5File, openHdf5 } from '../../formats/hdf5.reader.ts';
import { withoutRepetitions } from '../embedded.captions.ts';
import { notFound } from '../safe.path.ts';

const SPLITS: readonly (readonly [group: string, split: Split])[] = [
  ['train', 'train'],
  ['valid', 'validation'],
  ['test', 'test'],
];

const GROUP_NAME = /^(.+)_(\d+)$/;

/** The groups of each image, in the order of their numbers. */
const byImage = (names: readonly string[], file: string, split: string): Map<string, string[]> => {
  const images = new Map<string, [number, string][]>();
  for (const name of names) {
    const [, image, number] = GROUP_NAME.exec(name) ?? [];
    if (image === undefined) {
      throw new DatasetError('DATASET_BAD_FILE', `${file}: ${split}/${name}; expected IMAGE_NUMBER`, {
        file,
      });
    }
    images.set(image, [...(images.get(image) ?? []), [Number(number), name]]);
  }
  return new Map(
    [...images].map(([image, groups]) => [image, groups.sort(([a], [b]) => a - b).map(([, name]) => name)]),
  );
};

const readEntry = (
  hdf5: Hdf5File,
  shown: string,
  at: { group: string; split: Split; image: string; names: readonly string[] },
): SourceEntry => {
  const paths = at.names.map((name) => `${at.group}/${name}`);
  const [first = ''] = paths;
  const vectors = paths.map((one) => hdf5.numbers(`${one}/embeddings`));
  const dimension = vectors[0]?.length ?? 0;
  const joined = new Float32Array(vectors.length * dimension);
  vectors.forEach((vector, row) => {
    if (vector.length !== dimension || dimension === 0) {
      throw new DatasetError(
        'DATASET_BAD_FILE',
        `${shown}: ${paths[row]}/embeddings has ${vector.length} numbers; expected ${dimension || 1024}`,
        { file: shown },
      );
    }
    joined.set(vector, row * dimension);
  });
  const kept = withoutRepetitions(
    paths.map((one) => hdf5.text(`${one}/txt`)),
    joined,
    dimension,
  );
  if (kept.captions.length === 0) {
    throw new DatasetError('DATASET_BAD_CAPTIONS', `${shown}: ${first}/txt is empty; expected a caption`, {
      file: shown,
    });
  }
  const id = `${at.group}/${at.image}`;
  return {
    id,
    name: id,
    className: hdf5.text(`${first}/class`),
    style: 'hdf5',
    captions: kept.captions,
    derived: 0,
    flippable: true,
    picture: { kind: 'encoded', read: () => hdf5.bytes(`${first}/img`) },
    file: `${first}/img`,
    split: at.split,
    embeddings: kept.vectors,
  };
};

const readContent = async (file: string): Promise<SourceContent> => {
  const hdf5 = await openHdf5(file);
  try {
    const entries: SourceEntry[] = [];
    for (const [group, split] of SPLITS) {
      const names = hdf5.list(group);
      if (names === null && split === 'validation') continue;
      if (names === null) throw notFound(`${file}: the group ${group}`, 'the groups train, valid and test');
      for (const [image, groups] of byImage(names, file, group)) {
        entries.push(readEntry(hdf5, file, { group, split, image, names: groups }));
      }
    }
    const [first] = entries;
    const dimension = first ? (first.embeddings?.length ?? 0) / first.captions.length : 0;
    // Only now is the file closed for good: pictures are fetched while the pack is built.
    return { entries, skipped: [], embeddingDimension: dimension, close: () => hdf5.close() };
  } catch (error) {
    hdf5.close();
    throw error;
  }
};

/** @throws DatasetError DATASET_NOT_FOUND; on reading DATASET_BAD_FILE, DATASET_BAD_CAPTIONS, DATASET_SPLIT_OVERLAP */
export const hdf5Source = async (spec: Extract<DatasetSpec, { name: 'hdf5' }>): Promise<DatasetSource> => {
  const imageSize = spec.imageSize ?? 64;
  const fit = spec.crop ?? 'stretch';
  const file = await realpath(spec.path).catch((cause: unknown) => {
    throw notFound(spec.path, 'a file such as birds.hdf5', cause);
  });
  const found = await stat(file);
  if (!found.isFile())
    throw notFound(file, 'a file such as birds.hdf5, not a folder', new Error('it is a folder'));
  return {
    name: 'hdf5',
    title: path.basename(file),
    imageSize,
    recordSize: croppedFrom(imageSize),
    fit,
    splitBy: 'set',
    key: sha256(JSON.stringify([file, imageSize, fit, found.size, found.mtimeMs])),
    licences: [
      {
        covers: 'pictures and captions',
        licence: 'that of the set that they are from',
        attribution: path.basename(file),
      },
    ],
    notes: [
      'Five captions a picture with their char-CNN-RNN vectors; text_encoder "precomputed" uses those.',
    ],
    origin: file,
    read: () => readContent(file),
  };
};
