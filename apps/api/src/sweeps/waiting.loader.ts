/** Sweep.waitingBecause for a page of sweeps: two statements, whatever their number. */
import { onlineSlots } from '../agents/agent.sql.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Batch } from '../schema/loaders.ts';
import { sweepsWithWork } from './sweep.sql.ts';
import { waitingBecause } from './waiting.rule.ts';

/** One loader for each length of time, as loaders are told apart by their identity. */
const byOnlineMs = new Map<number, Batch<string, string | null>>();

/** @param onlineMs how long an agent counts as online after it was heard of */
export function waitingBecauseOfSweep(onlineMs: number): Batch<string, string | null> {
  const known = byOnlineMs.get(onlineMs);
  if (known !== undefined) return known;
  const made = (database: PrismaClient, ids: readonly string[]) => reasonsOf(database, ids, onlineMs);
  byOnlineMs.set(onlineMs, made);
  return made;
}

async function reasonsOf(
  database: PrismaClient,
  ids: readonly string[],
  onlineMs: number,
): Promise<(string | null)[]> {
  const work = new Map((await sweepsWithWork(database)).map(({ id, requires }) => [id, requires]));
  if (!ids.some((id) => work.has(id))) return ids.map(() => null);
  const online = await onlineSlots(database, onlineMs);
  return ids.map((id) => (work.has(id) ? waitingBecause(work.get(id) ?? null, online) : null));
}
