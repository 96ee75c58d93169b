/**
 * What CUB-200-2011 says of each picture beside its class: images.txt (`ID FILE`), bounding_boxes.txt
 * (`ID LEFT TOP WIDTH HEIGHT`), parts/parts.txt (`ID NAME`) and parts/part_locs.txt (`ID PART X Y VISIBLE`).
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DatasetError } from '../../data.error.ts';
import type { Box } from '../../dataset.source.ts';
import { linesOf } from '../captioned/class.lists.ts';
import { locate, requireFile } from '../safe.path.ts';

type Points = (readonly [x: number, y: number] | null)[];

export interface Annotations {
  /** By the picture's path below images/. */
  boxes: ReadonlyMap<string, Box> | null;
  parts: readonly string[] | null;
  poses: ReadonlyMap<string, Points>;
}

export interface AnnotationFiles {
  images: string;
  boxes: string | null;
  parts: string | null;
  partLocations: string | null;
  stamps: readonly string[];
}

const bad = (file: string, line: number, complaint: string): DatasetError =>
  new DatasetError('DATASET_BAD_FILE', `${file}:${line}: ${complaint}`, { file, line });

/** Rows of `columns` fields between spaces; the last field may hold spaces. */
const readRows = async (
  file: string,
  columns: readonly string[],
): Promise<{ fields: string[]; line: number }[]> => {
  const text = await readFile(file, 'utf8');
  return linesOf(text).map(({ text: row, line }) => {
    const fields = row.split(/\s+/);
    if (fields.length < columns.length) {
      throw bad(
        file,
        line,
        `${JSON.stringify(row)} has ${fields.length} fields; expected ${columns.join(' ')}`,
      );
    }
    const last = fields.slice(columns.length - 1).join(' ');
    return { fields: [...fields.slice(0, columns.length - 1), last], line };
  });
};

const numberIn = (file: string, line: number, field: string | undefined): number => {
  const value = Number(field);
  if (Number.isFinite(value) && field !== undefined) return value;
  throw bad(file, line, `${JSON.stringify(field)} is no number`);
};

/**
 * Where the files are. Without parts there are no poses; `boxed` insists on the boxes.
 * @throws DatasetError DATASET_NOT_FOUND
 */
export const findAnnotations = async (root: string, boxed: boolean): Promise<AnnotationFiles | null> => {
  const at = (file: string) => locate(root, { file, source: root });
  if (boxed) {
    await requireFile(root, 'images.txt', "the pictures' ids, ID FILE a line, for the crop by boxes");
    await requireFile(root, 'bounding_boxes.txt', 'ID LEFT TOP WIDTH HEIGHT a line, for the crop by boxes');
  }
  const [images, boxes, parts, partLocations] = await Promise.all([
    at('images.txt'),
    at('bounding_boxes.txt'),
    at(path.join('parts', 'parts.txt')),
    at(path.join('parts', 'part_locs.txt')),
  ]);
  if (images.real === null) return null;
  return {
    images: images.real,
    boxes: boxed ? boxes.real : null,
    parts: parts.real,
    partLocations: partLocations.real,
    stamps: [images, boxes, parts, partLocations].map(({ stamp }) => stamp),
  };
};

const readBoxes = async (file: string, nameOf: ReadonlyMap<string, string>): Promise<Map<string, Box>> => {
  const boxes = new Map<string, Box>();
  for (const { fields, line } of await readRows(file, ['ID', 'LEFT', 'TOP', 'WIDTH', 'HEIGHT'])) {
    const [id = '', ...rest] = fields;
    const [left = 0, top = 0, width = 0, height = 0] = rest.map((field) => numberIn(file, line, field));
    boxes.set(nameOf.get(id) ?? '', { left, top, width, height });
  }
  return boxes;
};

const readPoses = async (
  partsFile: string,
  locationsFile: string,
  nameOf: ReadonlyMap<string, string>,
): Promise<Pick<Annotations, 'parts' | 'poses'>> => {
  const rows = await readRows(partsFile, ['ID', 'NAME']);
  const placeOf = new Map(rows.map(({ fields }, place) => [fields[0] ?? '', place]));
  const poses = new Map<string, Points>();
  for (const { fields, line } of await readRows(locationsFile, ['ID', 'PART', 'X', 'Y', 'VISIBLE'])) {
    const [id = '', part = '', x, y, visible] = fields;
    const place = placeOf.get(part);
    if (place === undefined) throw bad(locationsFile, line, `there is no part ${part} in parts.txt`);
    const name = nameOf.get(id) ?? '';
    const points = poses.get(name) ?? rows.map(() => null);
    points[place] =
      visible === '1' ? [numberIn(locationsFile, line, x), numberIn(locationsFile, line, y)] : null;
    poses.set(name, points);
  }
  return { parts: rows.map(({ fields }) => fields[1] ?? ''), poses };
};

/** @throws DatasetError DATASET_BAD_FILE with file and line */
export const readAnnotations = async (files: AnnotationFiles): Promise<Annotations> => {
  const rows = await readRows(files.images, ['ID', 'FILE']);
  const nameOf = new Map(rows.map(({ fields }) => [fields[0] ?? '', fields[1] ?? '']));
  const marked =
    files.parts !== null && files.partLocations !== null
      ? await readPoses(files.parts, files.partLocations, nameOf)
      : { parts: null, poses: new Map<string, Points>() };
  return { boxes: files.boxes === null ? null : await readBoxes(files.boxes, nameOf), ...marked };
};

/** StackGAN's square around a bird: centred on its box, one and a half times its longer side (misc/utils.py custom_crop). */
export const cropAround = ({ left, top, width, height }: Box): Box => {
  const x = Math.trunc((2 * left + width) / 2);
  const y = Math.trunc((2 * top + height) / 2);
  const reach = Math.trunc(Math.max(width, height) * 0.75);
  return { left: x - reach, top: y - reach, width: 2 * reach, height: 2 * reach };
};
