import type { AgentIntent } from '@plumage/api-client/operations';

const words: Record<AgentIntent, string | null> = {
  RUN: null,
  DRAIN: 'draining',
  PAUSE: 'paused',
  STOP: 'stopping',
};

/** What an agent or slot was told to do; `otherwise` when it was told nothing but to run. */
export const sayIntent = (intent: AgentIntent, otherwise: string): string => words[intent] ?? otherwise;

/** Used and whole memory, from megabytes, in gigabytes: 3.2 / 24 GB. */
export const sayMemory = (usedMb: number | null, wholeMb: number | null): string => {
  const gigabytes = (mb: number): string => (mb / 1_024).toFixed(mb >= 10_240 ? 0 : 1);
  if (usedMb === null) return wholeMb === null ? '–' : `${gigabytes(wholeMb)} GB`;
  return wholeMb === null ? `${gigabytes(usedMb)} GB` : `${gigabytes(usedMb)} / ${gigabytes(wholeMb)} GB`;
};
