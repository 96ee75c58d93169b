/** What a reader of bytes throws: where it stood and what it expected there. The file's name is the caller's to add. */
import { DatasetError } from '../data.error.ts';

export class FormatError extends Error {
  override readonly name = 'FormatError';
  constructor(
    /** Of the byte that the complaint is about. */
    readonly offset: number,
    message: string,
  ) {
    super(`byte ${offset}: ${message}`);
  }
}

/** Runs `work`; a complaint about bytes becomes one about `file`. @throws DatasetError DATASET_BAD_FILE */
export const inFile = async <T>(file: string, work: () => Promise<T> | T): Promise<T> => {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw new DatasetError('DATASET_BAD_FILE', `${file}: ${cause.message}`, { file, cause });
  }
};
