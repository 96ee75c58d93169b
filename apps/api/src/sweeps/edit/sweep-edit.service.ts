/**
 * Changing a sweep while it runs. Under the sweep's lock no run is suggested, so each run is of one version or the
 * next, and two edits at once are one edit and one that is told of it.
 */
import { canMoveSweep, type DefinitionProblem, type SweepDefinition } from '@plumage/contract';
import type { Transaction } from '../../database.ts';
import { BadInputError, ConflictError, NotFoundError } from '../../errors/api.error.ts';
import type { PrismaClient, Sweep, SweepState } from '../../generated/prisma/client.ts';
import { isId } from '../../id.ts';
import { referenceProblems } from '../../inputs/reference.problems.ts';
import { announce } from '../../live/announce.sql.ts';
import { finishSweeps, parseSweep, runChanges, sweepChange } from '../sweep.service.ts';
import { changesSearch, describeChanges, problemsOfChange } from './definition-changes.ts';
import { fitUnstartedRuns } from './fit.service.ts';
import { patchSource } from './source-patch.ts';
import { lockSweep } from './sweep-edit.sql.ts';
import { definitionOf, writeVersion } from './version.service.ts';
import { hasWorkLeft } from './work-left.service.ts';

export interface SweepEdit {
  readonly sweepId: string;
  readonly version: number;
  /** Either this, the whole text, or `patch`, a merge patch of it. */
  readonly source?: string | null;
  readonly patch?: unknown;
  readonly note?: string | null;
}

export type EditOutcome =
  | {
      readonly kind: 'updated';
      readonly sweep: Sweep;
      readonly changes: string[];
      readonly warnings: DefinitionProblem[];
    }
  | { readonly kind: 'invalid'; readonly problems: DefinitionProblem[] }
  | { readonly kind: 'edited-meanwhile'; readonly sweep: Sweep };

/** @throws NotFoundError; ConflictError when the sweep was cancelled; BadInputError for neither or both of text and patch. */
export async function updateSweep(
  database: PrismaClient,
  edit: SweepEdit,
  byName: string | null,
): Promise<EditOutcome> {
  checkEdit(edit);
  const outcome = await database.$transaction((tx) => editUnderLock(tx, edit, byName));
  if (outcome.kind !== 'updated') return outcome;
  await finishSweeps(database, edit.sweepId);
  return { ...outcome, sweep: await database.sweep.findUniqueOrThrow({ where: { id: edit.sweepId } }) };
}

function checkEdit({ source = null, patch = null, note }: SweepEdit): void {
  if ((source === null) === (patch === null))
    throw new BadInputError('input', source === null ? 'neither' : 'both', 'either source or patch');
  if ((note?.length ?? 0) > 1_000) throw new BadInputError('input.note', note, 'at most 1,000 characters');
}

/** A sweep that a person may still change, held for the rest of the transaction. */
export async function holdForEdit(tx: Transaction, sweepId: string): Promise<Sweep> {
  if (!isId(sweepId)) throw new NotFoundError('sweep', sweepId);
  await lockSweep(tx, sweepId);
  const sweep = await tx.sweep.findUnique({ where: { id: sweepId } });
  if (sweep === null) throw new NotFoundError('sweep', sweepId);
  if (sweep.state === 'CANCELLED') throw new ConflictError('The sweep was cancelled, which is for good.');
  return sweep;
}

async function editUnderLock(tx: Transaction, edit: SweepEdit, byName: string | null): Promise<EditOutcome> {
  const sweep = await holdForEdit(tx, edit.sweepId);
  if (sweep.version !== edit.version) return { kind: 'edited-meanwhile', sweep };
  const source = edit.source ?? patchSource(sweep.source, edit.patch);
  const parsed = parseSweep(source);
  if (!parsed.ok) return { kind: 'invalid', problems: [...parsed.problems] };
  const { definition } = parsed;
  const before = definitionOf(sweep);
  const problems = [
    ...problemsOfChange(before, definition),
    ...(await referenceProblems(tx, definition, before)),
  ];
  if (problems.length > 0) return { kind: 'invalid', problems };
  const warnings = [...parsed.warnings];
  const changes = describeChanges(before, definition);
  if (changes.length === 0 && source === sweep.source) return { kind: 'updated', sweep, changes, warnings };
  const told = changes.length === 0 ? ['comments or layout'] : changes;
  const note = { changes: told, note: edit.note?.trim() || null, byName };
  const changed = await writeVersion(tx, sweep, { definition, source }, note);
  if (changesSearch(before, definition)) await searchAgain(tx, changed, definition);
  else await announce(tx, [sweepChange(sweep.id, sweep.state)]);
  return { kind: 'updated', sweep: changed, changes, warnings };
}

/** The search has another space, cap or budget: it is asked anew, and a sweep that had ended may go on. */
async function searchAgain(tx: Transaction, sweep: Sweep, definition: SweepDefinition): Promise<void> {
  await tx.sweep.update({ where: { id: sweep.id }, data: { exhausted: false, awaitsResult: false } });
  const hasEnded = sweep.state === 'FINISHED' || sweep.state === 'STOPPING';
  const goesOn = !hasEnded || (await hasWorkLeft(tx, sweep, definition));
  const { dropped, revived } = await fitUnstartedRuns(tx, sweep.id, definition, goesOn);
  const state = hasEnded && goesOn ? 'RUNNING' : sweep.state;
  if (state !== sweep.state) await reopen(tx, sweep, state);
  await announce(tx, [sweepChange(sweep.id, state), ...runChanges(sweep.id, [...dropped, ...revived])]);
}

/** For the holder of the sweep's lock. */
export async function reopen(tx: Transaction, sweep: Sweep, state: SweepState): Promise<void> {
  if (!canMoveSweep(sweep.state, state)) throw new Error(`${sweep.state} may not become ${state}`);
  const stateReason = state === 'RUNNING' ? null : sweep.stateReason;
  await tx.sweep.update({ where: { id: sweep.id }, data: { state, stateReason, finishedAt: null } });
}
