/** How agents look in a terminal: a line a slot, since a slot is what trains. */
import type { AgentLineFragment } from '@plumage/api-client/operations';
import type { Paint } from '../terminal/paint.ts';
import { type Cell, layoutTable } from '../terminal/table.layout.ts';
import { agoText, figureText, stepText } from '../terminal/words.format.ts';

type Slot = AgentLineFragment['slots'][number];

const stateCell = (agent: AgentLineFragment, slot: Slot | undefined): Cell => {
  if (agent.stoppedAt !== null) return { text: 'stopped', tone: 'dim' };
  if (!agent.online) return { text: 'offline', tone: 'bad' };
  if (slot !== undefined && slot.quarantinedAt !== null) return { text: 'quarantined', tone: 'bad' };
  const intent = agent.intent === 'RUN' ? (slot?.intent ?? 'RUN') : agent.intent;
  if (intent !== 'RUN')
    return { text: { DRAIN: 'draining', PAUSE: 'paused', STOP: 'stopping' }[intent], tone: 'dim' };
  return slot?.run ? { text: 'training', tone: 'busy' } : { text: 'idle', tone: 'good' };
};

const memoryText = ({ memoryUsedMb, memoryMb }: Slot): string | null => {
  if (memoryUsedMb === null) return memoryMb === null ? null : `${memoryMb} MB`;
  const used = Math.round(memoryUsedMb);
  return memoryMb === null ? `${used} MB` : `${used}/${memoryMb} MB`;
};

const slotRow = (agent: AgentLineFragment, slot: Slot | undefined, now: Date): Cell[] => [
  { text: agent.name, tone: 'strong' },
  slot === undefined ? null : String(slot.index),
  stateCell(agent, slot),
  slot?.device ?? null,
  slot?.backend ?? null,
  slot?.run ? `${slot.run.sweep.name}/${slot.run.name}` : null,
  slot?.run ? stepText(slot.run.step, slot.run.totalSteps) : null,
  figureText(slot?.imagesPerSecond ?? null),
  slot === undefined ? null : memoryText(slot),
  agoText(agent.lastSeenAt, now),
  slot?.quarantineReason ?? slot?.lastError ?? null,
];

const columns = [
  { title: 'agent', shrink: true },
  { title: 'slot', align: 'right' },
  { title: 'state' },
  { title: 'device', shrink: true },
  { title: 'backend' },
  { title: 'run', shrink: true },
  { title: 'step', align: 'right' },
  { title: 'img/s', align: 'right' },
  { title: 'memory', align: 'right' },
  { title: 'heard' },
] as const;

/** The column of errors is there only when a slot has one. */
export const agentTable = (
  agents: readonly AgentLineFragment[],
  now: Date,
  paint: Paint,
  room: number | undefined,
): string => {
  const rows = agents.flatMap((agent) =>
    (agent.slots.length === 0 ? [undefined] : agent.slots).map((slot) => slotRow(agent, slot, now)),
  );
  const troubled = rows.some((row) => row[columns.length] !== null);
  return layoutTable(
    troubled ? [...columns, { title: 'trouble', shrink: true }] : columns,
    rows,
    paint,
    room,
  );
};
