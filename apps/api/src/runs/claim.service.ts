/**
 * One round of giving out runs to those who ask at the same moment: the sweeps are asked in turn, a queued run is
 * claimed, where none is queued the sampler is asked first. All claimers of a round share its statements, and the
 * order in which they are served is the one in which each alone would have been.
 */
import type { Placement, SlotFacts } from '@plumage/contract';
import { hashSecret, newSecret } from '../access/secret.ts';
import type { Standing } from '../agents/agent.sql.ts';
import type { Transaction } from '../database.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { newId } from '../id.ts';
import { pinInputs } from '../inputs/pin.service.ts';
import { wakeReaders } from '../live/wake-readers.sql.ts';
import { suggestRuns, type SuggestOutcome } from '../sweeps/suggestion.service.ts';
import { refreshAfterResume } from '../telemetry/latest.service.ts';
import { gatherFor } from './gather.ts';
import { type ClaimedRun, claimRuns, type ClaimRequest, supersedeAfter, sweepsInTurn } from './claim.sql.ts';
import { failOrphans } from './starting-point.sql.ts';
import { fitting, shareOut, type SweepTurn } from './turn.rule.ts';
import { isUniqueViolation } from './unique-violation.ts';

/** An agent whose standing lets it have a run. */
export interface Taker {
  readonly agentId: string;
  readonly slotIndex: number;
  /** Only runs of this sweep; null: of any. */
  readonly sweepId: string | null;
  readonly codeVersion: string | null;
  readonly standing: Standing;
  /** What its slot offers: it gets no run that asks for more. */
  readonly slot: SlotFacts;
  readonly leaseMs: number;
}

export interface GrantedLease extends ClaimedRun {
  readonly kind: 'granted';
  readonly token: string;
  /** What the sweep asks of a slot. */
  readonly requires: Placement | null;
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

  /** Each sweep gives its fair share first; whoever is still without a run then asks every sweep that it fits. */
  private async serve(turns: readonly SweepTurn[]): Promise<void> {
    for (const { turn, takers } of shareOut(turns, this.takers)) await this.askSweep(turn, takers);
    for (const turn of turns) await this.askSweep(turn, this.waiting);
  }

  private async askSweep(turn: SweepTurn, askers: readonly Taker[]): Promise<void> {
    const takers = fitting(turn, askers);
    if (takers.length > 0 && turn.claimable) await this.claim(turn, takers);
    const left = this.unserved(takers);
    if (left.length === 0 || !turn.suggestable) return;
    const outcome = await this.suggest(turn, left);
    if (outcome === 'none' || outcome === 'wait') return;
    this.contended = true;
    if (outcome === 'claimed') this.waiting = this.unserved(this.waiting);
    else await this.claim(turn, left);
  }

  /** Has the sampler asked for the takers; one that learns gives each the run that it has just suggested. */
  private async suggest(turn: SweepTurn, takers: readonly Taker[]): Promise<SuggestOutcome> {
    const asked = askedBy(takers);
    let claimed: readonly ClaimedRun[] = [];
    try {
      const outcome = await suggestRuns(this.database, turn.id, takers.length, async (tx, runIds) => {
        await pinInputs(tx, turn.id, runIds.length, runIds);
        claimed = await claimRuns(tx, turn.id, requestsOf(asked), runIds);
      });
      if (outcome === 'claimed') this.keep(turn, asked, claimed);
      return outcome;
    } catch (error) {
      if (isUniqueViolation(error)) return 'busy';
      if (takers.length === 1) throw error;
      // The database refuses one of these requests: with the runs in the queue it fails alone.
      return await suggestRuns(this.database, turn.id, takers.length);
    }
  }

  private unserved(takers: readonly Taker[]): Taker[] {
    return takers.filter((taker) => !this.outcomes.has(taker));
  }

  /** Those who have waited longest go first. A request that the database refuses fails alone. */
  private async claim(turn: SweepTurn, takers: readonly Taker[]): Promise<void> {
    try {
      await this.grant(turn, takers);
    } catch (error) {
      if (isUniqueViolation(error)) this.contended = true;
      else if (takers.length === 1) throw error;
      else for (const taker of takers) await this.claimAlone(turn, taker);
    }
    this.waiting = this.unserved(this.waiting);
  }

  private async claimAlone(turn: SweepTurn, taker: Taker): Promise<void> {
    try {
      await this.grant(turn, [taker]);
    } catch (error) {
      if (isUniqueViolation(error)) this.contended = true;
      else this.outcomes.set(taker, { kind: 'failed', error });
    }
  }

  private async grant(turn: SweepTurn, takers: readonly Taker[]): Promise<void> {
    const asked = askedBy(takers);
    let orphans = 0;
    const claimed = await this.database.$transaction(async (tx) => {
      orphans = turn.population ? await failOrphans(tx, turn.id) : 0;
      const runs = await claimWithInputs(tx, turn.id, requestsOf(asked));
      for (const run of runs) {
        if (run.epoch === 1) continue;
        const keptThrough = run.checkpointStep ?? -1;
        const keys = await supersedeAfter(tx, { runId: run.id, epoch: run.epoch, keptThrough });
        await refreshAfterResume(tx, run.id, keys);
      }
      return runs;
    });
    this.keep(turn, asked, claimed);
    if (orphans > 0) wakeReaders(this.database);
  }

  private keep(turn: SweepTurn, asked: Asked, claimed: readonly ClaimedRun[]): void {
    for (const run of claimed) {
      const found = asked.get(run.attemptId);
      if (found) {
        const granted = { kind: 'granted', ...run, token: found.token, requires: turn.requires } as const;
        this.outcomes.set(found.taker, granted);
      }
    }
    if (claimed.length > 0) wakeReaders(this.database);
  }
}

/** Those that are ready come first; where they do not suffice, others get what they name, and are claimed too. */
async function claimWithInputs(
  tx: Transaction,
  sweepId: string,
  requests: readonly ClaimRequest[],
): Promise<ClaimedRun[]> {
  const ready = await claimRuns(tx, sweepId, requests);
  const left = requests.slice(ready.length);
  if (left.length === 0 || (await pinInputs(tx, sweepId, left.length)) === 0) return ready;
  const unserved = requests.filter(({ attemptId }) => !ready.some((run) => run.attemptId === attemptId));
  return [...ready, ...(await claimRuns(tx, sweepId, unserved))];
}

/** Who asks under which attempt's id, and the token that its lease will have. */
type Asked = ReadonlyMap<string, { readonly taker: Taker; readonly token: string }>;

const askedBy = (takers: readonly Taker[]): Asked =>
  new Map(takers.map((taker) => [newId(), { taker, token: newSecret('run') }]));

const requestsOf = (asked: Asked): ClaimRequest[] =>
  [...asked].map(([attemptId, { taker, token }]) => requestOf(taker, attemptId, token));

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
