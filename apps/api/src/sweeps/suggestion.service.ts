/**
 * Asking the sampler, under the sweep's lock. Where it looks at no history (grid, random) a block of runs is queued
 * at once, so that claimers meet at the lock once in 32 runs or more and otherwise only pass each other's row locks; the
 * sweep's numbers (run_cap, exhausted, nextRunNumber) move in the same transaction and stay exact. A method that
 * learns gets one run at a time, so that each suggestion knows all that is known.
 */
import type { Assignment, SweepDefinition } from '@plumage/contract';
import { createSearch, type HistoryEntry, suggestionKey } from '@plumage/search';
import type { Transaction } from '../database.ts';
import type { Prisma, PrismaClient } from '../generated/prisma/client.ts';
import { announce } from '../live/announce.sql.ts';
import { newRun, storedKey } from './new-run.rule.ts';
import { finishSweeps } from './sweep.service.ts';
import { assignmentKeysOf, type LockedSweep, lockForSuggestion } from './sweep.sql.ts';

/** Runs queued ahead where the sampler needs no history: at least 32, and more for a fleet that asks at once. */
const LOOK_AHEAD = { least: 32, most: 256, forEachClaimer: 4 } as const;

/** 'made': runs are queued now, or were meanwhile; 'busy': another process is at it; 'none': the search is exhausted. */
export type SuggestOutcome = 'made' | 'busy' | 'none';

/** Claimers of one process that find the same sweep empty share one transaction instead of queueing for its lock. */
const underWay = new WeakMap<PrismaClient, Map<string, Promise<SuggestOutcome>>>();

/**
 * Measured by `npm run bench -- lease --runs 3000` (1,000 agents; 2 cores that others kept busy, load 7 to 9):
 * blocks of 32 for whoever asked gave 284 claims a second, blocks that grow with those who ask 454.
 *
 * @param claimers how many ask at this moment.
 */
export function suggestRuns(database: PrismaClient, sweepId: string, claimers = 1): Promise<SuggestOutcome> {
  const bySweep = underWay.get(database) ?? new Map<string, Promise<SuggestOutcome>>();
  underWay.set(database, bySweep);
  const shared = bySweep.get(sweepId);
  if (shared !== undefined) return shared;
  const own = database
    .$transaction((tx) => suggestUnderLock(tx, sweepId, claimers), { timeout: 20_000 })
    .then(async (outcome) => {
      if (outcome === 'none') await finishSweeps(database, sweepId);
      return outcome;
    })
    .finally(() => bySweep.delete(sweepId));
  bySweep.set(sweepId, own);
  return own;
}

async function suggestUnderLock(tx: Transaction, sweepId: string, claimers: number): Promise<SuggestOutcome> {
  const sweep = await lockForSuggestion(tx, sweepId);
  if (sweep === undefined) return 'busy';
  if (sweep.claimable > 0) return 'made';
  const { runs, exhausted } = await nextRuns(tx, sweep, claimers);
  await tx.run.createMany({ data: runs });
  await tx.sweep.update({
    where: { id: sweepId },
    data: { nextRunNumber: sweep.nextRunNumber + runs.length, exhausted },
  });
  await announce(tx, [{ kind: 'SWEEP', sweepId, detail: { suggested: runs.length } }]);
  return runs.length > 0 ? 'made' : 'none';
}

async function nextRuns(
  tx: Transaction,
  sweep: LockedSweep,
  claimers: number,
): Promise<{ runs: Prisma.RunCreateManyInput[]; exhausted: boolean }> {
  const definition = sweep.definition as unknown as SweepDefinition;
  const search = createSearch(definition);
  const taken = new Set(await assignmentKeysOf(tx, sweep.id));
  const seen = {
    get size() {
      return taken.size;
    },
    has: (key: string) => taken.has(storedKey(key)),
  };
  const history = search.usesHistory ? await historyOf(tx, sweep.id) : [];
  const left = sweep.runCap === null ? LOOK_AHEAD.most : sweep.runCap - sweep.nextRunNumber + 1;
  const wanted = Math.min(left, search.usesHistory ? 1 : lookAhead(claimers));
  const runs: Prisma.RunCreateManyInput[] = [];
  while (runs.length < wanted) {
    const number = sweep.nextRunNumber + runs.length;
    const suggestion = search.suggest({ runNumber: number, seen, history });
    if (suggestion.kind === 'exhausted') return { runs, exhausted: true };
    if (suggestion.kind === 'wait') break;
    const key = storedKey(suggestionKey(suggestion));
    taken.add(key);
    runs.push(
      newRun(definition, {
        ...{ sweepId: sweep.id, number, key, assignment: suggestion.assignment, until: suggestion.until },
        ...{ origin: 'SAMPLER', sweepVersion: sweep.version, knownResults: sweep.resultCount },
      }),
    );
  }
  return { runs, exhausted: false };
}

const lookAhead = (claimers: number): number =>
  Math.min(Math.max(LOOK_AHEAD.least, claimers * LOOK_AHEAD.forEachClaimer), LOOK_AHEAD.most);

async function historyOf(tx: Transaction, sweepId: string): Promise<HistoryEntry[]> {
  const rows = await tx.run.findMany({
    where: { sweepId },
    orderBy: { number: 'asc' },
    select: { number: true, assignment: true, state: true, objective: true },
  });
  return rows.map((row) => ({ ...row, assignment: row.assignment as Assignment }));
}
