/** What runs were given, and whom checkpoints were given to, in batches. */
import type { PrismaClient, RunInput } from '../generated/prisma/client.ts';

/** By key. */
export async function inputsOfRun(database: PrismaClient, runIds: readonly string[]): Promise<RunInput[][]> {
  const rows = await database.runInput.findMany({
    where: { runId: { in: [...runIds] } },
    orderBy: { key: 'asc' },
  });
  return runIds.map((id) => rows.filter((row) => row.runId === id));
}

/** By run, oldest first. */
export async function usersOfCheckpoint(
  database: PrismaClient,
  checkpointIds: readonly string[],
): Promise<RunInput[][]> {
  const rows = await database.runInput.findMany({
    where: { checkpointId: { in: [...checkpointIds] } },
    orderBy: [{ runId: 'asc' }, { key: 'asc' }],
  });
  return checkpointIds.map((id) => rows.filter((row) => row.checkpointId === id));
}
