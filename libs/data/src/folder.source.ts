/**
 * A user's own data: a folder of pictures and one captions file. The captions file is input from anywhere, so no
 * path in it may lead out of the folder, neither by name (`..`, absolute) nor through a symbolic link.
 */
import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { DatasetError, reasonOf } from './data.error.ts';
import type { DatasetSource, SourceEntry } from './dataset.source.ts';
import type { DatasetSpec, SkippedFile } from './dataset.type.ts';
import { sha256 } from './digest.hash.ts';
import { type CaptionedFile, parseCaptions } from './folder.captions.ts';

interface Located extends CaptionedFile {
  /** Absolute, symbolic links resolved; null when it cannot be read. */
  real: string | null;
  /** Size and time of the last change, enough to notice that a picture was replaced; or what is wrong with it. */
  stamp: string;
}

const notFound = (file: string, expected: string, cause: unknown): DatasetError =>
  new DatasetError('DATASET_NOT_FOUND', `${file}: ${reasonOf(cause)}; expected ${expected}`, { file, cause });

const readOptional = async (file: string): Promise<string | null> => {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw notFound(file, 'a readable captions file', cause);
  }
};

const readCaptions = async (folder: string): Promise<{ source: string; files: CaptionedFile[] }> => {
  const kinds = ['jsonl', 'csv'] as const;
  const found = await Promise.all(
    kinds.map(async (kind) => {
      const source = path.join(folder, `captions.${kind}`);
      return { kind, source, content: await readOptional(source) };
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

const escapes = (source: string, { file, line }: CaptionedFile, how: string): DatasetError =>
  new DatasetError(
    'DATASET_UNSAFE_PATH',
    `${source}:${line}: ${JSON.stringify(file)} ${how}; expected a path inside the folder`,
    { file: source, line },
  );

/** Refuses what leads out by its name, on any platform's reading of it. */
const checkName = (source: string, captioned: CaptionedFile): void => {
  const { file } = captioned;
  if (file.includes('\0')) throw escapes(source, captioned, 'holds a NUL character');
  if (path.posix.isAbsolute(file) || path.win32.isAbsolute(file) || /^[a-z]:/i.test(file)) {
    throw escapes(source, captioned, 'is absolute');
  }
  if (file.split(/[\\/]/).includes('..')) throw escapes(source, captioned, 'goes up with ".."');
};

const locate = async (root: string, source: string, captioned: CaptionedFile): Promise<Located> => {
  checkName(source, captioned);
  try {
    const real = await realpath(path.join(root, captioned.file));
    if (!real.startsWith(root + path.sep)) throw escapes(source, captioned, 'is a link that leads out');
    const found = await stat(real);
    // A pipe or a device would block the decoder for ever.
    if (!found.isFile()) return { ...captioned, real: null, stamp: 'not a file' };
    return { ...captioned, real, stamp: `${found.size}@${found.mtimeMs}` };
  } catch (cause) {
    if (cause instanceof DatasetError) throw cause;
    return { ...captioned, real: null, stamp: 'no such file' };
  }
};

/** Forward slashes and no `./`, so that a file has one id on every platform. */
const tidyPath = (file: string): string => path.posix.normalize(file.replaceAll('\\', '/'));

const entryOf = ({ file, captions, className }: Located, real: string): SourceEntry => {
  const id = tidyPath(file);
  return {
    id,
    name: id,
    className: className ?? id,
    style: 'folder',
    captions,
    derived: 0,
    flippable: true,
    path: real,
    file: id,
  };
};

const checkOnce = (source: string, located: readonly Located[]): void => {
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

const LOOKUPS_AT_ONCE = 64;

const locateAll = async (
  root: string,
  source: string,
  files: readonly CaptionedFile[],
): Promise<Located[]> => {
  const located: Located[] = [];
  for (let at = 0; at < files.length; at += LOOKUPS_AT_ONCE) {
    const some = files.slice(at, at + LOOKUPS_AT_ONCE);
    located.push(...(await Promise.all(some.map((captioned) => locate(root, source, captioned)))));
  }
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
  const root = await realpath(spec.path).catch((cause: unknown) => {
    throw notFound(spec.path, 'a folder with images and captions.jsonl or captions.csv', cause);
  });
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
    recordSize: Math.round((imageSize * 76) / 64),
    key: sha256(JSON.stringify([imageSize, identity])),
    licences: [],
    notes: ['Captions are as given, lower-cased and without repetitions.'],
    origin: root,
    read: async () => ({ entries, skipped }),
  };
};
