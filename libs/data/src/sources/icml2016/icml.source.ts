/**
 * The text features that were released with the paper (github.com/reedscot/icml2016): a .t7 file a picture, in its
 * class's folder (COCO's all in one, icml.flat.ts), a table of `img` (the picture's path), `txt` [captions, 1024] (vectors of the char-CNN-RNN) and
 * `char` (the captions' characters as numbers). The pictures come from the sets themselves.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { normaliseCaption } from '../../caption.rule.ts';
import { DatasetError } from '../../data.error.ts';
import {
  croppedFrom,
  type DatasetSource,
  type SourceContent,
  type SourceEntry,
} from '../../dataset.source.ts';
import type { DatasetSpec, SkippedFile, Split } from '../../dataset.type.ts';
import { sha256 } from '../../digest.hash.ts';
import { inFile } from '../../formats/format.error.ts';
import { isTorchTensor, readT7, type TorchTensor } from '../../formats/t7.reader.ts';
import { withoutRepetitions } from '../embedded.captions.ts';
import { locate, mapSome, notFound, realFolder } from '../safe.path.ts';
import { textOfColumns } from './icml.alphabet.ts';
import { readIcmlClasses } from './icml.classes.ts';
import { isFeatureFile, isFlat, splitOfPicture } from './icml.flat.ts';

const EXPECTED =
  'the folder of the released features: CLASS/IMAGE.t7 with allclasses.txt and trainvalids.txt, or trainclasses.txt, valclasses.txt and testclasses.txt; of COCO IMAGE.t7 alone';

interface FeatureFile {
  /** Null where files lie flat: the picture is its own class, and its name tells the split. */
  of: { className: string; split: Split } | null;
  /** `CLASS/IMAGE.t7`, or `IMAGE.t7` */
  file: string;
  real: string;
  stamp: string;
}

interface Features {
  img: string;
  /** [n, T] */
  txt: TorchTensor;
  captions: string[];
}

const bad = (file: string, complaint: string): DatasetError =>
  new DatasetError('DATASET_BAD_FILE', `${file}: ${complaint}`, { file });

/** `char` is [length, n]: a column a caption. Without it a picture's captions are unknown. */
const captionsOf = (chars: TorchTensor, count: number, file: string): string[] => {
  const [length = 0, columns = 0] = chars.shape;
  if (chars.shape.length !== 2 || columns !== count) {
    throw bad(file, `char is ${chars.shape.join('x')} beside ${count} vectors; expected 201x${count}`);
  }
  return Array.from({ length: count }, (_, caption) =>
    normaliseCaption(
      textOfColumns(Array.from({ length }, (__, at) => chars.values[at * columns + caption] ?? 0)),
    ),
  );
};

/** @throws DatasetError DATASET_BAD_FILE */
export const readFeatures = async (real: string, file: string): Promise<Features> => {
  const table = await inFile(file, async () => readT7(await readFile(real)));
  if (!(table instanceof Map)) throw bad(file, 'it is no table; expected {img, txt, char}');
  const [img, txt, chars] = ['img', 'txt', 'char'].map((key) => table.get(key));
  if (typeof img !== 'string') throw bad(file, "img is no text; expected the picture's path");
  if (!isTorchTensor(txt) || txt.shape.length !== 2 || txt.values.length === 0) {
    throw bad(file, 'txt is no matrix; expected [captions, 1024] numbers');
  }
  const count = txt.shape[0] ?? 0;
  if (chars !== undefined && chars !== null && !isTorchTensor(chars)) throw bad(file, 'char is no matrix');
  return { img, txt, captions: isTorchTensor(chars) ? captionsOf(chars, count, file) : [] };
};

/** The class as words: `001.Black_footed_Albatross` is a black footed albatross. */
export const wordsOfClass = (className: string): string =>
  normaliseCaption(className.replace(/^\d+\./, '').replaceAll('_', ' '));

