/** Running failed runs again: the cause was mended, so their failures are forgotten. */
import { failureClasses } from '@plumage/contract';
import { BadInputError } from '../../errors/api.error.ts';
import type { PrismaClient, Sweep } from '../../generated/prisma/client.ts';
import { announce } from '../../live/announce.sql.ts';
import { runChanges, sweepChange } from '../sweep.service.ts';
import { stateAgain } from './enqueue.service.ts';
import { holdForEdit, reopen } from './sweep-edit.service.ts';
import { requeueFailedRuns } from './sweep-edit.sql.ts';
import { definitionOf, writeVersion } from './version.service.ts';

/**
 * A new version of the same definition, since from here on the search knows less than it did.
 *
 * @throws NotFoundError; ConflictError when the sweep was cancelled; BadInputError for an unknown failure class
 */
export async function rerunFailed(
  database: PrismaClient,
  asked: { readonly sweepId: string; readonly failureClasses?: readonly string[] | null },
  byName: string | null,
): Promise<{ readonly sweep: Sweep; readonly count: number }> {
  const classes = asked.failureClasses ?? null;
  const unknown = classes?.find((name) => !failureClasses.some((known) => known === name));
  if (unknown !== undefined)
    throw new BadInputError('input.failureClasses', unknown, `some of ${failureClasses.join(', ')}`);
  return await database.$transaction(async (tx) => {
    const sweep = await holdForEdit(tx, asked.sweepId);
    const runs = await requeueFailedRuns(tx, sweep.id, classes);
    if (runs.length === 0) return { sweep, count: 0 };
    const what = runs.length === 1 ? '1 failed run runs again' : `${runs.length} failed runs run again`;
    const changes = [classes === null ? what : `${what} (${classes.join(', ')})`];
    const written = { definition: definitionOf(sweep), source: sweep.source };
    await writeVersion(tx, sweep, written, { changes, note: null, byName });
    if (sweep.state === 'FINISHED') await reopen(tx, sweep, stateAgain(sweep));
    const now = await tx.sweep.update({ where: { id: sweep.id }, data: { awaitsResult: false } });
    await announce(tx, [sweepChange(sweep.id, now.state), ...runChanges(sweep.id, runs)]);
    return { sweep: now, count: runs.length };
  });
}
