/** A user's own data: a folder of pictures and one captions file, whose names are followed inside the folder only. */
import path from 'node:path';
import { DatasetError } from '../../data.error.ts';
import { croppedFrom, type DatasetSource, type SourceEntry } from '../../dataset.source.ts';
import type { DatasetSpec, SkippedFile } from '../../dataset.type.ts';
import { sha256 } from '../../digest.hash.ts';
import { type Located, locate, mapSome, readOptionalText, realFolder, tidyPath } from '../safe.path.ts';
import { type CaptionedFile, parseCaptions } from './folder.captions.ts';

const readCaptions = async (folder: string): Promise<{ source: string; files: CaptionedFile[] }> => {
  const kinds = ['jsonl', 'csv'] as const;
  const found = await Promise.all(
    kinds.map(async (kind) => {
      const source = path.join(folder, `captions.${kind}`);
      return { kind, source, content: await readOptionalText(source, 'a readable captions file') };
    }),
  );
  const present = found.filter((candidate) => candidate.content !== null);
  const [only, another] = present;
  if (only === undefined) {
    throw new DatasetError(
      'DATASET_NOT_FOUND',
      `${folder}: no captions.jsonl and no captions.csv; expected one`,
      {
        file: folder,
      },
    );
  }
  if (another !== undefined) {
    throw new DatasetError(
      'DATASET_BAD_CAPTIONS',
      `${folder}: captions.jsonl and captions.csv; expected only one`,
      {
        file: another.source,
      },
    );
  }
  return { source: only.source, files: parseCaptions(only.source, only.kind, only.content ?? '') };
};

type Found = CaptionedFile & Located;

const entryOf = ({ file, captions, className }: CaptionedFile, real: string): SourceEntry => {
  const id = tidyPath(file);
  return {
    id,
    name: id,
    className: className ?? id,
    style: 'folder',
    captions,
    derived: 0,
    flippable: true,
    picture: { kind: 'file', path: real },
    file: id,
  };
};

const checkOnce = (source: string, located: readonly Found[]): void => {
  const lines = new Map<string, number>();
  for (const { file, line } of located) {
    const id = tidyPath(file);
    const earlier = lines.get(id);
    if (earlier !== undefined) {
      throw new DatasetError(
        'DATASET_BAD_CAPTIONS',
        `${source}:${line}: ${JSON.stringify(file)} is the file of line ${earlier} under another spelling; expected one`,
        { file: source, line },
      );
    }
    lines.set(id, line);
  }
};

const locateAll = async (root: string, source: string, files: readonly CaptionedFile[]): Promise<Found[]> => {
  const located = await mapSome(files, async (captioned) => ({
    ...captioned,
    ...(await locate(root, { file: captioned.file, source, line: captioned.line })),
  }));
  checkOnce(source, located);
  return located;
};

/**
 * Records are stored at imageSize * 76 / 64, so that each batch crops anew out of them as the reference does.
 * A picture without a class is a class of its own: then pairs are matched by instance, as the paper does for COCO.
 * @throws DatasetError DATASET_NOT_FOUND, DATASET_BAD_CAPTIONS, DATASET_UNSAFE_PATH
 */
export const folderSource = async (
  spec: Extract<DatasetSpec, { name: 'folder' }>,
): Promise<DatasetSource> => {
  const imageSize = spec.imageSize ?? 64;
  const root = await realFolder(spec.path, 'a folder with images and captions.jsonl or captions.csv');
  const { source, files } = await readCaptions(root);
  const located = await locateAll(root, source, files);
  const identity = located.map(({ file, captions, className, stamp }) => [file, captions, className, stamp]);
  const entries = located.flatMap((found) => (found.real === null ? [] : [entryOf(found, found.real)]));
  const skipped: SkippedFile[] = located
    .filter(({ real }) => real === null)
    .map(({ file, stamp }) => ({ file: tidyPath(file), reason: stamp }));
  return {
    name: 'folder',
    title: path.basename(root),
    imageSize,
    recordSize: croppedFrom(imageSize),
    fit: spec.crop ?? 'centre',
    splitBy: 'names',
    key: sha256(JSON.stringify([imageSize, spec.crop ?? 'centre', identity])),
    licences: [],
    notes: ['Captions are as given, lower-cased and without repetitions.'],
    origin: root,
    read: async () => ({ entries, skipped }),
  };
};
