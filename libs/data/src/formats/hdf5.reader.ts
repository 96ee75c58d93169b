/**
 * HDF5 through h5wasm, the HDF5 library as WebAssembly, reduced to what a dataset needs: groups, and values that are
 * texts, numbers or bytes. Links into other files are refused: a file from elsewhere must not choose what is read here.
 */
import type * as h5wasm from 'h5wasm/node';
import { DatasetError, reasonOf } from '../data.error.ts';

type Library = typeof h5wasm;
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

const bad = (file: string, complaint: string, cause?: unknown): DatasetError =>
  new DatasetError('DATASET_BAD_FILE', `${file}: ${complaint}`, { file, cause });

const openLibraryFile = async (file: string): Promise<LibraryFile> => {
  // Loaded only here: its WebAssembly is 4 MB, and most runs read no HDF5.
  const library: Library = await import('h5wasm/node');
  // Otherwise the library prints twenty lines for each complaint and goes on with what it has.
  (await library.ready).activate_throwing_error_handler();
  try {
    const opened = new library.File(file, 'r');
    // The library answers a file that is none with a handle of no file.
    if (opened.file_id > 0n) return opened;
  } catch (cause) {
    throw bad(file, `no HDF5 file (${reasonOf(cause)})`, cause);
  }
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
    close: () => void opened.close(),
  };
};
