/** Blobs by their hash, read in batches: `context.loaders.load(blobBySha, sha256)`. */
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Blob } from './blob.type.ts';

/** null where nothing is stored under the hash. */
export async function blobBySha(
  database: PrismaClient,
  sha256s: readonly string[],
): Promise<(Blob | null)[]> {
  const rows = await database.blob.findMany({ where: { sha256: { in: [...sha256s] } } });
  const bySha = new Map(rows.map((row) => [row.sha256, row]));
  return sha256s.map((sha256) => {
    const row = bySha.get(sha256);
    return row ? { ...row, size: Number(row.size), url: `/blobs/${sha256}` } : null;
  });
}
