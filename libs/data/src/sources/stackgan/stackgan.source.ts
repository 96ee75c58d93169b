/**
 * The pickles that StackGAN and its successors train on (github.com/hanzhanggit/StackGAN, misc/preprocess_birds.py):
 * {train, test}/76images.pickle (a list of [76, 76, 3] bytes), char-CNN-RNN-embeddings.pickle ([captions, 1024] each),
 * filenames.pickle and class_info.pickle. The same pictures in [304, 304, 3], 304images.pickle, stand in for the small ones
 * where those are missing. The captions' texts are not in them; where text_c10/ stands beside, as
 * StackGAN's own loader expects (misc/datasets.py readCaptions), they are read from there.
 */
import { readFile, stat } from 'node:fs/promises';
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
import { inFile } from '../../formats/format.error.ts';
import { type NumpyArray, numbersOf } from '../../formats/numpy.array.ts';
import { readPickle } from '../../formats/pickle.reader.ts';
import { isNumpyArray, pickledText, type PickleValue } from '../../formats/pickle.value.ts';
import { locateCaptions, readRawLines } from '../captioned/caption.lines.ts';
import { withoutRepetitions } from '../embedded.captions.ts';
import { wordsOfClass } from '../icml2016/icml.source.ts';
import { checkName, isFolder, locate, realFolder, requireFile } from '../safe.path.ts';

const EXPECTED =
  'the folder of the pickles: train/76images.pickle (or 304images.pickle), char-CNN-RNN-embeddings.pickle, filenames.pickle, class_info.pickle, and the same in test/';

/** The pictures, the first that is there. */
const IMAGE_FILES = ['76images.pickle', '304images.pickle'] as const;

const OTHER_FILES = ['char-CNN-RNN-embeddings.pickle', 'filenames.pickle', 'class_info.pickle'] as const;

/** What Node reads of a file at once. The 304-pixel pictures of all training birds (2.5 GB) are more. */
const MOST_BYTES = 2 ** 31 - 1;

interface Part {
  split: Split;
  /** Pictures, vectors, names, classes. */
  files: readonly { name: string; real: string; stamp: string }[];
}

const bad = (file: string, complaint: string): DatasetError =>
  new DatasetError('DATASET_BAD_FILE', `${file}: ${complaint}`, { file });

/** A list, or the rows of one array. */
const rowsOf = (value: PickleValue, file: string): (PickleValue | NumpyArray)[] => {
  if (Array.isArray(value)) return value;
  if (!isNumpyArray(value) || value.shape.length === 0) throw bad(file, 'it holds no list; expected one');
  const [count = 0, ...shape] = value.shape;
  const bytes = count === 0 ? 0 : value.bytes.length / count;
  return Array.from({ length: count }, (_, row) => ({
    shape,
    type: value.type,
    bytes: value.bytes.subarray(row * bytes, (row + 1) * bytes),
  }));
};

const readRows = async (file: string): Promise<(PickleValue | NumpyArray)[]> => {
  const { size } = await stat(file);
  if (size > MOST_BYTES) {
    const complaint = `it has ${(size / 1e9).toFixed(1)} GB; expected at most 2.1: use 76images.pickle`;
    throw new DatasetError('DATASET_TOO_LARGE', `${file}: ${complaint}`, { file });
  }
  return rowsOf(await inFile(file, async () => readPickle(await readFile(file))), file);
};

/** `002.Laysan_Albatross/...`'s class is in its name, `jpg/image_00001`'s is a number. */
const classOf = (name: string, label: PickleValue | NumpyArray | undefined, file: string): string => {
  const [folder = '', stem] = name.split('/');
  if (stem !== undefined && folder !== 'jpg') return folder;
  const number = isNumpyArray(label) ? numbersOf(label)[0] : label;
  if (typeof number === 'number' && Number.isInteger(number))
    return `class_${String(number).padStart(5, '0')}`;
  throw bad(file, `the class of ${name} is no number`);
};

const pictureOf = (
  image: PickleValue | NumpyArray | undefined,
  name: string,
  file: string,
): SourceEntry['picture'] => {
  const [height = 0, width = 0, channels] = isNumpyArray(image) ? image.shape : [];
  if (!isNumpyArray(image) || image.type.code !== 'u1' || image.shape.length !== 3 || channels !== 3) {
    throw bad(file, `the picture of ${name} is no [76, 76, 3] or [304, 304, 3] array of bytes`);
  }
  return { kind: 'pixels', height, width, channels, read: () => image.bytes };
};

const vectorsOf = (
  value: PickleValue | NumpyArray | undefined,
  name: string,
  file: string,
): { vectors: Float32Array; dimension: number } => {
  if (!isNumpyArray(value) || value.shape.length < 1 || value.shape.length > 2) {
    throw bad(file, `the text vectors of ${name} are no [captions, 1024] array`);
  }
  return { vectors: Float32Array.from(numbersOf(value)), dimension: value.shape.at(-1) ?? 0 };
};

