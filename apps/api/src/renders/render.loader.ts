/** Relations of renders, read in batches. */
import type { PrismaClient, Sample } from '../generated/prisma/client.ts';

/** In the order of the plan. Also those whose checkpoint no longer counts: they are what was asked for. */
export async function samplesOfRender(
  database: PrismaClient,
  renderIds: readonly string[],
): Promise<Sample[][]> {
  const rows = await database.sample.findMany({
    where: { renderId: { in: [...renderIds] } },
    orderBy: [{ promptIndex: 'asc' }, { id: 'asc' }],
  });
  const byRender = new Map<string, Sample[]>(renderIds.map((id) => [id, []]));
  for (const row of rows) byRender.get(row.renderId ?? '')?.push(row);
  return renderIds.map((id) => byRender.get(id) ?? []);
}
