/**
 * MS-COCO (Lin et al. 2014): annotations/captions_train2014.json and captions_val2014.json, with the pictures in
 * train2014/ and val2014/ (or below images/). Any year's names do, since the annotations name the files. A picture
 * is a class of its own, so that pairs are matched by instance, as the paper does here.
 */
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { uniqueCaptions } from '../../caption.rule.ts';
import { DatasetError, reasonOf } from '../../data.error.ts';
import {
  croppedFrom,
  type DatasetSource,
  type SourceContent,
  type SourceEntry,
} from '../../dataset.source.ts';
import type { DatasetSpec, SkippedFile, Split } from '../../dataset.type.ts';
import { sha256 } from '../../digest.hash.ts';
import { isFolder, type Located, locate, mapSome, notFound, realFolder, requireFile } from '../safe.path.ts';

const EXPECTED =
  'the folder of MS-COCO: annotations/captions_train2014.json, train2014/COCO_train2014_000000000009.jpg';

/** What of a captions file is read; it says much more. */
const captionsFile = z.object({
  images: z.array(z.object({ id: z.int(), file_name: z.string().min(1) })),
  annotations: z.array(z.object({ image_id: z.int(), caption: z.string() })),
});

const ANNOTATIONS = /^captions_(train|val)(\d{4})\.json$/;
const SPLITS: Readonly<Record<string, Split>> = { train: 'train', val: 'validation' };

interface Part {
  /** `train2014`, also the pictures' folder. */
  name: string;
  split: Split;
  file: string;
  stamp: string;
}

interface Picture {
  id: string;
  file: string;
  split: Split;
  captions: string[];
  located: Located;
}

const listParts = async (root: string): Promise<Part[]> => {
  const folder = path.join(root, 'annotations');
  const names = await readdir(folder).catch((cause: unknown) => {
    throw notFound(folder, 'captions_train2014.json in it', cause);
  });
  const parts: Part[] = [];
  for (const name of names.sort()) {
    const [, half = '', year = ''] = ANNOTATIONS.exec(name) ?? [];
    const split = SPLITS[half];
    if (split === undefined) continue;
    const { real, stamp } = await requireFile(root, `annotations/${name}`, 'captions in JSON');
    parts.push({ name: `${half}${year}`, split, file: real, stamp });
  }
  if (parts.some((part) => part.split === 'train')) return parts;
  throw notFound(path.join(folder, 'captions_train2014.json'), 'the captions of the training pictures');
};

const parsePart = async ({ file }: Part): Promise<z.infer<typeof captionsFile>> => {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new DatasetError('DATASET_BAD_CAPTIONS', `${file}: not JSON (${reasonOf(cause)})`, { file, cause });
  }
  const parsed = captionsFile.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DatasetError(
    'DATASET_BAD_CAPTIONS',
    `${file}: ${issue?.path.join('.') || 'the file'}: ${issue?.message}; expected {"images": [{"id", "file_name"}], "annotations": [{"image_id", "caption"}]}`,
    { file, cause: parsed.error },
  );
};

const folderOf = async (root: string, { name }: Part): Promise<string> => {
  for (const folder of [name, `images/${name}`]) if (await isFolder(path.join(root, folder))) return folder;
  throw notFound(path.join(root, name), `the pictures of ${name}`);
};

const bad = (file: string, complaint: string): DatasetError =>
  new DatasetError('DATASET_BAD_CAPTIONS', `${file}: ${complaint}`, { file });

const readPart = async (root: string, part: Part): Promise<Picture[]> => {
  const { images, annotations } = await parsePart(part);
  const folder = await folderOf(root, part);
  const texts = new Map<number, string[]>(images.map(({ id }) => [id, []]));
  if (texts.size < images.length) throw bad(part.file, 'two images have one id; expected an id each');
  for (const { image_id: id, caption } of annotations) {
    const known = texts.get(id);
    if (known === undefined)
      throw bad(part.file, `a caption is of image ${id}, which "images" does not list`);
    known.push(caption);
  }
  return mapSome(images, async ({ id, file_name: name }) => {
    const file = path.posix.join(folder, name);
    const captions = uniqueCaptions(texts.get(id) ?? []);
    if (captions.length === 0) throw bad(part.file, `${name} has no caption; expected about five`);
    // The name alone first: joined, a `..` would be folded away.
    await locate(path.join(root, folder), { file: name, source: part.file });
    const located = await locate(root, { file, source: part.file });
    return { id: `${part.name}/${name}`, file, split: part.split, captions, located };
  });
};

const entryOf = ({ id, file, split, captions, located }: Picture): SourceEntry => ({
  id,
  name: id,
  className: id,
  style: 'coco',
  captions,
  derived: 0,
  flippable: true,
  picture: { kind: 'file', path: located.real ?? '' },
  file,
  split,
});

const readContent = async (root: string, parts: readonly Part[]): Promise<SourceContent> => {
  const pictures: Picture[] = [];
  for (const part of parts) pictures.push(...(await readPart(root, part)));
  const skipped: SkippedFile[] = pictures
    .filter(({ located }) => located.real === null)
    .map(({ file, located }) => ({ file, reason: located.stamp }));
  return { entries: pictures.filter(({ located }) => located.real !== null).map(entryOf), skipped };
};

/**
 * A pack is found by the annotations alone (looking up 120,000 pictures would take longer than reading it): who
 * replaces pictures touches an annotation file, too.
 * @throws DatasetError DATASET_NOT_FOUND; on reading DATASET_BAD_CAPTIONS, DATASET_UNSAFE_PATH
 */
export const cocoSource = async (
  spec: Extract<DatasetSpec, { name: 'oxford-102' | 'coco' | 'stackgan' }>,
): Promise<DatasetSource> => {
  const imageSize = spec.imageSize ?? 64;
  const fit = spec.crop ?? 'stretch';
  const root = await realFolder(spec.path, EXPECTED);
  const parts = await listParts(root);
  const identity = parts.map(({ name, stamp }) => [name, stamp]);
  return {
    name: 'coco',
    title: 'MS-COCO captions',
    imageSize,
    recordSize: croppedFrom(imageSize),
    fit,
    splitBy: 'set',
    key: sha256(JSON.stringify([root, imageSize, fit, identity])),
    licences: [
      {
        covers: 'pictures',
        licence: "Flickr's terms; each photograph has a licence of its own",
        attribution: 'Lin et al.: Microsoft COCO: Common Objects in Context (2014)',
      },
      { covers: 'captions', licence: 'CC-BY-4.0', attribution: 'COCO Consortium' },
    ],
    notes: [
      'About five captions a picture, as written by people.',
      'A picture is a class of its own: pairs are matched by instance.',
      `Validation is ${
        parts
          .filter(({ split }) => split === 'validation')
          .map(({ name }) => name)
          .join(', ') || 'empty'
      }.`,
    ],
    origin: root,
    read: () => readContent(root, parts),
  };
};
