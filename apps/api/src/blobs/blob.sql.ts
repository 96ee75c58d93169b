/**
 * Rows of blobs. Keeping a blob (its file moves into place, its row is written) and removing a file without a row
 * exclude each other by a lock on the content's hash. A row goes before its file does, in a transaction of its own,
 * so there is never a row without a file, whenever the process is killed: a file without a row at worst, which a
 * later pass removes.
 */
import { type Blob, Prisma } from '../generated/prisma/client.ts';
import type { Sha256 } from './blob-store.type.ts';

type Db = Prisma.TransactionClient;

/** Nothing points at the blob `b`. A render points at the pictures whose style it takes, for as long as it is there. */
const unreferenced = Prisma.sql`
  not exists (select from "Sample" s where s."blobSha" = b.sha256)
  and not exists (select from "CheckpointFile" f where f."blobSha" = b.sha256)
  and b.sha256 not in (
    select jsonb_array_elements_text(r.request -> 'style') from "Render" r where r.kind = 'STYLE_TRANSFER')`;

/** Until the transaction ends nobody else keeps or removes this content. 64 bits of the hash: twins only wait. */
export async function lockContent(tx: Db, sha256: Sha256): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(('x' || left(${sha256}, 16))::bit(64)::bigint)`;
}

/** Writes the row, or says that the content was put again just now. The caller holds the content's lock. */
export async function upsertBlob(
  tx: Db,
  blob: { readonly sha256: Sha256; readonly size: number; readonly contentType: string },
): Promise<Blob & { readonly created: boolean }> {
  const rows = await tx.$queryRaw<(Blob & { created: boolean })[]>`
    insert into "Blob" as b (sha256, size, "contentType", "lastPutAt")
    values (${blob.sha256}, ${blob.size}::bigint, ${blob.contentType}, clock_timestamp())
    on conflict (sha256) do update set "lastPutAt" = excluded."lastPutAt"
    returning b.*, (b.xmax = 0) as created`;
  const [row] = rows;
  if (row === undefined) throw new Error(`The row of blob ${blob.sha256} was not written.`);
  return row;
}

/** The next blobs, in the order of their hashes, that nothing points at and nobody has put for so long. */
export async function unreferencedBlobs(
  db: Db,
  page: { readonly after: string; readonly graceMs: number; readonly limit: number },
): Promise<Sha256[]> {
  const rows = await db.$queryRaw<{ sha256: Sha256 }[]>`
    select b.sha256 from "Blob" b
    where b.sha256 > ${page.after} and b."lastPutAt" < now() - ${page.graceMs}::float8 * interval '1 millisecond'
      and ${unreferenced}
    order by b.sha256 limit ${page.limit}::int`;
  return rows.map((row) => row.sha256);
}

/**
 * Locks those of the rows that are still old enough against new pointers. Rows that a report points at just now
 * (holdPointedAt) are passed by. Whether any is pointed at is for deleteUnreferenced to see: a statement
 * of its own, begun after the lock.
 */
export async function holdBlobs(tx: Db, sha256s: readonly Sha256[], graceMs: number): Promise<Sha256[]> {
  const rows = await tx.$queryRaw<{ sha256: Sha256 }[]>`
    select sha256 from "Blob"
    where sha256 = any (${[...sha256s]}::text[])
      and "lastPutAt" < now() - ${graceMs}::float8 * interval '1 millisecond'
    order by sha256 for update skip locked`;
  return rows.map((row) => row.sha256);
}

/** @returns those that went. The caller holds them. */
export async function deleteUnreferenced(tx: Db, heldSha256s: readonly Sha256[]): Promise<Sha256[]> {
  const rows = await tx.$queryRaw<{ sha256: Sha256 }[]>`
    delete from "Blob" b
    where b.sha256 = any (${[...heldSha256s]}::text[]) and ${unreferenced}
    returning b.sha256`;
  return rows.map((row) => row.sha256);
}

/** Locks the rows as a foreign key does, or waits for who is deleting them. @returns those that are there. */
export async function holdPointedAt(tx: Db, sha256s: readonly string[]): Promise<string[]> {
  const rows = await tx.$queryRaw<{ sha256: string }[]>`
    select sha256 from "Blob" where sha256 = any (${[...sha256s]}::text[]) order by sha256 for key share`;
  return rows.map((row) => row.sha256);
}

/** Those of the hashes that have no row. */
export async function withoutRow(db: Db, sha256s: readonly string[]): Promise<Sha256[]> {
  const rows = await db.$queryRaw<{ sha256: Sha256 }[]>`
    select g.sha256 from unnest(${[...sha256s]}::text[]) g(sha256)
    where not exists (select from "Blob" b where b.sha256 = g.sha256)`;
  return rows.map((row) => row.sha256);
}