const listFolder = async (root: string, of: FeatureFile['of']): Promise<FeatureFile[]> => {
  const folder = of ? path.join(root, of.className) : root;
  const names = await readdir(folder).catch((cause: unknown) => {
    throw notFound(folder, `the .t7 files of the class ${of?.className}`, cause);
  });
  return mapSome(names.filter(isFeatureFile).sort(), async (name) => {
    const file = of ? `${of.className}/${name}` : name;
    const { real, stamp } = await locate(root, { file, source: root });
    if (real === null) throw notFound(path.join(root, file), 'a .t7 file');
    return { of, file, real, stamp };
  });
};

/** The feature files, and what else of the folder decides about them. */
const listFeatures = async (root: string): Promise<{ features: FeatureFile[]; stamp: string }> => {
  if (await isFlat(root)) return { features: await listFolder(root, null), stamp: 'flat' };
  const { splits, stamp } = await readIcmlClasses(root);
  const features: FeatureFile[] = [];
  for (const [className, split] of splits) features.push(...(await listFolder(root, { className, split })));
  return { features, stamp };
};

const readEntry = async (feature: FeatureFile, images: string): Promise<SourceEntry | SkippedFile> => {
  const { of, file, real } = feature;
  const { img, txt, captions } = await readFeatures(real, file);
  const located = await locate(images, { file: img, source: file });
  if (located.real === null) return { file: img, reason: located.stamp };
  const vectors = txt.values instanceof Float32Array ? txt.values : Float32Array.from(txt.values);
  const words = captions.every((caption) => caption.length > 0) ? captions : [];
  const kept = withoutRepetitions(words, vectors, txt.shape[1] ?? 0);
  const known = kept.captions.length > 0;
  if (!known && !of) throw bad(file, 'char holds no captions; expected them, for there is no class to name');
  const id = file.slice(0, -'.t7'.length);
  const className = of?.className ?? id;
  return {
    id,
    name: id,
    className,
    style: 'icml2016',
    captions: known ? kept.captions : [wordsOfClass(className)],
    derived: known ? 0 : 1,
    flippable: true,
    picture: { kind: 'file', path: located.real },
    file: img,
    split: of?.split ?? splitOfPicture(img),
    embeddings: kept.vectors,
  };
};

const readContent = async (features: readonly FeatureFile[], images: string): Promise<SourceContent> => {
  const read = await mapSome(features, (feature) => readEntry(feature, images));
  const entries = read.filter((one): one is SourceEntry => 'id' in one);
  const [first] = features;
  const dimension = first ? (await readFeatures(first.real, first.file)).txt.shape[1] : undefined;
  return {
    entries,
    skipped: read.filter((one): one is SkippedFile => !('id' in one)),
    ...(dimension === undefined ? {} : { embeddingDimension: dimension }),
  };
};

/** @throws DatasetError DATASET_NOT_FOUND, DATASET_SPLIT_OVERLAP; on reading DATASET_BAD_FILE, DATASET_UNSAFE_PATH */
export const icmlSource = async (
  spec: Extract<DatasetSpec, { name: 'icml2016' }>,
): Promise<DatasetSource> => {
  const imageSize = spec.imageSize ?? 64;
  const fit = spec.crop ?? 'stretch';
  const root = await realFolder(spec.path, EXPECTED);
  const images = await realFolder(
    spec.images ?? path.join(root, 'images'),
    "the pictures that the .t7 files name; without dataset_images, images/ beside the classes' folders",
  );
  const { features, stamp } = await listFeatures(root);
  const identity = features.map((feature) => [feature.file, feature.stamp]);
  return {
    name: 'icml2016',
    title: 'Released features of Reed et al. 2016',
    imageSize,
    recordSize: croppedFrom(imageSize),
    fit,
    splitBy: 'set',
    key: sha256(JSON.stringify([imageSize, fit, images, stamp, identity])),
    licences: [
      {
        covers: 'text vectors',
        licence: 'see the archive that they came in',
        attribution:
          'Reed, Akata, Yan, Logeswaran, Schiele, Lee: Generative Adversarial Text to Image Synthesis (2016)',
      },
      { covers: 'pictures', licence: 'that of the set that they are from', attribution: images },
    ],
    notes: ['Text vectors are those released with the paper; text_encoder "precomputed" uses them.'],
    origin: root,
    read: () => readContent(features, images),
  };
};
