/** Figures and facts of an agent and its slots, as the page says them; what is not known is a dash. */
import type { AgentLineFragment } from '@plumage/api-client/operations';
import { sayIntent, strongerIntent } from './intent-words.ts';

export type Agent = AgentLineFragment;
export type Slot = Agent['slots'][number];

const unknown = '–';

const gigabytes = (mb: number): string => (mb / 1_024).toFixed(mb >= 10_240 ? 0 : 1);

/** Used and whole memory, from megabytes, in gigabytes: 3.2 / 24 GB. */
export const sayMemory = (usedMb: number | null, wholeMb: number | null): string => {
  if (usedMb === null) return wholeMb === null ? unknown : `${gigabytes(wholeMb)} GB`;
  return wholeMb === null ? `${gigabytes(usedMb)} GB` : `${gigabytes(usedMb)} / ${gigabytes(wholeMb)} GB`;
};

/** A training that takes more is ended; null without a limit. */
export const sayLimit = (limitMb: number | null): string | null =>
  limitMb === null ? null : `limit ${gigabytes(limitMb)} GB`;

/** A share from 0 to 1: 87 %. */
export const sayShare = (share: number | null): string =>
  share === null ? unknown : `${Math.round(share * 100)} %`;

/** A reading of a sensor: 61 °C. */
export const sayReading = (value: number | null, unit: string): string =>
  value === null ? unknown : `${Math.round(value)} ${unit}`;

/** What a slot is about besides its run; null while it simply trains. */
export const saySlot = (
  slot: Pick<Slot, 'intent' | 'quarantinedAt'> & { readonly run: object | null },
  agent: Pick<Agent, 'intent'>,
): string | null => {
  const busy = slot.run !== null;
  if (slot.quarantinedAt !== null && !busy) return 'quarantined';
  return sayIntent(strongerIntent(agent.intent, slot.intent), busy) ?? (busy ? null : 'idle');
};

/** How an agent stands as a whole: online, what it was told while it obeys, or how it went away. */
export const sayAgent = (
  agent: Pick<Agent, 'online' | 'intent' | 'stoppedAt'> & {
    readonly slots: readonly { readonly run: object | null }[];
  },
): string => {
  if (!agent.online) return agent.stoppedAt === null ? 'lost' : 'ended';
  const busy = agent.slots.some((slot) => slot.run !== null);
  return sayIntent(agent.intent, busy) ?? 'online';
};

/** What sweeps may require of its box and find there. */
export const sayPlacement = (
  agent: Pick<Agent, 'allowsCommand'> & { readonly slots: readonly Pick<Slot, 'datasets'>[] },
): string => {
  const datasets = [...new Set(agent.slots.flatMap((slot) => slot.datasets))].sort();
  const prepared =
    datasets.length === 0 ? 'no dataset prepared yet' : `datasets prepared: ${datasets.join(', ')}`;
  return `${prepared} · ${agent.allowsCommand ? 'runs programs that sweeps name' : 'runs no programs'}`;
};
