/**
 * A search played again from its rows alone, as anybody could who has them: what each run's suggestion knew is the
 * runs before it, and of their results those that had been taken in by then.
 */
import type { Assignment, SweepDefinition } from '@plumage/contract';
import { completeAssignment, createSearch, type HistoryEntry, suggestionKey } from '@plumage/search';
import type { PrismaClient, Run } from '../generated/prisma/client.ts';

export interface Replayed {
  readonly number: number;
  readonly made: Assignment;
  readonly replayed: Assignment | 'exhausted' | 'wait';
}

/** Every suggested run of the sweep, with what the search suggests for it now. */
export async function replaySweep(database: PrismaClient, sweepId: string): Promise<Replayed[]> {
  const versions = await database.sweepVersion.findMany({ where: { sweepId } });
  const runs = await database.run.findMany({ where: { sweepId }, orderBy: { number: 'asc' } });
  const definitions = new Map(
    versions.map(({ version, definition }) => [version, definition as unknown as SweepDefinition]),
  );
  return runs
    .filter((run) => run.origin === 'SAMPLER')
    .map((run) => {
      const definition = definitions.get(run.sweepVersion);
      if (definition === undefined) throw new Error(`no version ${run.sweepVersion}`);
      const search = createSearch(definition);
      const before = runs.filter(({ number }) => number < run.number);
      const assignmentOf = (other: Run) =>
        other.sweepVersion < run.sweepVersion
          ? completeAssignment(search.space, other.assignment as Assignment, other.config as object as never)
          : (other.assignment as Assignment);
      const history = before.map((other) => seenBy(run, other, assignmentOf(other)));
      const seen = new Set([
        ...before.map(({ assignmentKey }) => assignmentKey),
        ...history.map((entry) => suggestionKey(entry)),
      ]);
      const suggestion = search.suggest({ runNumber: run.number, seen, history });
      return {
        number: run.number,
        made: run.assignment as Assignment,
        replayed: suggestion.kind === 'assignment' ? suggestion.assignment : suggestion.kind,
      };
    });
}

function seenBy(run: Run, other: Run, assignment: Assignment): HistoryEntry {
  const { number } = other;
  if (other.resultNumber === null || other.resultNumber > run.knownResults)
    return { number, assignment, state: 'RUNNING', objective: null };
  const { state, objective, objectives, objectiveStep } = other;
  return { number, assignment, state, objective, objectives, step: objectiveStep };
}