/** The texts beside the pickles, one for each vector, or none. */
const textsOf = async (root: string, className: string, name: string, count: number): Promise<string[]> => {
  const stem = name.split('/').at(-1) ?? name;
  const lines = await readRawLines(await locateCaptions(root, `text_c10/${className}/${stem}.txt`, name));
  return lines.length === count ? lines : [];
};

const readPart = async (
  root: string,
  { split, files }: Part,
  hasTexts: boolean,
): Promise<{ entries: SourceEntry[]; dimension: number }> => {
  const [imageFile = '', vectorFile = '', nameFile = '', classFile = ''] = files.map(({ real }) => real);
  const [images, vectors, names, labels] = await Promise.all(
    [imageFile, vectorFile, nameFile, classFile].map(readRows),
  );
  const counts = [images, vectors, names, labels].map((rows) => rows?.length ?? 0);
  if (new Set(counts).size > 1) {
    const listed = files.map(({ name }, i) => `${counts[i]} in ${name}`).join(', ');
    throw bad(path.dirname(imageFile), `${listed}; expected one entry a picture in each`);
  }
  const entries: SourceEntry[] = [];
  let dimension = 0;
  for (const [row, pickled] of (names ?? []).entries()) {
    const name = isNumpyArray(pickled) ? null : pickledText(pickled);
    if (name === null) throw bad(nameFile, `name ${row} is no text`);
    checkName({ file: name, source: nameFile });
    const className = classOf(name, labels?.[row], classFile);
    const given = vectorsOf(vectors?.[row], name, vectorFile);
    dimension = given.dimension;
    const texts = hasTexts ? await textsOf(root, className, name, given.vectors.length / dimension) : [];
    const kept = withoutRepetitions(texts, given.vectors, dimension);
    const known = kept.captions.length > 0;
    entries.push({
      id: `${className}/${name.split('/').at(-1)}`,
      name: `${className}/${name.split('/').at(-1)}`,
      className,
      style: 'stackgan',
      captions: known ? kept.captions : [wordsOfClass(className)],
      derived: known ? 0 : 1,
      flippable: true,
      picture: pictureOf(images?.[row], name, imageFile),
      file: `${split}/${name}`,
      split,
      embeddings: kept.vectors,
    });
  }
  return { entries, dimension };
};

const readContent = async (
  root: string,
  parts: readonly Part[],
  hasTexts: boolean,
): Promise<SourceContent> => {
  const read: Awaited<ReturnType<typeof readPart>>[] = [];
  for (const part of parts) read.push(await readPart(root, part, hasTexts));
  return {
    entries: read.flatMap(({ entries }) => entries),
    skipped: [],
    embeddingDimension: read[0]?.dimension ?? 0,
  };
};

/** The first of the pictures' files that is there; a missing one is told of as the first. */
const imageFileIn = async (root: string, folder: string): Promise<string> => {
  for (const name of IMAGE_FILES) {
    const { real } = await locate(root, { file: `${folder}/${name}`, source: root });
    if (real !== null) return name;
  }
  return IMAGE_FILES[0];
};

const findPart = async (root: string, folder: string, split: Split): Promise<Part> => ({
  split,
  files: await Promise.all(
    [await imageFileIn(root, folder), ...OTHER_FILES].map(async (name) => ({
      name,
      ...(await requireFile(root, `${folder}/${name}`, `a pickle of StackGAN's; ${EXPECTED}`)),
    })),
  ),
});

/** @throws DatasetError DATASET_NOT_FOUND; on reading DATASET_BAD_FILE, DATASET_BAD_CAPTIONS, DATASET_TOO_LARGE, DATASET_SPLIT_OVERLAP */
export const stackganSource = async (
  spec: Extract<DatasetSpec, { name: 'oxford-102' | 'coco' | 'stackgan' }>,
): Promise<DatasetSource> => {
  const imageSize = spec.imageSize ?? 64;
  const fit = spec.crop ?? 'stretch';
  const root = await realFolder(spec.path, EXPECTED);
  const parts = [await findPart(root, 'train', 'train'), await findPart(root, 'test', 'test')];
  const hasTexts = await isFolder(path.join(root, 'text_c10'));
  const stamps = parts.flatMap(({ files }) => files.map(({ stamp }) => stamp));
  return {
    name: 'stackgan',
    title: `StackGAN pickles (${path.basename(root)})`,
    imageSize,
    recordSize: croppedFrom(imageSize),
    fit,
    splitBy: 'set',
    key: sha256(JSON.stringify([imageSize, fit, hasTexts, root, stamps])),
    licences: [
      {
        covers: 'pictures and captions',
        licence: 'that of the set that they are from',
        attribution: path.basename(root),
      },
    ],
    notes: [
      hasTexts
        ? 'Captions are those of text_c10/, with the vectors of the pickles.'
        : "The pickles hold vectors and no texts: a picture's only caption is its class's name.",
      'Pictures are as StackGAN stored them, birds cropped around their boxes.',
    ],
    origin: root,
    read: () => readContent(root, parts, hasTexts),
  };
};
