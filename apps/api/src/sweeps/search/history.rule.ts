/** From a run's row to what a search sees of it. */
import type { Assignment, RunState } from '@plumage/contract';
import { completeAssignment, type HistoryEntry, type Space } from '@plumage/search';
import type { HistoryRow } from './history.sql.ts';

/** What of a run every replay must know alike: its end counts from the moment at which its result was taken in. */
export type KnownRun = Pick<
  HistoryRow,
  'number' | 'objective' | 'objectives' | 'step' | 'parent' | 'member' | 'generation'
> & { readonly state: RunState; readonly isKnown: boolean; readonly assignment: Assignment };

export function historyEntry(run: KnownRun): HistoryEntry {
  const { number, assignment, parent, member, generation } = run;
  const place = member === null || generation === null ? null : { member, generation };
  const always = { number, assignment, parent, place };
  if (!run.isKnown) return { ...always, state: 'RUNNING', objective: null };
  return {
    ...always,
    state: run.state,
    objective: finite(run.objective),
    objectives: run.objectives.map(finite),
    step: run.step,
  };
}

/** The assignment of a run as a newer definition would have written it. */
export const assignmentNow = (space: Space, { assignment, config }: HistoryRow): Assignment =>
  config === null
    ? (assignment as Assignment)
    : completeAssignment(space, assignment as Assignment, config as Readonly<Record<string, unknown>>);

const finite = (value: number | 'NaN' | null): number | null => (typeof value === 'number' ? value : null);
