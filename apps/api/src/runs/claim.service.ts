/**
 * One round of giving out runs to those who ask at the same moment: the sweeps are asked in turn, a queued run is
 * claimed, where none is queued the sampler is asked first. All claimers of a round share its statements, and the
 * order in which they are served is the one in which each alone would have been.
 */
import { hashSecret, newSecret } from '../access/secret.ts';
import type { Standing } from '../agents/agent.sql.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { newId } from '../id.ts';
import { wakeReaders } from '../live/wake-readers.sql.ts';
import { suggestRuns } from '../sweeps/suggestion.service.ts';
import { refreshAfterResume } from '../telemetry/latest.service.ts';
import { gatherFor } from './gather.ts';
import { type ClaimedRun, claimRuns, type ClaimRequest, supersedeAfter, sweepsInTurn } from './lease.sql.ts';
import { shareOut, type SweepTurn } from './turn.rule.ts';
import { isUniqueViolation } from './unique-violation.ts';

/** An agent whose standing lets it have a run. */
export interface Taker {
  readonly agentId: string;
  readonly slotIndex: number;
  /** Only runs of this sweep; null: of any. */
  readonly sweepId: string | null;
  readonly codeVersion: string | null;
  readonly standing: Standing;
  readonly leaseMs: number;
}

export interface GrantedLease extends ClaimedRun {
  readonly kind: 'granted';
  readonly token: string;
}

export type Taken =
  | GrantedLease
  /** No sweep has work for this agent. */
  | { readonly kind: 'none' }
  /** There was work, and others took it; progress: others of this very round. */
  | { readonly kind: 'contended'; readonly progress: boolean }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Four rounds at once keep Postgres busy while one waits for the disk or for a sampler. */
export const takersOf = gatherFor<Taker, Taken>({ atOnce: 4, most: 64 }, async (database, takers) => {
  const outcomes = new Map<Taker, Taken>();
  const sweepIds = [...new Set(takers.map((taker) => taker.sweepId))];
  await Promise.all(
    sweepIds.map((sweepId) => {
      const alike = takers.filter((taker) => taker.sweepId === sweepId);
      return new Round(database, alike, outcomes).run(sweepId);
    }),
  );
  return takers.map((taker) => outcomes.get(taker) ?? { kind: 'none' });
});

class Round {
  private waiting: readonly Taker[];
  private contended = false;

  constructor(
    private readonly database: PrismaClient,
    private readonly takers: readonly Taker[],
    private readonly outcomes: Map<Taker, Taken>,
  ) {
    this.waiting = takers;
  }

  /** Never rejects: a run that was given out reaches its taker even if the next statement fails. */
  async run(sweepId: string | null): Promise<void> {
    let left: Taken;
    try {
      await this.serve(await sweepsInTurn(this.database, sweepId));
      const progress = this.waiting.length < this.takers.length;
      left = this.contended ? { kind: 'contended', progress } : { kind: 'none' };
    } catch (error) {
      left = { kind: 'failed', error };
    }
    for (const taker of this.waiting) this.outcomes.set(taker, left);
  }

  /** Each sweep gives its fair share first; whoever is still without a run then asks every sweep. */
  private async serve(turns: readonly SweepTurn[]): Promise<void> {
    const rest = turns.map((turn) => ({ turn, count: this.takers.length }));
    for (const { turn, count } of [...shareOut(turns, this.takers.length), ...rest]) {
      if (this.waiting.length === 0) return;
      await this.askSweep(turn, count);
    }
  }

  private async askSweep(turn: SweepTurn, count: number): Promise<void> {
    const before = this.waiting.length;
    if (turn.claimable) await this.claim(turn.id, count);
    const wanted = Math.min(count - (before - this.waiting.length), this.waiting.length);
    if (wanted <= 0 || !turn.suggestable) return;
    if ((await suggestRuns(this.database, turn.id, wanted)) === 'none') return;
    this.contended = true;
    await this.claim(turn.id, wanted);
  }

  /** Those who have waited longest go first. A request that the database refuses fails alone. */
  private async claim(sweepId: string, count: number): Promise<void> {
    const chosen = this.waiting.slice(0, count);
    try {
      await this.grant(sweepId, chosen);
    } catch (error) {
      if (isUniqueViolation(error)) this.contended = true;
      else if (chosen.length === 1) throw error;
      else for (const taker of chosen) await this.claimAlone(sweepId, taker);
    }
    this.waiting = this.waiting.filter((taker) => !this.outcomes.has(taker));
  }

  private async claimAlone(sweepId: string, taker: Taker): Promise<void> {
    try {
      await this.grant(sweepId, [taker]);
    } catch (error) {
      if (isUniqueViolation(error)) this.contended = true;
      else this.outcomes.set(taker, { kind: 'failed', error });
    }
  }

  private async grant(sweepId: string, takers: readonly Taker[]): Promise<void> {
    const asked = new Map(takers.map((taker) => [newId(), { taker, token: newSecret('run') }]));
    const requests = [...asked].map(([attemptId, { taker, token }]) => requestOf(taker, attemptId, token));
    const claimed = await this.database.$transaction(async (tx) => {
      const runs = await claimRuns(tx, sweepId, requests);
      for (const run of runs) {
        if (run.epoch === 1) continue;
        const keptThrough = run.checkpointStep ?? -1;
        const keys = await supersedeAfter(tx, { runId: run.id, epoch: run.epoch, keptThrough });
        await refreshAfterResume(tx, run.id, keys);
      }
      return runs;
    });
    for (const run of claimed) {
      const found = asked.get(run.attemptId);
      if (found) this.outcomes.set(found.taker, { kind: 'granted', ...run, token: found.token });
    }
    if (claimed.length > 0) wakeReaders(this.database);
  }
}

const requestOf = (taker: Taker, attemptId: string, token: string): ClaimRequest => ({
  attemptId,
  tokenHash: hashSecret(token),
  leaseMs: taker.leaseMs,
  agentId: taker.agentId,
  agentName: taker.standing.agentName,
  slotId: taker.standing.slotId ?? '',
  slotIndex: taker.slotIndex,
  backend: taker.standing.backend ?? '',
  device: taker.standing.device ?? '',
  codeVersion: taker.codeVersion,
});
