/** Agents: one name, one process. Registering again under a name replaces the process that had it. */
import type { AgentActor } from '../access/actor.type.ts';
import { BadInputError, NotFoundError } from '../errors/api.error.ts';
import type { Agent, AgentIntent, PrismaClient } from '../generated/prisma/client.ts';
import { isId, newId } from '../id.ts';
import { announce } from '../live/announce.sql.ts';
import { releaseRenders } from '../renders/render-lease.service.ts';
import { changesOf } from '../runs/settle.service.ts';
import { releaseLeases } from '../runs/settle.sql.ts';
import { finishSweeps } from '../sweeps/sweep.service.ts';
import { claimName, replaceSlots, type SlotGiven } from './agent.sql.ts';

export const MAX_SLOTS = 64;

export interface Registration {
  readonly name: string;
  readonly hostname: string;
  readonly platform: string;
  readonly version: string;
  /** A new value each time the process starts. */
  readonly instanceId: string;
  /** It runs programs that a sweep names. */
  readonly allowsCommand: boolean;
  readonly slots: readonly Omit<SlotGiven, 'id'>[];
}

/**
 * A new process under a known name takes the name over: its predecessor's leases are released at once, their
 * attempts closed as LOST, with no penalty and no wait for the runs, and the predecessor hears AgentSuperseded.
 * The same process registering again (its answer was lost) changes nothing.
 *
 * @throws BadInputError with the path of what is wrong.
 */
export async function registerAgent(
  database: PrismaClient,
  actor: AgentActor,
  given: Registration,
): Promise<{ readonly agent: Agent; readonly releasedRuns: number }> {
  checkRegistration(given);
  const { id, released } = await database.$transaction(async (tx) => {
    const claimed = await claimName(tx, { ...given, id: newId(), keyId: actor.keyId });
    const replaces = claimed.formerInstanceId !== null && claimed.formerInstanceId !== given.instanceId;
    const runs = replaces ? await releaseLeases(tx, claimed.id, REPLACED) : [];
    if (replaces) await releaseRenders(tx, claimed.id);
    await replaceSlots(
      tx,
      claimed.id,
      given.slots.map((slot) => ({ ...slot, id: newId() })),
      replaces,
    );
    // The process that was replaced waits no longer than it must to hear of it.
    const detail = { intent: replaces };
    await announce(tx, [{ kind: 'AGENT', agentId: claimed.id, detail }, ...changesOf(runs)]);
    return { id: claimed.id, released: replaces ? runs.length : null };
  });
  const agent = await database.agent.findUniqueOrThrow({ where: { id } });
  if (released === null) return { agent, releasedRuns: 0 };
  return { agent, releasedRuns: released + (await releaseTheRest(database, id)) };
}

const REPLACED = 'Another process has registered under the name of this agent.';

/**
 * A run whose row was locked meanwhile (a heartbeat under way) was passed over; by now that has ended. What the new
 * process has been given since is not touched, however late this comes.
 */
async function releaseTheRest(database: PrismaClient, agentId: string): Promise<number> {
  const rest = await database.$transaction(async (tx) => {
    const runs = await releaseLeases(tx, agentId, REPLACED, 'of former processes');
    await announce(tx, changesOf(runs));
    return runs;
  });
  await finishSweeps(database, null);
  return rest.length;
}

