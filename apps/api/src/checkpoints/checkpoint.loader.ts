import type { Blob, Checkpoint, CheckpointFile, PrismaClient } from '../generated/prisma/client.ts';

export async function checkpointById(
  database: PrismaClient,
  ids: readonly string[],
): Promise<(Checkpoint | null)[]> {
  const rows = await database.checkpoint.findMany({ where: { id: { in: [...ids] } } });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** By name. */
export async function filesOfCheckpoint(
  database: PrismaClient,
  ids: readonly string[],
): Promise<(CheckpointFile & { blob: Blob })[][]> {
  const rows = await database.checkpointFile.findMany({
    where: { checkpointId: { in: [...ids] } },
    include: { blob: true },
    orderBy: { name: 'asc' },
  });
  return ids.map((id) => rows.filter((row) => row.checkpointId === id));
}
