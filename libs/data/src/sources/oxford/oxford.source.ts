/**
 * Oxford-102 flowers (Nilsback and Zisserman 2008): jpg/image_00001.jpg with imagelabels.mat, and text_c10/ with the
 * class lists of Reed et al. The split is theirs, by class; setid.mat splits pictures of every class and is not read.
 */
import { readFile } from 'node:fs/promises';
import { DatasetError } from '../../data.error.ts';
import { croppedFrom, type DatasetSource } from '../../dataset.source.ts';
import type { DatasetSpec, Split } from '../../dataset.type.ts';
import { sha256 } from '../../digest.hash.ts';
import { readMat } from '../../formats/mat.reader.ts';
import { inFile } from '../../formats/format.error.ts';
import {
  locatePictures,
  type NamedPicture,
  readPictures,
  stampsOf,
} from '../captioned/captioned.pictures.ts';
import { readClassLists } from '../captioned/class.lists.ts';
import { realFolder, requireFile } from '../safe.path.ts';

const EXPECTED =
  'the folder of Oxford-102: jpg/image_00001.jpg, imagelabels.mat, text_c10/class_00001/image_00001.txt, trainclasses.txt, valclasses.txt, testclasses.txt';

const LABELS = 'imagelabels.mat';

const padded = (value: number): string => String(value).padStart(5, '0');

/** The class of picture i + 1, 1 to 102. @throws DatasetError DATASET_BAD_FILE */
const readLabels = async (file: string): Promise<number[]> => {
  const arrays = await inFile(file, async () => readMat(await readFile(file)));
  const labels = arrays.get('labels');
  if (labels === undefined) {
    throw new DatasetError(
      'DATASET_BAD_FILE',
      `${file}: it holds ${[...arrays.keys()].join(', ') || 'nothing'}; expected an array named labels`,
      { file },
    );
  }
  const values = [...labels.values];
  const wrong = values.findIndex((label) => !Number.isInteger(label) || label < 1 || label > 99_999);
  if (wrong < 0 && values.length > 0) return values;
  throw new DatasetError(
    'DATASET_BAD_FILE',
    `${file}: label ${wrong + 1} is ${values[wrong]}; expected a class's number from 1 on`,
    { file },
  );
};

const namePictures = (
  labels: readonly number[],
  splits: ReadonlyMap<string, Split>,
  file: string,
): NamedPicture[] =>
  labels.map((label, index) => {
    const className = `class_${padded(label)}`;
    const split = splits.get(className);
    if (split === undefined) {
      throw new DatasetError(
        'DATASET_BAD_FILE',
        `${file}: picture ${index + 1} is of ${className}, which none of trainclasses.txt, valclasses.txt and testclasses.txt lists`,
        { file },
      );
    }
    const stem = `image_${padded(index + 1)}`;
    return { className, split, stem, file: `jpg/${stem}.jpg` };
  });

/** @throws DatasetError DATASET_NOT_FOUND, DATASET_BAD_FILE, DATASET_SPLIT_OVERLAP; on reading DATASET_BAD_CAPTIONS */
export const oxfordSource = async (
  spec: Extract<DatasetSpec, { name: 'oxford-102' | 'coco' | 'stackgan' }>,
): Promise<DatasetSource> => {
  const imageSize = spec.imageSize ?? 64;
  const fit = spec.crop ?? 'stretch';
  const root = await realFolder(spec.path, EXPECTED);
  const labelled = await requireFile(root, LABELS, "the pictures' classes, a MAT file with the array labels");
  const { splits, stamp } = await readClassLists(root);
  const pictures = await locatePictures(
    root,
    namePictures(await readLabels(labelled.real), splits, labelled.real),
  );
  return {
    name: 'oxford-102',
    title: 'Oxford-102 flowers',
    imageSize,
    recordSize: croppedFrom(imageSize),
    fit,
    splitBy: 'set',
    key: sha256(JSON.stringify([imageSize, fit, stamp, labelled.stamp, stampsOf(pictures)])),
    licences: [
      {
        covers: 'pictures',
        licence: 'none stated; research use, the photographs belong to their photographers',
        attribution:
          'Nilsback, Zisserman: Automated flower classification over a large number of classes (2008)',
      },
      {
        covers: 'captions',
        licence: 'see the archive that they came in',
        attribution:
          'Reed, Akata, Lee, Schiele: Learning Deep Representations of Fine-Grained Visual Descriptions (2016)',
      },
    ],
    notes: ['Ten captions a picture, as written by people.', 'Split by class; setid.mat is not used.'],
    origin: root,
    read: () => readPictures(pictures, 'oxford-102'),
  };
};
