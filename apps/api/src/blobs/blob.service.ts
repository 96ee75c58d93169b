/**
 * A blob is in the store and has a row, or it is not there: the row comes after the bytes are safe, and everything
 * that points at a blob (samples, checkpoints) points at the row.
 */
import type { Readable } from 'node:stream';
import { NotFoundError } from '../errors/api.error.ts';
import type { Blob, PrismaClient } from '../generated/prisma/client.ts';
import { lockContent, upsertBlob } from './blob.sql.ts';
import type { BlobStore, Sha256 } from './blob-store.type.ts';
import { contentTypeOf } from './content-type.ts';

/**
 * Takes the bytes in. A blob that is already there is verified and written again, which also mends a damaged one and
 * puts off its collection. The bytes arrive outside of the transaction; only the move into place is inside.
 */
export async function putBlob(
  database: PrismaClient,
  store: BlobStore,
  sha256: Sha256,
  source: Readable,
): Promise<{ blob: Blob; created: boolean }> {
  const received = await store.receive(sha256, source);
  try {
    return await database.$transaction(async (tx) => {
      await lockContent(tx, sha256);
      await received.keep();
      const contentType = contentTypeOf(received.head);
      const { created, ...blob } = await upsertBlob(tx, { sha256, size: received.size, contentType });
      return { blob, created };
    });
  } finally {
    await received.discard();
  }
}

/** @throws NotFoundError */
export async function findBlob(database: PrismaClient, sha256: Sha256): Promise<Blob> {
  const blob = await database.blob.findUnique({ where: { sha256 } });
  if (!blob) throw new NotFoundError('blob', sha256);
  return blob;
}
