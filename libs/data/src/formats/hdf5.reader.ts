/**
 * HDF5 through h5wasm, the HDF5 library as WebAssembly, reduced to what a dataset needs: groups, and values that are
 * texts, numbers or bytes.
 *
 * An HDF5 file may say that its values stand in other files (external links, external storage, virtual datasets). A
 * file from elsewhere must not choose what is read here, so while one is open the library can open no other.
 */
import type * as h5wasm from 'h5wasm/node';
import { DatasetError, reasonOf } from '../data.error.ts';

type Library = typeof h5wasm;
/** The library's file system, in Emscripten's words. */
type Files = NonNullable<Library['FS']> & { ErrnoError: new (errno: number) => Error };
type LibraryFile = InstanceType<Library['File']>;

export interface Hdf5File {
  /** The names in a group, sorted; null when there is no such group. */
  list(group: string): string[] | null;
  /** @throws DatasetError DATASET_BAD_FILE when it is missing or no text */
  text(path: string): string;
  /** @throws DatasetError DATASET_BAD_FILE when it is missing or not numbers */
  numbers(path: string): Float32Array;
  /** @throws DatasetError DATASET_BAD_FILE when it is missing or not bytes */
  bytes(path: string): Uint8Array;
  close(): void;
}

/** ENOENT, as the library numbers it. */
const NO_SUCH_FILE = 44;

const bad = (file: string, complaint: string, cause?: unknown): DatasetError =>
  new DatasetError('DATASET_BAD_FILE', `${file}: ${complaint}`, { file, cause });

/** The library's own scratch files, which are new: O_CREAT and O_EXCL. */
const CREATES_ANEW = 0o300;

/** The files that readers have open now. */
const readable = new Set<string>();
let isGuarded = false;

/** Has the library open nothing but `readable` while there is any. */
const guard = (files: Files): void => {
  if (isGuarded) return;
  isGuarded = true;
  const { open } = files;
  const guarded = (file: unknown, flags: unknown, ...rest: unknown[]): unknown => {
    const isScratch = typeof flags === 'number' && (flags & CREATES_ANEW) === CREATES_ANEW;
    if (readable.size > 0 && !readable.has(String(file)) && !isScratch) {
      throw new files.ErrnoError(NO_SUCH_FILE);
    }
    return Reflect.apply(open, files, [file, flags, ...rest]);
  };
  Object.assign(files, { open: guarded });
};

const openLibraryFile = async (file: string): Promise<LibraryFile> => {
  // Loaded only here: its WebAssembly is 4 MB, and most runs read no HDF5.
  const library: Library = await import('h5wasm/node');
  // Otherwise the library prints twenty lines for each complaint and goes on with what it has.
  (await library.ready).activate_throwing_error_handler();
  guard(library.FS as Files);
  readable.add(file);
  try {
    const opened = new library.File(file, 'r');
    // The library answers a file that is none with a handle of no file.
    if (opened.file_id > 0n) return opened;
  } catch (cause) {
    readable.delete(file);
    throw bad(file, `no HDF5 file (${reasonOf(cause)})`, cause);
  }
  readable.delete(file);
  throw bad(file, 'no HDF5 file; expected one such as birds.hdf5');
};

/** @throws DatasetError DATASET_BAD_FILE when it is no HDF5 file */
export const openHdf5 = async (file: string): Promise<Hdf5File> => {
  const opened = await openLibraryFile(file);

  const valueOf = (path: string, expected: string): unknown => {
    try {
      const found = opened.get(path);
      if (found === null) throw bad(file, `${path} is not there; expected ${expected}`);
      if (!('metadata' in found) || !('value' in found))
        throw bad(file, `${path} is no dataset; expected ${expected}`);
      return found.value;
    } catch (cause) {
      if (cause instanceof DatasetError) throw cause;
      throw bad(file, `${path} cannot be read (${reasonOf(cause)}); expected ${expected}`, cause);
    }
  };

  return {
    list(group) {
      try {
        const found = opened.get(group);
        return found !== null && 'keys' in found ? found.keys().sort() : null;
      } catch (cause) {
        throw bad(file, `the group ${group} cannot be read (${reasonOf(cause)})`, cause);
      }
    },
    text(path) {
      const value = valueOf(path, 'a text');
      if (typeof value === 'string') return value;
      if (Array.isArray(value) && value.length === 1 && typeof value[0] === 'string') return value[0];
      throw bad(file, `${path} is no text; expected one`);
    },
    numbers(path) {
      const value = valueOf(path, 'numbers');
      if (value instanceof Float32Array) return value;
      if (value instanceof Float64Array) return Float32Array.from(value);
      throw bad(file, `${path} holds no floating point numbers; expected a text vector`);
    },
    bytes(path) {
      const value = valueOf(path, 'bytes');
      if (value instanceof Uint8Array) return value;
      throw bad(file, `${path} holds no bytes; expected a picture's`);
    },
    close() {
      readable.delete(file);
      opened.close();
    },
  };
};
