import type { PrismaClient, Project } from '../generated/prisma/client.ts';

/** For `context.loaders.load(projectById, sweep.projectId)`. */
export async function projectById(
  database: PrismaClient,
  ids: readonly string[],
): Promise<(Project | null)[]> {
  const rows = await database.project.findMany({ where: { id: { in: [...ids] } } });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}
