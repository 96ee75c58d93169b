/** What an edit does to the runs that no agent has taken yet: those without a place are dropped, others come back. */
import type { Assignment, SweepDefinition } from '@plumage/contract';
import { completeAssignment, createSearch, misfitsOf } from '@plumage/search';
import type { Transaction } from '../../database.ts';
import type { CommandedRun } from '../sweep.sql.ts';
import {
  DROPPED_BY_EDIT,
  dropUnstartedRuns,
  reviveRuns,
  type UnstartedRun,
  unstartedRuns,
} from './sweep-edit.sql.ts';

/**
 * For the holder of the sweep's lock.
 *
 * @param revives whether the sweep goes on, so that dropped runs that fit wait again
 */
export async function fitUnstartedRuns(
  tx: Transaction,
  sweepId: string,
  definition: SweepDefinition,
  revives: boolean,
): Promise<{ readonly dropped: CommandedRun[]; readonly revived: CommandedRun[] }> {
  const { space } = createSearch(definition);
  const fits = (run: UnstartedRun): boolean => {
    if (run.origin === 'SAMPLER' && definition.runCap !== null && run.number > definition.runCap)
      return false;
    const config = run.config as Readonly<Record<string, unknown>>;
    const assignment = completeAssignment(space, run.assignment as Assignment, config);
    return space.allows(assignment) && misfitsOf(space, assignment).length === 0;
  };
  const runs = await unstartedRuns(tx, sweepId);
  const misfits = runs.filter((run) => !run.dropped && !fits(run)).map(({ number }) => number);
  const back = revives ? runs.filter((run) => run.dropped && fits(run)).map(({ number }) => number) : [];
  return {
    dropped:
      misfits.length === 0
        ? []
        : await dropUnstartedRuns(tx, { sweepId, numbers: misfits, reason: DROPPED_BY_EDIT }),
    revived: back.length === 0 ? [] : await reviveRuns(tx, sweepId, back),
  };
}
