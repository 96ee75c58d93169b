/** Why a sweep that has work gets no agent, in words. */
import { describePlacement, missingFrom, type Placement, type SlotFacts } from '@plumage/contract';

/** A slot of an agent that is online. */
export interface OnlineSlot extends SlotFacts {
  readonly agentName: string;
  readonly slotIndex: number;
}

/** @returns null when some slot offers all that is asked for. */
export function waitingBecause(requires: Placement | null, online: readonly OnlineSlot[]): string | null {
  if (online.length === 0) {
    return requires === null
      ? 'No agent is online.'
      : `No agent is online. It asks for ${describePlacement(requires)}.`;
  }
  if (requires === null) return null;
  let nearest: { slot: OnlineSlot; missing: readonly string[] } | undefined;
  for (const slot of online) {
    const missing = missingFrom(requires, slot);
    if (missing.length === 0) return null;
    if (nearest === undefined || missing.length < nearest.missing.length) nearest = { slot, missing };
  }
  const { slot, missing = [] } = nearest ?? {};
  const where = `${slot?.agentName}, slot ${slot?.slotIndex}`;
  return `No agent that is online offers ${describePlacement(requires)}. The nearest is ${where}: ${missing.join('; ')}.`;
}