function checkRegistration(given: Registration): void {
  const texts = [
    ['input.name', given.name, 100],
    ['input.hostname', given.hostname, 255],
    ['input.platform', given.platform, 100],
    ['input.version', given.version, 100],
    ['input.instanceId', given.instanceId, 100],
  ] as const;
  for (const [path, value, most] of texts) {
    if (value.trim() === '' || value.length > most)
      throw new BadInputError(path, value, `1 to ${most} characters`);
  }
  if (given.slots.length < 1 || given.slots.length > MAX_SLOTS) {
    throw new BadInputError('input.slots', given.slots.length, `1 to ${MAX_SLOTS} slots`);
  }
  const seen = new Set<number>();
  given.slots.forEach((slot, i) => {
    const path = `input.slots[${i}]`;
    if (slot.index < 0 || slot.index > 1023)
      throw new BadInputError(`${path}.index`, slot.index, '0 to 1023');
    if (seen.has(slot.index)) throw new BadInputError(`${path}.index`, slot.index, 'an index of its own');
    seen.add(slot.index);
    if (slot.backend.length > 100)
      throw new BadInputError(`${path}.backend`, slot.backend, 'at most 100 characters');
    if (slot.device.length > 300)
      throw new BadInputError(`${path}.device`, slot.device, 'at most 300 characters');
    for (const key of ['memoryMb', 'memoryLimitMb'] as const) {
      const value = slot[key];
      if (value !== null && value < 0) throw new BadInputError(`${path}.${key}`, value, 'at least 0');
    }
    if (slot.datasets.length > 100 || slot.datasets.some((name) => name === '' || name.length > 100)) {
      throw new BadInputError(`${path}.datasets`, slot.datasets, 'at most 100 names of 1 to 100 characters');
    }
  });
}

/**
 * The process says goodbye. What it still holds is released; a goodbye from a process that was replaced meanwhile
 * changes nothing.
 */
export async function stopAgent(
  database: PrismaClient,
  given: { readonly agentId: string; readonly instanceId: string },
): Promise<Agent> {
  const former = await findAgent(database, given.agentId);
  if (former.instanceId !== given.instanceId) return former;
  const released = await database.$transaction(async (tx) => {
    const { count } = await tx.agent.updateMany({
      where: { id: given.agentId, instanceId: given.instanceId },
      data: { stoppedAt: new Date() },
    });
    if (count === 0) return [];
    const runs = await releaseLeases(tx, given.agentId, 'The agent was stopped.');
    await releaseRenders(tx, given.agentId);
    await announce(tx, [{ kind: 'AGENT', agentId: given.agentId }, ...changesOf(runs)]);
    return runs;
  });
  if (released.length > 0) await finishSweeps(database, null);
  return await findAgent(database, given.agentId);
}

/**
 * What a person wants of an agent, or of one slot of it: RUN; DRAIN (let the run at hand end, take no more); PAUSE
 * (write a checkpoint, give the run back, wait); STOP (the same, and end). RUN also ends a slot's quarantine.
 */
export async function setAgentIntent(
  database: PrismaClient,
  given: { readonly agentId: string; readonly slotIndex: number | null; readonly intent: AgentIntent },
): Promise<Agent> {
  await findAgent(database, given.agentId);
  await database.$transaction(async (tx) => {
    const fit =
      given.intent === 'RUN' ? { quarantinedAt: null, quarantineReason: null, failuresInARow: 0 } : {};
    if (given.slotIndex === null) {
      await tx.agent.update({ where: { id: given.agentId }, data: { intent: given.intent } });
      if (given.intent === 'RUN') await tx.slot.updateMany({ where: { agentId: given.agentId }, data: fit });
    } else {
      const { count } = await tx.slot.updateMany({
        where: { agentId: given.agentId, index: given.slotIndex },
        data: { intent: given.intent, ...fit },
      });
      if (count === 0) {
        throw new BadInputError(
          'input.slotIndex',
          given.slotIndex,
          'the index of one of the slots of the agent',
        );
      }
    }
    await announce(tx, [{ kind: 'AGENT', agentId: given.agentId, detail: { intent: true } }]);
  });
  return await findAgent(database, given.agentId);
}

/** @throws NotFoundError */
export async function findAgent(database: PrismaClient, id: string): Promise<Agent> {
  const agent = isId(id) ? await database.agent.findUnique({ where: { id } }) : null;
  if (agent === null) throw new NotFoundError('agent', id);
  return agent;
}

/** Heard of within two lease times (a waiting agent asks at least every 55 s) and not stopped. */
export function isOnline(
  agent: Pick<Agent, 'lastSeenAt' | 'stoppedAt'>,
  leaseMs: number,
  now: Date,
): boolean {
  return agent.stoppedAt === null && now.getTime() - agent.lastSeenAt.getTime() < onlineMs(leaseMs);
}

/** How long an agent counts as online after it was last heard of. */
export const onlineMs = (leaseMs: number): number => Math.max(2 * leaseMs, 75_000);
