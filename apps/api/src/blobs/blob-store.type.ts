/**
 * Where blobs lie. They are named by the sha256 of their content and never change, so a store needs no locks, no
 * versions and no names from users.
 */
import type { Readable } from 'node:stream';

/** 64 lower-case hex characters; made by parseSha256 alone, so that no other text can become a path. */
export type Sha256 = string & { readonly __brand: 'Sha256' };

export interface StoredBlob {
  readonly size: number;
  /** The first bytes, for contentTypeOf. */
  readonly head: Buffer;
}

export interface BlobStore {
  /**
   * Keeps the bytes when they hash to `sha256`; keeps nothing otherwise, whatever happens on the way.
   * @throws BlobMismatchError | TooLargeError | StorageFullError
   */
  put(sha256: Sha256, source: AsyncIterable<Uint8Array>): Promise<StoredBlob>;

  /** Bytes `start` to `end`, both included; all of them by default. The last are held back until the hash is right. */
  read(sha256: Sha256, range?: { start: number; end: number }): Promise<Readable>;

  /** The whole content, verified; for small blobs. */
  readAll(sha256: Sha256): Promise<Buffer>;

  /** Removes it; true when it was there. */
  remove(sha256: Sha256): Promise<boolean>;
}

/** @returns null for anything but 64 hex characters. */
export function parseSha256(text: string): Sha256 | null {
  return /^[0-9a-f]{64}$/.test(text) ? (text as Sha256) : null;
}
