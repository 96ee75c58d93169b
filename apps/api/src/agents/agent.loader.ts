/** Relations of agents and slots, read in batches. */
import type { Agent, PrismaClient, Slot } from '../generated/prisma/client.ts';

export async function agentById(database: PrismaClient, ids: readonly string[]): Promise<(Agent | null)[]> {
  const rows = await database.agent.findMany({ where: { id: { in: [...ids] } } });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

export async function slotById(database: PrismaClient, ids: readonly string[]): Promise<(Slot | null)[]> {
  const rows = await database.slot.findMany({ where: { id: { in: [...ids] } } });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** In order of their indices. */
export async function slotsOfAgent(database: PrismaClient, agentIds: readonly string[]): Promise<Slot[][]> {
  const rows = await database.slot.findMany({
    where: { agentId: { in: [...agentIds] } },
    orderBy: { index: 'asc' },
  });
  return agentIds.map((id) => rows.filter((row) => row.agentId === id));
}
