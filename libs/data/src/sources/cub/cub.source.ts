/**
 * Caltech-UCSD Birds 200-2011 (Wah et al. 2011) as people have it on their disks: its images/, with text_c10/ and the
 * class lists of Reed et al. beside them. StackGAN's layout, where images/ stands in CUB_200_2011/, is found too.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { DatasetError } from '../../data.error.ts';
import { croppedFrom, type DatasetSource, type SourceContent } from '../../dataset.source.ts';
import type { DatasetSpec, Split } from '../../dataset.type.ts';
import { sha256 } from '../../digest.hash.ts';
import {
  type CaptionedPicture,
  locatePictures,
  type NamedPicture,
  readPictures,
  stampsOf,
} from '../captioned/captioned.pictures.ts';
import { readClassLists } from '../captioned/class.lists.ts';
import { isFolder, notFound, realFolder } from '../safe.path.ts';
import { type AnnotationFiles, cropAround, findAnnotations, readAnnotations } from './cub.annotations.ts';

const EXPECTED =
  'the folder of CUB-200-2011: images/CLASS/IMAGE.jpg, text_c10/CLASS/IMAGE.txt, trainclasses.txt, valclasses.txt, testclasses.txt';

const PICTURE = /\.(jpe?g|png)$/i;

const listClass = async (
  root: string,
  images: string,
  className: string,
  split: Split,
): Promise<NamedPicture[]> => {
  const folder = path.join(root, images, className);
  const names = await readdir(folder).catch((cause: unknown) => {
    throw notFound(folder, `the pictures of the class ${className}, which the class lists name`, cause);
  });
  return names
    .filter((name) => PICTURE.test(name))
    .sort()
    .map((name) => ({
      className,
      split,
      stem: path.parse(name).name,
      file: path.posix.join(images, className, name),
    }));
};

const readContent = async (
  pictures: readonly CaptionedPicture[],
  files: AnnotationFiles | null,
): Promise<SourceContent> => {
  const annotations = files === null ? null : await readAnnotations(files);
  const hiddenAll = annotations?.parts?.map(() => null);
  const content = await readPictures(pictures, 'cub', ({ className, file }) => {
    const name = `${className}/${path.posix.basename(file)}`;
    const box = annotations?.boxes?.get(name);
    if (annotations?.boxes && box === undefined) {
      throw new DatasetError(
        'DATASET_BAD_FILE',
        `${files?.boxes}: no box for ${name}; expected one for each picture`,
        { file: files?.boxes ?? '' },
      );
    }
    const pose = annotations?.poses.get(name) ?? hiddenAll;
    return { ...(box ? { box: cropAround(box) } : {}), ...(pose ? { pose } : {}) };
  });
  return { ...content, ...(annotations?.parts ? { poseParts: annotations.parts } : {}) };
};

/**
 * @throws DatasetError DATASET_NOT_FOUND for a folder, list or caption file; DATASET_SPLIT_OVERLAP,
 * DATASET_UNSAFE_PATH; on reading DATASET_BAD_CAPTIONS, DATASET_BAD_FILE
 */
export const cubSource = async (spec: Extract<DatasetSpec, { name: 'cub' }>): Promise<DatasetSource> => {
  const imageSize = spec.imageSize ?? 64;
  const crop = spec.crop ?? 'stretch';
  const root = await realFolder(spec.path, EXPECTED);
  const { splits, stamp } = await readClassLists(root);
  const own = (await isFolder(path.join(root, 'CUB_200_2011', 'images'))) ? 'CUB_200_2011' : '';
  const named: NamedPicture[] = [];
  for (const [className, split] of splits) {
    named.push(...(await listClass(root, path.posix.join(own, 'images'), className, split)));
  }
  const pictures = await locatePictures(root, named);
  const files = await findAnnotations(path.join(root, own), crop === 'box');
  return {
    name: 'cub',
    title: 'Caltech-UCSD Birds 200-2011',
    imageSize,
    recordSize: croppedFrom(imageSize),
    fit: crop === 'centre' ? 'centre' : 'stretch',
    splitBy: 'set',
    key: sha256(JSON.stringify([imageSize, crop, stamp, files?.stamps ?? null, stampsOf(pictures)])),
    licences: [
      {
        covers: 'pictures',
        licence: 'non-commercial research; the photographs belong to their photographers',
        attribution:
          'Wah, Branson, Welinder, Perona, Belongie: The Caltech-UCSD Birds-200-2011 Dataset (2011)',
      },
      {
        covers: 'captions',
        licence: 'see the archive that they came in',
        attribution:
          'Reed, Akata, Lee, Schiele: Learning Deep Representations of Fine-Grained Visual Descriptions (2016)',
      },
    ],
    notes: [
      'Ten captions a picture, as written by people.',
      crop === 'box'
        ? "Cropped to one and a half times the longer side of the bird's box, as StackGAN does."
        : 'The whole picture.',
    ],
    origin: root,
    read: () => readContent(pictures, files),
  };
};
