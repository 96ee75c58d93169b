/** The paper's sets, small, in the very formats that people have on their disks. For tests only. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { matFile } from '../formats/mat.fixture.ts';
import { type Picklable, pickleFile } from '../formats/pickle.fixture.ts';
import { t7File } from '../formats/t7.fixture.ts';
import { folderWith, temporaryFolder } from './files.fixture.ts';

export type Files = Record<string, string | Buffer>;

export const birdClasses = [
  '001.Black_footed_Albatross',
  '002.Laysan_Albatross',
  '003.Sooty_Albatross',
  '004.Groove_billed_Ani',
];

export const tenLines = (about: string): string =>
  Array.from({ length: 10 }, (_, i) => `This bird is ${about}, seen ${i} times .`).join('\n');

/** A JPEG whose left half is red and whose right half is blue. */
export const halves = async (width = 40, height = 20): Promise<Buffer> => {
  const pixels = Buffer.alloc(width * height * 3);
  for (let at = 0; at < width * height; at++) pixels[at * 3 + (at % width < width / 2 ? 0 : 2)] = 255;
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toBuffer();
};

/** Two training classes, one for validation, one for testing, two pictures each. */
export const classLists: Files = {
  'trainclasses.txt': `${birdClasses[0]}\n${birdClasses[1]}\n`,
  'valclasses.txt': `${birdClasses[2]}\n`,
  'testclasses.txt': `${birdClasses[3]}\r\n`,
};

export const cubFiles = async (): Promise<Files> => {
  const picture = await halves();
  const names = birdClasses.flatMap((name) => [0, 1].map((i) => `${name}/Bird_${i}`));
  const rows = (row: (id: number, name: string) => string) =>
    names.map((name, i) => row(i + 1, name)).join('\n');
  return {
    ...classLists,
    ...Object.fromEntries(names.map((name) => [`images/${name}.jpg`, picture])),
    ...Object.fromEntries(names.map((name) => [`text_c10/${name}.txt`, `${tenLines(name)}\n`])),
    'images.txt': rows((id, name) => `${id} ${name}.jpg`),
    'bounding_boxes.txt': rows((id) => `${id} 22.0 2.0 16.0 16.0`),
    'parts/parts.txt': '1 back\n2 beak\n3 left eye\n',
    'parts/part_locs.txt': rows((id) => `${id} 1 20.0 10.0 1\n${id} 2 0.0 0.0 0\n${id} 3 40.0 20.0 1`),
  };
};

/** Six pictures in three classes; picture 5 is of class 3. */
export const oxfordLabels = [1, 1, 2, 2, 3, 3];

export const oxfordFiles = async (compressed = true): Promise<Files> => {
  const picture = await halves();
  const names = oxfordLabels.map((label, i) => [`image_0000${i + 1}`, `class_0000${label}`] as const);
  return {
    'imagelabels.mat': Buffer.from(matFile('labels', oxfordLabels, compressed)),
    ...Object.fromEntries(names.map(([image]) => [`jpg/${image}.jpg`, picture])),
    ...Object.fromEntries(names.map(([image, name]) => [`text_c10/${name}/${image}.txt`, tenLines(image)])),
    'trainclasses.txt': 'class_00001\n',
    'valclasses.txt': 'class_00002\n',
    'testclasses.txt': 'class_00003\n',
  };
};

export const cocoCaptions = (year: string, ids: readonly number[]): string =>
  JSON.stringify({
    info: { year: 2014 },
    images: ids.map((id) => ({
      id,
      file_name: `COCO_${year}_${String(id).padStart(12, '0')}.jpg`,
      height: 20,
    })),
    annotations: ids.flatMap((id) =>
      [1, 2, 3, 4, 5].map((n) => ({
        image_id: id,
        id: id * 10 + n,
        caption: `A dog number ${id}, caption ${n}.`,
      })),
    ),
  });

export const cocoFiles = async (): Promise<Files> => {
  const picture = await halves();
  return {
    'annotations/captions_train2014.json': cocoCaptions('train2014', [9, 25, 30]),
    'annotations/captions_val2014.json': cocoCaptions('val2014', [42]),
    'annotations/instances_train2014.json': '{}',
    ...Object.fromEntries(
      [9, 25, 30].map((id) => [`train2014/COCO_train2014_${String(id).padStart(12, '0')}.jpg`, picture]),
    ),
    'val2014/COCO_val2014_000000000042.jpg': picture,
  };
};

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789-,;.!?:\'"/\\|_@#$%^&*~`+-=<>()[]{} ';

