/**
 * Asking the sampler, under the sweep's lock, so that each suggestion knows every run before it and no two are alike.
 *
 * Where the sampler looks at no history (grid, random, sobol) a block of runs is queued at once, so that claimers meet
 * at the lock once in 32 runs or more and otherwise only pass each other's row locks: what run n gets is decided by
 * the seed and by the runs before it, so it does not matter when or by whom it is taken. A sampler that learns is
 * asked once for each claimer, and the claimers get their runs in the same transaction: no suggestion grows old in
 * the queue, and what one of them gets is known to the next as a run under way.
 */
import type { Suggestion } from '@plumage/search';
import type { Transaction } from '../database.ts';
import type { Prisma, PrismaClient } from '../generated/prisma/client.ts';
import { announce } from '../live/announce.sql.ts';
import { spentBudget } from './budget/budget.rule.ts';
import { stopOverBudget } from './budget/budget.service.ts';
import { budgetUses } from './budget/budget.sql.ts';
import { definitionOf } from './edit/version.service.ts';
import { type Descent, newRun } from './new-run.rule.ts';
import { checkpointSteps, historySince, takeInResults } from './search/history.sql.ts';
import { memoriesOf, type SearchMemories } from './search/search-memories.ts';
import { SearchMemory } from './search/search-memory.ts';
import { earlierResults } from './search/warm-start.service.ts';
import { finishSweeps } from './sweep.service.ts';
import { type LockedSweep, lockForSuggestion } from './sweep.sql.ts';

/** Runs queued ahead where the sampler needs no history: at least 32, and more for a fleet that asks at once. */
const LOOK_AHEAD = { least: 32, most: 256, forEachClaimer: 4 } as const;
/** A sampler that learns is asked for so long at most while others wait for the sweep's lock. */
const MOST_SUGGEST_MS = 250;

/**
 * 'made': runs are queued now, or were meanwhile; 'claimed': runs were made and `claim` has given them out; 'busy':
 * another process is at it; 'wait': none before another run ends; 'none': the search is over.
 */
export type SuggestOutcome = 'made' | 'claimed' | 'busy' | 'wait' | 'none';

/** Gives out new runs, in the transaction that makes them. */
export type ClaimNew = (tx: Transaction, runIds: readonly string[]) => Promise<void>;

/** Claimers of one process that find the same sweep empty share one transaction instead of queueing for its lock. */
const underWay = new WeakMap<PrismaClient, Map<string, Promise<SuggestOutcome>>>();

/**
 * Measured by `npm run bench -- lease --runs 3000` (1,000 agents; 2 cores that others kept busy, load 7 to 9):
 * blocks of 32 for whoever asked gave 284 claims a second, blocks that grow with those who ask 454.
 *
 * @param claimers how many ask at this moment
 * @param claim for a sampler that learns; without it its runs are queued
 */
export async function suggestRuns(
  database: PrismaClient,
  sweepId: string,
  claimers = 1,
  claim?: ClaimNew,
): Promise<SuggestOutcome> {
  const bySweep = underWay.get(database) ?? new Map<string, Promise<SuggestOutcome>>();
  underWay.set(database, bySweep);
  for (let shared = bySweep.get(sweepId); shared !== undefined; shared = bySweep.get(sweepId)) {
    const outcome = await shared;
    if (outcome !== 'claimed') return outcome;
  }
  const own = suggestOnce(database, sweepId, claimers, claim).finally(() => bySweep.delete(sweepId));
  bySweep.set(sweepId, own);
  return await own;
}

/** One at a time for each sweep and database: what the transaction teaches the memory is forgotten if it fails. */
async function suggestOnce(
  database: PrismaClient,
  sweepId: string,
  claimers: number,
  claim: ClaimNew | undefined,
): Promise<SuggestOutcome> {
  const memories = memoriesOf(database);
  try {
    const outcome = await database.$transaction(
      (tx) => suggestUnderLock(tx, memories, { sweepId, claimers, claim }),
      { timeout: 20_000 },
    );
    if (outcome !== 'spent' && outcome !== 'none') return outcome;
    if (outcome === 'spent') await stopOverBudget(database);
    await finishSweeps(database, sweepId);
    return 'none';
  } catch (error) {
    memories.forget(sweepId);
    throw error;
  }
}

interface Asked {
  readonly sweepId: string;
  readonly claimers: number;
  readonly claim: ClaimNew | undefined;
}

