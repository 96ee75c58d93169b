/** An agent's standing: who it is, what a person wants of it, whether its slot is in quarantine. */
import type { AgentIntent, Prisma } from '../generated/prisma/client.ts';
import type { OnlineSlot } from '../sweeps/waiting.rule.ts';

type Db = Prisma.TransactionClient;

export interface Standing {
  /** False when another process has registered under the name since. */
  readonly current: boolean;
  readonly agentName: string;
  readonly agentIntent: AgentIntent;
  /** null when the agent has no slot of that number. */
  readonly slotId: string | null;
  readonly slotIntent: AgentIntent | null;
  readonly backend: string | null;
  readonly device: string | null;
  readonly memoryMb: number | null;
  readonly datasets: readonly string[] | null;
  readonly allowsCommand: boolean;
  readonly quarantinedAt: Date | null;
  readonly quarantineReason: string | null;
}

/** Who asks, as a caller states it. */
export interface Caller {
  readonly agentId: string;
  readonly instanceId: string;
  readonly slotIndex: number;
}

/**
 * Notes that the agents were heard of (at most one write in five seconds each, and never waiting for a row that
 * somebody else writes) and reads their standing.
 * @returns one a caller, in their order; undefined where there is no such agent.
 */
export async function hearFrom(db: Db, callers: readonly Caller[]): Promise<(Standing | undefined)[]> {
  const rows = await db.$queryRaw<(Standing & { place: number })[]>`
    with asked as (
      select * from unnest(
        ${callers.map((caller) => caller.agentId)}::uuid[], ${callers.map((caller) => caller.instanceId)}::text[],
        ${callers.map((caller) => caller.slotIndex)}::int[]
      ) with ordinality c("agentId", "instanceId", "slotIndex", place)
    ),
    due as (
      select a.id from asked join "Agent" a on a.id = asked."agentId" and a."instanceId" = asked."instanceId"
      where a."lastSeenAt" < now() - interval '5 seconds' or a."stoppedAt" is not null
      for no key update of a skip locked
    ),
    heard as (
      update "Agent" a set "lastSeenAt" = now(), "stoppedAt" = null from due where a.id = due.id
    )
    select asked.place::int, a."instanceId" = asked."instanceId" as current, a.name as "agentName",
      a.intent as "agentIntent", s.id as "slotId", s.intent as "slotIntent", s.backend, s.device, s."memoryMb",
      s.datasets, a."allowsCommand", s."quarantinedAt", s."quarantineReason"
    from asked join "Agent" a on a.id = asked."agentId"
    left join "Slot" s on s."agentId" = a.id and s.index = asked."slotIndex"`;
  const standings = new Array<Standing | undefined>(callers.length).fill(undefined);
  for (const { place, ...standing } of rows) standings[place - 1] = standing;
  return standings;
}

export interface SlotGiven {
  readonly id: string;
  readonly index: number;
  readonly backend: string;
  readonly device: string;
  readonly memoryMb: number | null;
  readonly memoryLimitMb: number | null;
  readonly datasets: readonly string[];
}

/**
 * The slots that the agent has now: those it names are made or renewed, those it does not are gone. In a new process
 * (`restarted`) a slot that was stopped runs again, as an agent does.
 */
export async function replaceSlots(
  tx: Db,
  agentId: string,
  slots: readonly SlotGiven[],
  restarted: boolean,
): Promise<void> {
  await tx.$executeRaw`
    insert into "Slot" (id, "agentId", index, backend, device, "memoryMb", "memoryLimitMb", datasets)
    select g.id, ${agentId}::uuid, g.index, g.backend, g.device, g."memoryMb", g."memoryLimitMb",
      array(select jsonb_array_elements_text(g.datasets))
    from unnest(${slots.map((slot) => slot.id)}::uuid[], ${slots.map((slot) => slot.index)}::int[],
      ${slots.map((slot) => slot.backend)}::text[], ${slots.map((slot) => slot.device)}::text[],
      ${slots.map((slot) => slot.memoryMb)}::int[],
      ${slots.map((slot) => slot.memoryLimitMb)}::int[],
      ${slots.map((slot) => JSON.stringify(slot.datasets))}::jsonb[])
      g(id, index, backend, device, "memoryMb", "memoryLimitMb", datasets)
    on conflict ("agentId", index) do update set
      backend = excluded.backend, device = excluded.device, "memoryMb" = excluded."memoryMb",
      "memoryLimitMb" = excluded."memoryLimitMb", datasets = excluded.datasets, "updatedAt" = now(),
      intent = case when "Slot".intent = 'STOP' and ${restarted}::boolean then 'RUN' else "Slot".intent end`;
  await tx.$executeRaw`
    delete from "Slot" where "agentId" = ${agentId}::uuid
      and index <> all (${slots.map((slot) => slot.index)}::int[])`;
}

