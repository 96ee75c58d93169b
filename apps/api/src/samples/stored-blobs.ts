/** Rows may only point at blobs that are in the store. */
import { holdPointedAt } from '../blobs/blob.sql.ts';
import type { Transaction } from '../database.ts';
import { BadInputError, BlobMissingError } from '../errors/api.error.ts';

export interface BlobPointer {
  /** Where the caller wrote it, such as `input.samples[3].blobSha256`. */
  readonly path: string;
  readonly sha256: string;
}

/**
 * Holds the blobs against collection until the transaction ends, by when the caller's rows point at them.
 * @throws BadInputError naming the first pointer that is no sha256; BlobMissingError naming the first that is not stored.
 */
export async function requireStored(tx: Transaction, pointers: readonly BlobPointer[]): Promise<void> {
  const malformed = pointers.find((pointer) => !/^[0-9a-f]{64}$/.test(pointer.sha256));
  if (malformed) throw new BadInputError(malformed.path, malformed.sha256, 'a sha256 in lower-case hex');
  const known = new Set(await holdPointedAt(tx, [...new Set(pointers.map((pointer) => pointer.sha256))]));
  const missing = pointers.find((pointer) => !known.has(pointer.sha256));
  if (missing) throw new BlobMissingError(missing.path, missing.sha256);
}
