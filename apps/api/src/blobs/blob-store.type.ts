/**
 * Where blobs lie. They are named by the sha256 of their content and never change, so a store needs no locks, no
 * versions and no names from users.
 */
import type { Readable } from 'node:stream';

/** 64 lower-case hex characters; made by parseSha256 alone, so that no other text can become a path. */
export type Sha256 = string & { readonly __brand: 'Sha256' };

/** Bytes that hash to their name and are safe on the disk, but not in the store yet. One of the two ends it. */
export interface ReceivedBlob {
  readonly size: number;
  /** The first bytes, for contentTypeOf. */
  readonly head: Buffer;
  /** Puts them in their place, over what is there. @throws StorageFullError */
  keep(): Promise<void>;
  /** Forgets them; nothing once they were kept. */
  discard(): Promise<void>;
}

export interface BlobStore {
  /**
   * Takes the bytes in when they hash to `sha256`; leaves nothing otherwise, whatever happens on the way.
   * @throws BlobMismatchError | TooLargeError | StorageFullError
   */
  receive(sha256: Sha256, source: AsyncIterable<Uint8Array>): Promise<ReceivedBlob>;

  /** Bytes `start` to `end`, both included; all of them by default. The last are held back until the hash is right. */
  read(sha256: Sha256, range?: { start: number; end: number }): Promise<Readable>;

  /** The whole content, verified; for small blobs. */
  readAll(sha256: Sha256): Promise<Buffer>;

  /** Removes it; true when it was there. */
  remove(sha256: Sha256): Promise<boolean>;

  /** What was kept longer ago than `olderThanMs`, some at a time, in no order. */
  list(olderThanMs: number): AsyncIterable<Sha256[]>;

  /** Removes what broken uploads left, if nothing was written to it for so long. @returns how many files. */
  clearReceived(olderThanMs: number): Promise<number>;
}

/** @returns null for anything but 64 hex characters. */
export function parseSha256(text: string): Sha256 | null {
  return /^[0-9a-f]{64}$/.test(text) ? (text as Sha256) : null;
}
