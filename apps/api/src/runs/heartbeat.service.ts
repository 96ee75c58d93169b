/** Renewing a lease; the reply is the only channel by which the server speaks to an agent. */
import type { HeartbeatCommand } from '@plumage/contract';
import { noteAlive } from '../agents/agent.sql.ts';
import { BadInputError } from '../errors/api.error.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { announce } from '../live/announce.sql.ts';
import { commandOf } from './lease.rule.ts';
import { type Beat, type Fence, renewLease } from './lease.sql.ts';
import { whyLost } from './fence.service.ts';

export interface HeartbeatReply {
  readonly command: HeartbeatCommand;
  readonly reason: string | null;
  /** null when the lease is lost. */
  readonly expiresAt: Date | null;
}

/** @throws BadInputError for a negative gauge. A lost lease is an answer, not an error: the agent must act on it. */
export async function beat(database: PrismaClient, fence: Fence, given: Beat): Promise<HeartbeatReply> {
  for (const key of [
    'step',
    'totalSteps',
    'imagesPerSecond',
    'utilisation',
    'memoryUsedMb',
    'powerWatts',
  ] as const) {
    const value = given[key];
    if (value !== null && value < 0) throw new BadInputError(`input.${key}`, value, 'at least 0');
  }
  const renewed = await database.$transaction(async (tx) => {
    const row = await renewLease(tx, fence, given);
    if (row === undefined) return undefined;
    await announce(tx, [
      { kind: 'RUN', sweepId: row.sweepId, runId: fence.runId, detail: { state: 'RUNNING' } },
      ...(row.agentId === null ? [] : [{ kind: 'AGENT' as const, agentId: row.agentId }]),
    ]);
    return row;
  });
  if (renewed === undefined) {
    return { command: 'LEASE_LOST', reason: await whyLost(database, fence), expiresAt: null };
  }
  if (renewed.agentId !== null) await noteAlive(database, renewed.agentId);
  return { ...commandOf(renewed), expiresAt: renewed.expiresAt };
}
