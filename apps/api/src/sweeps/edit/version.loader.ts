/** The versions of sweeps, read in one batch. */
import type { PrismaClient, SweepVersion } from '../../generated/prisma/client.ts';

export async function versionsOfSweep(
  database: PrismaClient,
  ids: readonly string[],
): Promise<SweepVersion[][]> {
  const rows = await database.sweepVersion.findMany({
    where: { sweepId: { in: [...ids] } },
    orderBy: { version: 'desc' },
  });
  return ids.map((id) => rows.filter((row) => row.sweepId === id));
}
