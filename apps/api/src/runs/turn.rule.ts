/** Whose turn it is when several agents ask at once: the same order that serving them one by one would give. */

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
}

export interface Share {
  readonly turn: SweepTurn;
  readonly count: number;
}

/**
 * The higher priority first; among equals the one with the fewest running runs, counting those given out here; then
 * the earlier of the list.
 * @returns the turns that get a share, in the order of the list.
 */
export function shareOut(turns: readonly SweepTurn[], claimers: number): Share[] {
  const counts = turns.map(() => 0);
  for (let i = 0; i < claimers; i++) {
    const next = bestTurn(turns, counts);
    if (next === -1) break;
    counts[next] = (counts[next] ?? 0) + 1;
  }
  return turns.map((turn, i) => ({ turn, count: counts[i] ?? 0 })).filter((share) => share.count > 0);
}

function bestTurn(turns: readonly SweepTurn[], counts: readonly number[]): number {
  let best = -1;
  turns.forEach((turn, i) => {
    const given = counts[i] ?? 0;
    if (turn.room !== null && given >= turn.room) return;
    const rival = turns[best];
    const fewer = rival === undefined || turn.running + given < rival.running + (counts[best] ?? 0);
    if (rival === undefined || turn.priority > rival.priority || (turn.priority === rival.priority && fewer))
      best = i;
  });
  return best;
}