/**
 * Registers a process under a name. The row is locked until the caller's transaction ends, so that of two processes
 * that start at once under one name the later simply replaces the earlier.
 *
 * @returns the agent and the instance that held the name before (null: nobody).
 */
export async function claimName(
  tx: Db,
  agent: {
    readonly id: string;
    readonly name: string;
    readonly hostname: string;
    readonly platform: string;
    readonly version: string;
    readonly instanceId: string;
    readonly allowsCommand: boolean;
    readonly keyId: string | null;
  },
): Promise<{ readonly id: string; readonly formerInstanceId: string | null }> {
  const made = await tx.$queryRaw<{ id: string }[]>`
    insert into "Agent" (id, name, hostname, platform, version, "instanceId", "allowsCommand",
      "keyId")
    values (${agent.id}::uuid, ${agent.name}, ${agent.hostname}, ${agent.platform}, ${agent.version},
      ${agent.instanceId}, ${agent.allowsCommand}::boolean, ${agent.keyId}::uuid)
    on conflict (name) do nothing
    returning id`;
  if (made[0] !== undefined) return { id: made[0].id, formerInstanceId: null };
  const former = await tx.$queryRaw<{ id: string; instanceId: string }[]>`
    select id, "instanceId" from "Agent" where name = ${agent.name} for no key update`;
  const held = former[0];
  if (held === undefined) throw new Error(`Agent ${agent.name} was neither made nor found.`);
  await tx.$executeRaw`
    update "Agent" set hostname = ${agent.hostname}, platform = ${agent.platform}, version = ${agent.version},
      "instanceId" = ${agent.instanceId}, "allowsCommand" = ${agent.allowsCommand}::boolean,
      "keyId" = ${agent.keyId}::uuid, "lastSeenAt" = now(), "stoppedAt" = null,
      "startedAt" = case when "instanceId" = ${agent.instanceId} then "startedAt" else now() end,
      intent = case when intent = 'STOP' and "instanceId" <> ${agent.instanceId} then 'RUN' else intent end
    where id = ${held.id}::uuid`;
  return { id: held.id, formerInstanceId: held.instanceId };
}

/** Notes a sign of life of an agent whose slot has just sent a heartbeat; at most one write in five seconds. */
export async function noteAlive(db: Db, agentId: string): Promise<void> {
  await db.$executeRaw`
    update "Agent" set "lastSeenAt" = now(), "stoppedAt" = null
    where id = ${agentId}::uuid and "lastSeenAt" < now() - interval '5 seconds'`;
}

/** What the slots of the agents that are online offer; of those that offer the same, the first by name. */
export function onlineSlots(db: Db, onlineMs: number): Promise<OnlineSlot[]> {
  return db.$queryRaw<OnlineSlot[]>`
    select distinct on (s.backend, s."memoryMb", s.device, s.datasets, a."allowsCommand")
      s.backend, s."memoryMb", s.device, s.datasets, a."allowsCommand", a.name as "agentName", s.index as "slotIndex"
    from "Agent" a join "Slot" s on s."agentId" = a.id
    where a."stoppedAt" is null and a."lastSeenAt" > now() - ${onlineMs}::int * interval '1 millisecond'
    order by s.backend, s."memoryMb", s.device, s.datasets, a."allowsCommand", a.name, s.index`;
}