/** The released features of a picture: `captions` as characters, and a vector each: [n, 4], row i all i + `shift`. */
export const featureFile = (img: string, captions: readonly string[], shift: number): Buffer => {
  const chars = Array.from({ length: 201 * captions.length }, (_, at) => {
    const character = captions[at % captions.length]?.[Math.floor(at / captions.length)];
    return character === undefined ? 0 : alphabet.lastIndexOf(character) + 1;
  });
  const vectors = captions.flatMap((_, row) => [0, 0, 0, 0].map(() => row + shift));
  return Buffer.from(
    t7File({
      img,
      txt: { kind: 'Float', shape: [captions.length, 4], values: vectors },
      char: { kind: 'Byte', shape: [201, captions.length], values: chars },
    }),
  );
};

export const icmlCaptions = ['a red bird', 'it is red', 'a red bird'];

export const icmlFiles = async (): Promise<Files> => {
  const picture = await halves();
  const names = birdClasses.flatMap((name) => [0, 1].map((i) => `${name}/Bird_${i}`));
  return {
    'allclasses.txt': `${birdClasses.join('\n')}\n`,
    'trainvalids.txt': '1\n2\n3\n',
    ...Object.fromEntries(
      names.map((name, shift) => [`${name}.t7`, featureFile(`${name}.jpg`, icmlCaptions, shift * 10)]),
    ),
    ...Object.fromEntries(names.map((name) => [`images/${name}.jpg`, picture])),
  };
};

/** [side, side, 3], all of one grey. */
export const grey = (level: number, side = 8): Picklable => ({
  code: 'u1',
  shape: [side, side, 3],
  values: Array.from({ length: side * side * 3 }, () => level),
});

export const stackganPart = (
  names: readonly string[],
  classes: readonly number[],
): Record<string, Picklable> => ({
  '76images.pickle': names.map((_, i) => grey(10 * i + 100)),
  'char-CNN-RNN-embeddings.pickle': names.map((_, i) => ({
    code: 'f4' as const,
    shape: [2, 4],
    values: [0, 0, 0, 0, 1, 1, 1, 1].map((value) => value + 10 * i),
  })),
  'filenames.pickle': names,
  'class_info.pickle': classes,
});

export const stackganFiles = (parts: Record<string, Record<string, Picklable>>): Files =>
  Object.fromEntries(
    Object.entries(parts).flatMap(([folder, files]) =>
      Object.entries(files).map(([name, value]) => [`${folder}/${name}`, Buffer.from(pickleFile(value))]),
    ),
  );

export interface Hdf5Example {
  split: string;
  image: string;
  className: string;
  captions: readonly string[];
}

/** As aelnouby's scripts lay them out; pictures are arrays of bytes here, since h5wasm writes no opaque values. */
export const hdf5File = async (examples: readonly Hdf5Example[], picture: Uint8Array): Promise<string> => {
  const { File, ready } = await import('h5wasm/node');
  await ready;
  const file = path.join(await temporaryFolder(), 'birds.hdf5');
  const written = new File(file, 'w');
  for (const split of new Set(examples.map((example) => example.split))) {
    const group = written.create_group(split);
    for (const { image, className, captions } of examples.filter((example) => example.split === split)) {
      captions.forEach((txt, i) => {
        const one = group.create_group(`${image}_${i}`);
        one.create_dataset({ name: 'name', data: image });
        one.create_dataset({ name: 'img', data: new Uint8Array(picture) });
        one.create_dataset({ name: 'embeddings', data: Float32Array.of(i, i, i) });
        one.create_dataset({ name: 'class', data: className });
        one.create_dataset({ name: 'txt', data: txt });
      });
    }
  }
  written.close();
  return file;
};

/** `files` with some replaced, or left out where null. */
export const folderOf = (
  files: Files,
  changes: Record<string, string | Buffer | null> = {},
): Promise<string> => {
  const all = { ...files, ...changes };
  const kept = Object.entries(all).filter((entry): entry is [string, string | Buffer] => entry[1] !== null);
  return folderWith(Object.fromEntries(kept));
};

/** Writes one more file below a folder. */
export const addFile = async (folder: string, name: string, content: string | Buffer): Promise<void> => {
  await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
  await writeFile(path.join(folder, name), content);
};
