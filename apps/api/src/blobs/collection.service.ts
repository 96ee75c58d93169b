/**
 * What nothing points at any more is deleted: rows of blobs first, then files without a row, the leftovers of broken
 * uploads, and thumbnails whose picture is gone. The grace time is what lies between an upload and the report that
 * points at it. Several API processes, and uploads and reports of the same content, may run at the same time.
 */
import type { PrismaClient } from '../generated/prisma/client.ts';
import { deleteUnreferenced, holdBlobs, lockContent, unreferencedBlobs, withoutRow } from './blob.sql.ts';
import type { BlobStore, Sha256 } from './blob-store.type.ts';
import type { Thumbnails } from './thumbnails.ts';

/**
 * Finding a page costs 0.3 s among 180,000 blobs of which half are to go, so it is not small; with
 * nothing to go a whole pass over as many takes 0.2 s (2 busy cores, embedded Postgres).
 */
const ROWS_AT_ONCE = 1_000;

export interface CollectionServices {
  readonly database: PrismaClient;
  readonly store: BlobStore;
  readonly thumbnails: Thumbnails;
  /** Nothing that was put more recently is collected. */
  readonly graceMs: number;
}

export interface Collected {
  readonly rows: number;
  readonly files: number;
  readonly uploads: number;
  readonly thumbnails: number;
}

/** One pass over everything; ends early when the signal aborts. */
export async function collectBlobs(services: CollectionServices, signal?: AbortSignal): Promise<Collected> {
  const { database, store, thumbnails, graceMs } = services;
  const gone = await collectRows(services, signal);
  let files = gone.files;
  for await (const sha256s of store.list(graceMs)) {
    if (signal?.aborted) break;
    for (const sha256 of await withoutRow(database, sha256s)) files += await removeFile(services, sha256);
  }
  return {
    rows: gone.rows,
    files,
    uploads: await store.clearReceived(graceMs),
    thumbnails: await thumbnails.clear(graceMs, (sha256s) => withoutRow(database, sha256s)),
  };
}

async function collectRows(
  services: CollectionServices,
  signal: AbortSignal | undefined,
): Promise<{ rows: number; files: number }> {
  const { database, graceMs } = services;
  let rows = 0;
  let files = 0;
  for (let after = ''; !signal?.aborted; ) {
    const found = await unreferencedBlobs(database, { after, graceMs, limit: ROWS_AT_ONCE });
    const last = found.at(-1);
    if (last === undefined) break;
    const deleted = await database.$transaction(async (tx) =>
      deleteUnreferenced(tx, await holdBlobs(tx, found, graceMs)),
    );
    rows += deleted.length;
    for (const sha256 of deleted) files += await removeFile(services, sha256);
    after = last;
  }
  return { rows, files };
}

/** Removes the file unless it has, or has got, a row. @returns 1 when a file went, else 0. */
function removeFile({ database, store }: CollectionServices, sha256: Sha256): Promise<number> {
  return database.$transaction(async (tx) => {
    await lockContent(tx, sha256);
    const [rowless] = await withoutRow(tx, [sha256]);
    return rowless !== undefined && (await store.remove(sha256)) ? 1 : 0;
  });
}
