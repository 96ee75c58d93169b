/**
 * A blob is in the store and has a row, or it is not there: the row comes after the bytes are safe, and everything
 * that points at a blob (samples, checkpoints) points at the row.
 */
import type { Readable } from 'node:stream';
import { NotFoundError } from '../errors/api.error.ts';
import type { Blob, PrismaClient } from '../generated/prisma/client.ts';
import type { BlobStore, Sha256 } from './blob-store.type.ts';
import { contentTypeOf } from './content-type.ts';

/** Takes the bytes in. A blob that is already there is verified and written again, which also mends a damaged one. */
export async function putBlob(
  database: PrismaClient,
  store: BlobStore,
  sha256: Sha256,
  source: Readable,
): Promise<{ blob: Blob; created: boolean }> {
  const known = await database.blob.findUnique({ where: { sha256 } });
  const { size, head } = await store.put(sha256, source);
  const data = { sha256, size, contentType: contentTypeOf(head) };
  await database.blob.createMany({ data, skipDuplicates: true });
  return { blob: await database.blob.findUniqueOrThrow({ where: { sha256 } }), created: known === null };
}

/** @throws NotFoundError */
export async function findBlob(database: PrismaClient, sha256: Sha256): Promise<Blob> {
  const blob = await database.blob.findUnique({ where: { sha256 } });
  if (!blob) throw new NotFoundError('blob', sha256);
  return blob;
}
