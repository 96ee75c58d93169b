/** Whose turn it is when several agents ask at once: the same order that serving them one by one would give. */
import { type Placement, placementFits, type SlotFacts } from '@plumage/contract';

export interface SweepTurn {
  readonly id: string;
  /** A run waits and may be claimed now. */
  readonly claimable: boolean;
  /** The sampler may be asked for more. */
  readonly suggestable: boolean;
  readonly priority: number;
  /** Runs that run now. */
  readonly running: number;
  /** How many more may run under the concurrency limit; null: any number. */
  readonly room: number | null;
  /** What a slot must offer; null: nothing. */
  readonly requires: Placement | null;
  /** Its runs start from each other's checkpoints. */
  readonly population: boolean;
}

/** Who asks: the slot that it asks for. */
export interface Claimer {
  readonly slot: SlotFacts;
}

export interface Share<Taker extends Claimer> {
  readonly turn: SweepTurn;
  /** In the order in which they came. */
  readonly takers: readonly Taker[];
}

/**
 * Each claimer in the order of the list gets the best turn that it fits: the higher priority first; among equals the
 * one with the fewest running runs, counting those given out here; then the earlier of the list.
 *
 * @returns the turns that get a share, in the order of the list.
 */
export function shareOut<Taker extends Claimer>(
  turns: readonly SweepTurn[],
  claimers: readonly Taker[],
): Share<Taker>[] {
  const shares = turns.map((turn): OpenShare<Taker> => ({ turn, takers: [] }));
  for (const claimer of claimers) bestShare(shares, claimer)?.takers.push(claimer);
  return shares.filter((share) => share.takers.length > 0);
}

/** The claimers to whom the sweep may give a run at all. */
export const fitting = <Taker extends Claimer>(turn: SweepTurn, claimers: readonly Taker[]): Taker[] =>
  claimers.filter(({ slot }) => placementFits(turn.requires, slot).fits);

interface OpenShare<Taker extends Claimer> {
  readonly turn: SweepTurn;
  readonly takers: Taker[];
}

function bestShare<Taker extends Claimer>(
  shares: readonly OpenShare<Taker>[],
  claimer: Taker,
): OpenShare<Taker> | undefined {
  let best: OpenShare<Taker> | undefined;
  for (const share of shares) {
    if (share.turn.room !== null && share.takers.length >= share.turn.room) continue;
    if (best !== undefined && !isBefore(share, best)) continue;
    if (placementFits(share.turn.requires, claimer.slot).fits) best = share;
  }
  return best;
}

function isBefore(a: Share<Claimer>, b: Share<Claimer>): boolean {
  if (a.turn.priority !== b.turn.priority) return a.turn.priority > b.turn.priority;
  return a.turn.running + a.takers.length < b.turn.running + b.takers.length;
}