async function suggestUnderLock(
  tx: Transaction,
  memories: SearchMemories,
  { sweepId, claimers, claim }: Asked,
): Promise<SuggestOutcome | 'spent'> {
  const sweep = await lockForSuggestion(tx, sweepId);
  if (sweep === undefined) return 'busy';
  if (sweep.claimable > 0) return 'made';
  if (await isSpent(tx, sweep)) return 'spent';
  const memory = await remember(tx, memories, sweep);
  const { runs, end } = await nextRuns(tx, sweep, memory, claimers);
  const awaits = end === 'wait' && memory.awaitsSome;
  await tx.run.createMany({ data: runs });
  await tx.sweep.update({
    where: { id: sweepId },
    data: {
      nextRunNumber: sweep.nextRunNumber + runs.length,
      // Nothing under way, and the sampler waits for something: it waits for ever.
      exhausted: end === 'exhausted' || (end === 'wait' && !awaits),
      awaitsResult: awaits,
    },
  });
  await announce(tx, [{ kind: 'SWEEP', sweepId, detail: { suggested: runs.length } }]);
  if (runs.length === 0) return awaits ? 'wait' : 'none';
  if (claim === undefined || !memory.search.usesHistory) return 'made';
  await claim(
    tx,
    runs.map(({ id }) => id),
  );
  return 'claimed';
}

async function isSpent(tx: Transaction, sweep: LockedSweep): Promise<boolean> {
  if (!sweep.hasBudget) return false;
  const [use] = await budgetUses(tx, [sweep.id]);
  return use !== undefined && spentBudget(use) !== null;
}

/** The sweep's search with all that is known at this moment, results among it if the sampler looks at them. */
async function remember(
  tx: Transaction,
  memories: SearchMemories,
  sweep: LockedSweep,
): Promise<SearchMemory> {
  const { id, version } = sweep;
  let memory = memories.get(id, version);
  // A database that was put back to an earlier state knows less than this process.
  if (memory && (memory.known.number >= sweep.nextRunNumber || memory.known.result > sweep.resultCount))
    memory = undefined;
  if (memory === undefined) {
    const definition = definitionOf(sweep);
    const earlier = definition.warmStart.length > 0 ? await earlierResults(tx, sweep, definition) : [];
    memory = new SearchMemory(id, version, definition, earlier);
  }
  const result = memory.search.usesHistory ? await takeInResults(tx, id) : sweep.resultCount;
  memory.learn(await historySince(tx, memory.known), result);
  if (memory.definition.pbt !== null) memory.learnCheckpoints(await checkpointSteps(tx, id));
  memories.keep(id, version, memory);
  return memory;
}

interface NextRuns {
  readonly runs: (Prisma.RunCreateManyInput & { readonly id: string })[];
  /** Why there are no more; null: enough were made. */
  readonly end: 'exhausted' | 'wait' | null;
}

async function nextRuns(
  tx: Transaction,
  sweep: LockedSweep,
  memory: SearchMemory,
  claimers: number,
): Promise<NextRuns> {
  const left = sweep.runCap === null ? LOOK_AHEAD.most : sweep.runCap - sweep.nextRunNumber + 1;
  const { usesHistory } = memory.search;
  const wanted = Math.min(
    left,
    usesHistory ? Math.min(claimers, sweep.room ?? claimers) : lookAhead(claimers),
  );
  const until = usesHistory ? performance.now() + MOST_SUGGEST_MS : Number.POSITIVE_INFINITY;
  const runs: NextRuns['runs'] = [];
  while (runs.length < wanted && (runs.length === 0 || performance.now() < until)) {
    const number = sweep.nextRunNumber + runs.length;
    const suggestion = memory.suggest(number);
    if (suggestion.kind !== 'assignment') return { runs, end: suggestion.kind };
    const { assignment, until: untilStep } = suggestion;
    runs.push(
      newRun(memory.definition, {
        ...{ sweepId: sweep.id, number, assignment, until: untilStep, origin: 'SAMPLER' },
        ...{ key: memory.add(number, suggestion), sweepVersion: sweep.version },
        knownResults: memory.known.result,
        descent: await descentOf(tx, sweep.id, memory, suggestion),
      }),
    );
  }
  return { runs, end: null };
}

/** Null outside of populations. */
async function descentOf(
  tx: Transaction,
  sweepId: string,
  memory: SearchMemory,
  { parent, place }: Suggestion & { readonly kind: 'assignment' },
): Promise<Descent | null> {
  if (place === null) return null;
  if (parent === null) return { ...place, parentRunId: null, parentStep: null };
  const { id } = await tx.run.findUniqueOrThrow({
    where: { sweepId_number: { sweepId, number: parent } },
    select: { id: true },
  });
  return { ...place, parentRunId: id, parentStep: memory.checkpointStepOf(parent) };
}

const lookAhead = (claimers: number): number =>
  Math.min(Math.max(LOOK_AHEAD.least, claimers * LOOK_AHEAD.forEachClaimer), LOOK_AHEAD.most);
