/**
 * A blob is in the store and has a row, or it is not there: the row comes after the bytes are safe, and everything
 * that points at a blob (samples, checkpoints) points at the row.
 */
import { BadInputError, NotFoundError, TooLargeError } from '../errors/api.error.ts';
import type { Blob, PrismaClient } from '../generated/prisma/client.ts';
import { lockContent, upsertBlob } from './blob.sql.ts';
import type { BlobStore, Sha256 } from './blob-store.type.ts';
import { contentTypeOf } from './content-type.ts';

/** What a sender may put: an agent anything, a person the pictures that a render takes the style of. */
export interface Accepted {
  readonly maxBytes: number;
  /** By their first bytes; null: any. */
  readonly contentTypes: readonly string[] | null;
}

/**
 * Takes the bytes in. A blob that is already there is verified and written again, which also mends a damaged one and
 * puts off its collection. The bytes arrive outside of the transaction; only the move into place is inside.
 * @throws BlobMismatchError; TooLargeError; StorageFullError; BadInputError for bytes of a type that is not accepted.
 */
export async function putBlob(
  database: PrismaClient,
  store: BlobStore,
  sha256: Sha256,
  source: AsyncIterable<Uint8Array>,
  accepted: Accepted,
): Promise<{ blob: Blob; created: boolean }> {
  const received = await store.receive(sha256, upTo(accepted.maxBytes, source));
  try {
    const contentType = contentTypeOf(received.head);
    if (accepted.contentTypes?.includes(contentType) === false) {
      throw new BadInputError('body', contentType, `a file of type ${accepted.contentTypes.join(' or ')}`);
    }
    return await database.$transaction(async (tx) => {
      await lockContent(tx, sha256);
      await received.keep();
      const { created, ...blob } = await upsertBlob(tx, { sha256, size: received.size, contentType });
      return { blob, created };
    });
  } finally {
    await received.discard();
  }
}

async function* upTo(maxBytes: number, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new TooLargeError(`A blob of yours may have at most ${maxBytes} bytes.`);
    yield chunk;
  }
}

/** @throws NotFoundError */
export async function findBlob(database: PrismaClient, sha256: Sha256): Promise<Blob> {
  const blob = await database.blob.findUnique({ where: { sha256 } });
  if (!blob) throw new NotFoundError('blob', sha256);
  return blob;
}
