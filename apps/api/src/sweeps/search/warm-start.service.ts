/**
 * Results of earlier sweeps that a search knows from its start (warm_start). Which they are is decided once, by the
 * time at which the sweep was made, so that a replay knows the same.
 */
import type { Assignment, DefinitionProblem, SweepDefinition } from '@plumage/contract';
import { completeAssignment, createSearch, type HistoryEntry, misfitsOf, type Space } from '@plumage/search';
import type { Transaction } from '../../database.ts';
import type { Prisma, PrismaClient, Run } from '../../generated/prisma/client.ts';
import { isId } from '../../id.ts';

/** The newest results; more would slow each suggestion down and say little. */
const MOST_RESULTS = 2_000;

const named = {
  assignment: true,
  config: true,
  objective: true,
  objectives: true,
  objectiveStep: true,
} as const satisfies Prisma.RunSelect;

/** What is wrong with the sweeps that a definition wants to start from. */
export async function warmStartProblems(
  database: PrismaClient,
  { warmStart, metrics }: SweepDefinition,
): Promise<DefinitionProblem[]> {
  const sweeps = await database.sweep.findMany({
    where: { id: { in: warmStart.filter(isId) } },
    select: { id: true, definition: true },
  });
  return warmStart.flatMap((id, i) => {
    const told = { path: `warm_start[${i}]`, value: id, line: null };
    const sweep = sweeps.find((each) => each.id === id.toLowerCase());
    if (sweep === undefined)
      return [{ ...told, message: 'is no sweep of this server', expected: 'the id of an earlier sweep' }];
    const lacking = metrics.find(({ name }) => !metricsOf(sweep.definition).includes(name));
    if (lacking === undefined) return [];
    const message = `that sweep has no metric ${lacking.name}`;
    return [{ ...told, message, expected: 'a sweep with the same metrics' }];
  });
}

/** Results of the sweeps that this one starts from, numbered up to 0. */
export async function earlierResults(
  tx: Transaction,
  sweep: { readonly createdAt: Date },
  definition: SweepDefinition,
): Promise<HistoryEntry[]> {
  const { space } = createSearch(definition);
  const found: Omit<HistoryEntry, 'number'>[] = [];
  for (const sweepId of definition.warmStart) {
    const earlier = await tx.sweep.findUnique({ where: { id: sweepId }, select: { definition: true } });
    if (earlier === null) continue;
    const names = metricsOf(earlier.definition);
    const rows = await tx.run.findMany({
      where: { sweepId, state: 'FINISHED', finishedAt: { lte: sweep.createdAt } },
      orderBy: { number: 'asc' },
      select: named,
    });
    for (const row of rows) {
      const assignment = fittingPart(space, row);
      if (Object.keys(assignment).length === 0) continue;
      const objectives = definition.metrics.map(({ name }) => valueOf(row, names.indexOf(name)));
      const objective = objectives[0] ?? null;
      found.push({ assignment, state: 'FINISHED', objective, objectives, step: row.objectiveStep });
    }
  }
  const kept = found.slice(-MOST_RESULTS);
  return kept.map((entry, i) => ({ ...entry, number: i + 1 - kept.length }));
}

const metricsOf = (definition: Prisma.JsonValue): string[] =>
  (definition as unknown as SweepDefinition).metrics.map(({ name }) => name);

function valueOf(run: Pick<Run, 'objective' | 'objectives'>, place: number): number | null {
  const value = place === 0 ? run.objective : run.objectives[place];
  return value !== null && value !== undefined && Number.isFinite(value) ? value : null;
}

/** What of the run's configuration this space knows; a value that it cannot have here is left out. */
function fittingPart(space: Space, run: Pick<Run, 'assignment' | 'config'>): Assignment {
  const whole = completeAssignment(
    space,
    run.assignment as Assignment,
    run.config as Readonly<Record<string, unknown>>,
  );
  const misfits = new Set(misfitsOf(space, whole).map(({ parameter }) => parameter));
  return Object.fromEntries(Object.entries(whole).filter(([parameter]) => !misfits.has(parameter)));
}
