/**
 * Checkpoints do not stay for ever: a training box would fill its server's disk. Spent ones (retention.sql.ts says
 * which) go, a few runs at a time; several API processes may do this at once. The files' blobs go later, with
 * everything else that nothing points at (blobs/collection.service.ts).
 */
import type { PrismaClient } from '../generated/prisma/client.ts';
import { deleteSpent, holdRuns, runsWithSpent } from './retention.sql.ts';

/** A pass over 10,000 runs took 3 s when 30,000 checkpoints went, and 0.3 s when none did (2 busy cores). */
const RUNS_AT_ONCE = 200;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/**
 * One pass over all runs. Those that are busy at the moment are left for the next.
 * @param keep how many of the newest checkpoints a run that has not ended keeps: at least 1.
 * @returns how many checkpoints went.
 */
export async function retireCheckpoints(
  database: PrismaClient,
  keep: number,
  signal?: AbortSignal,
): Promise<number> {
  let gone = 0;
  for (let after = BEFORE_ALL; !signal?.aborted; ) {
    const runIds = await runsWithSpent(database, { keep, after, limit: RUNS_AT_ONCE });
    const last = runIds.at(-1);
    if (last === undefined) break;
    gone += await database.$transaction(async (tx) => deleteSpent(tx, keep, await holdRuns(tx, runIds)));
    after = last;
  }
  return gone;
}
