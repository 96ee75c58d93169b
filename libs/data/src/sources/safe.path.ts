/**
 * Finding the files that a dataset's own files name. Such a name is input from anywhere, so none may lead out of the
 * dataset's folder, neither by itself (`..`, absolute) nor through a symbolic link.
 */
import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { DatasetError, reasonOf } from '../data.error.ts';

/** A file's name, and where it stands written. */
export interface Mention {
  /** As written, relative to the folder. */
  file: string;
  /** The file that names it. */
  source: string;
  /** One-based line in `source`, where it has lines. */
  line?: number;
}

export interface Located {
  /** Absolute, symbolic links resolved; null when it cannot be read. */
  real: string | null;
  /** Size and time of the last change, enough to notice that a file was replaced; or what is wrong with it. */
  stamp: string;
}

export const notFound = (file: string, expected: string, cause?: unknown): DatasetError => {
  const why = cause === undefined ? 'it is not there' : reasonOf(cause);
  return new DatasetError('DATASET_NOT_FOUND', `${file}: ${why}; expected ${expected}`, { file, cause });
};

const escapes = ({ source, line, file }: Mention, how: string): DatasetError =>
  new DatasetError(
    'DATASET_UNSAFE_PATH',
    `${source}${line === undefined ? '' : `:${line}`}: ${JSON.stringify(file)} ${how}; expected a path inside the folder`,
    { file: source, ...(line === undefined ? {} : { line }) },
  );

/**
 * Refuses what leads out by its name, on any platform's reading of it.
 * @throws DatasetError DATASET_UNSAFE_PATH
 */
export const checkName = (mention: Mention): void => {
  const { file } = mention;
  if (file.includes('\0')) throw escapes(mention, 'holds a NUL character');
  if (path.posix.isAbsolute(file) || path.win32.isAbsolute(file) || /^[a-z]:/i.test(file)) {
    throw escapes(mention, 'is absolute');
  }
  if (file.split(/[\\/]/).includes('..')) throw escapes(mention, 'goes up with ".."');
};

/** Forward slashes and no `./`, so that a file has one id on every platform. */
export const tidyPath = (file: string): string => path.posix.normalize(file.replaceAll('\\', '/'));

/** @throws DatasetError DATASET_UNSAFE_PATH; what is missing or no file is returned, not thrown */
export const locate = async (root: string, mention: Mention): Promise<Located> => {
  checkName(mention);
  try {
    const real = await realpath(path.join(root, mention.file));
    if (!real.startsWith(root + path.sep)) throw escapes(mention, 'is a link that leads out');
    const found = await stat(real);
    // A pipe or a device would block the decoder for ever.
    if (!found.isFile()) return { real: null, stamp: 'not a file' };
    return { real, stamp: `${found.size}@${found.mtimeMs}` };
  } catch (cause) {
    if (cause instanceof DatasetError) throw cause;
    return { real: null, stamp: 'no such file' };
  }
};

const LOOKUPS_AT_ONCE = 64;

/** `work` on each, some at a time, results in order. */
export const mapSome = async <T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> => {
  const results: R[] = [];
  for (let at = 0; at < all.length; at += LOOKUPS_AT_ONCE) {
    results.push(...(await Promise.all(all.slice(at, at + LOOKUPS_AT_ONCE).map(work))));
  }
  return results;
};

/** The folder with its links resolved. @throws DatasetError DATASET_NOT_FOUND */
export const realFolder = async (folder: string, expected: string): Promise<string> => {
  const real = await realpath(folder).catch((cause: unknown) => {
    throw notFound(folder, expected, cause);
  });
  if ((await stat(real)).isDirectory()) return real;
  throw new DatasetError('DATASET_NOT_FOUND', `${folder}: it is a file; expected ${expected}`, {
    file: folder,
  });
};

const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

/** A text file, or null when there is none. @throws DatasetError DATASET_NOT_FOUND when it cannot be read */
export const readOptionalText = async (file: string, expected: string): Promise<string | null> => {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (isMissing(cause)) return null;
    throw notFound(file, expected, cause);
  }
};

/** A file of this very name, links within `root` followed. @throws DatasetError DATASET_NOT_FOUND, DATASET_UNSAFE_PATH */
export const requireFile = async (
  root: string,
  file: string,
  expected: string,
): Promise<{ real: string; stamp: string }> => {
  const { real, stamp } = await locate(root, { file, source: root });
  if (real === null) throw notFound(path.join(root, file), expected);
  return { real, stamp };
};

export const isFolder = (folder: string): Promise<boolean> =>
  stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
