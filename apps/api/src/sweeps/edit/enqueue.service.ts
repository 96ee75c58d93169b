/**
 * Runs that a person asks for: configurations of the sweep's own space that no run has yet, ahead of those that the
 * search suggests, and known to it from then on.
 */
import {
  type Assignment,
  assignmentKey,
  type DefinitionProblem,
  isBuiltIn,
  type SweepDefinition,
  trainerHyperparameters,
} from '@plumage/contract';
import { completeAssignment, createSearch, misfitsOf, type Space } from '@plumage/search';
import type { Transaction } from '../../database.ts';
import { BadInputError } from '../../errors/api.error.ts';
import type { PrismaClient, Run, Sweep } from '../../generated/prisma/client.ts';
import { announce } from '../../live/announce.sql.ts';
import { newRun, storedKey } from '../new-run.rule.ts';
import { configOf, parseSweep, runChanges, sweepChange } from '../sweep.service.ts';
import { patchSource } from './source-patch.ts';
import { holdForEdit, reopen } from './sweep-edit.service.ts';
import { definitionOf, writeVersion } from './version.service.ts';

const MOST_AT_ONCE = 100;

export type EnqueueOutcome =
  | { readonly kind: 'enqueued'; readonly runs: Run[]; readonly sweep: Sweep }
  | { readonly kind: 'invalid'; readonly problems: DefinitionProblem[] };

/** @throws NotFoundError; ConflictError when the sweep was cancelled; BadInputError for none or too many. */
export async function enqueueRuns(
  database: PrismaClient,
  asked: { readonly sweepId: string; readonly assignments: readonly unknown[] },
  byName: string | null,
): Promise<EnqueueOutcome> {
  const { sweepId, assignments } = asked;
  if (assignments.length < 1 || assignments.length > MOST_AT_ONCE)
    throw new BadInputError('input.assignments', assignments.length, `1 to ${MOST_AT_ONCE} assignments`);
  return await database.$transaction(async (tx) => {
    const sweep = await holdForEdit(tx, sweepId);
    const definition = definitionOf(sweep);
    const checked = check(definition, assignments);
    const problems = [...checked.problems, ...(await duplicates(tx, sweepId, checked.keys))];
    if (problems.length > 0) return { kind: 'invalid', problems: problems.sort(byPlace) };
    const current = await raiseCap(tx, sweep, checked.assignments.length, byName);
    const first = current.nextRunNumber;
    const planned = checked.assignments.map((assignment, i) =>
      newRun(definition, {
        ...{ sweepId, assignment, key: checked.keys[i] ?? '', number: first + i, origin: 'ENQUEUED' },
        ...{ sweepVersion: current.version, knownResults: current.resultCount, until: null },
      }),
    );
    await tx.run.createMany({ data: planned });
    await tx.sweep.update({ where: { id: sweepId }, data: { nextRunNumber: first + planned.length } });
    if (sweep.state === 'FINISHED') await reopen(tx, sweep, stateAgain(sweep));
    const runs = await tx.run.findMany({
      where: { sweepId, number: { gte: first } },
      orderBy: { number: 'asc' },
    });
    const now = await tx.sweep.findUniqueOrThrow({ where: { id: sweepId } });
    await announce(tx, [sweepChange(sweepId, now.state), ...runChanges(sweepId, runs)]);
    return { kind: 'enqueued', runs, sweep: now };
  });
}

/** By the assignment, whichever check has found them. */
const byPlace = (a: DefinitionProblem, b: DefinitionProblem): number => placeOf(a) - placeOf(b);
const placeOf = ({ path }: DefinitionProblem): number => Number(/^assignments\[(\d+)\]/.exec(path)?.[1] ?? 0);

/** What was stopped starts only what a person asks for; what came to its end by itself may search on. */
export const stateAgain = ({ stateReason }: Pick<Sweep, 'stateReason'>): 'RUNNING' | 'STOPPING' =>
  stateReason === null ? 'RUNNING' : 'STOPPING';

const problem = (path: string, message: string, expected: string, value: unknown): DefinitionProblem => ({
  ...{ path, message, expected, line: null },
  value: value ?? null,
});

interface Checked {
  readonly assignments: readonly Assignment[];
  readonly keys: readonly string[];
  readonly problems: readonly DefinitionProblem[];
}

function check(definition: SweepDefinition, given: readonly unknown[]): Checked {
  const { space } = createSearch(definition);
  if (definition.method === 'pbt') {
    const message = 'a population makes its own runs, each from the one before';
    const problems = [problem('assignments', message, 'a sweep of another method', null)];
    return { assignments: [], keys: [], problems };
  }
  const judged = given.map((value, i) => checkOne(definition, space, value, `assignments[${i}]`));
  const assignments = judged.flatMap(({ assignment }) => (assignment === undefined ? [] : [assignment]));
  const keys = assignments.map((assignment) => storedKey(assignmentKey(assignment)));
  const problems = judged.flatMap((one) => one.problems);
  const isWhole = problems.length === 0;
  const repeated = keys.flatMap((key, i) => {
    const same = keys.indexOf(key);
    if (!isWhole || same === i) return [];
    return [problem(`assignments[${i}]`, `is assignments[${same}] again`, 'each once', given[i])];
  });
  return { assignments, keys, problems: [...problems, ...repeated] };
}

function checkOne(
  definition: SweepDefinition,
  space: Space,
  value: unknown,
  path: string,
): { readonly assignment?: Assignment; readonly problems: DefinitionProblem[] } {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return { problems: [problem(path, 'is no mapping', 'dotted paths to values', value)] };
  const assignment = completeAssignment(space, value as Assignment);
  const misfits = misfitsOf(space, assignment).map(({ parameter, value: found, expected }) => {
    const message = found === undefined ? 'is missing' : 'lies outside of the space of the sweep';
    return problem(`${path}.${parameter}`, message, expected, found);
  });
  if (misfits.length > 0) return { problems: misfits };
  if (!space.allows(assignment))
    return { problems: [problem(path, 'lies in an excluded region', 'a point outside of it', value)] };
  return { assignment, problems: refusedByTrainer(definition, assignment, path) };
}

function refusedByTrainer(
  definition: SweepDefinition,
  assignment: Assignment,
  path: string,
): DefinitionProblem[] {
  const { trainer } = definition;
  if (!isBuiltIn(trainer)) return [];
  const parsed = trainerHyperparameters[trainer].schema.safeParse(configOf(definition, assignment));
  if (parsed.success) return [];
  return parsed.error.issues.map((issue) => {
    const at = issue.path.map(String).join('.');
    return problem(`${path}.${at}`, issue.message, issue.message, assignment[at]);
  });
}

/** What a run has already is named; that run can be looked at, or run again if it has failed. */
async function duplicates(
  tx: Transaction,
  sweepId: string,
  keys: readonly string[],
): Promise<DefinitionProblem[]> {
  const taken = await tx.run.findMany({
    where: { sweepId, assignmentKey: { in: [...keys] } },
    select: { number: true, name: true, assignmentKey: true, assignment: true },
  });
  return taken.map(({ number, name, assignmentKey: key, assignment }) =>
    problem(
      `assignments[${keys.indexOf(key)}]`,
      `is run ${number} (${name}) already`,
      'a configuration that no run has',
      assignment,
    ),
  );
}

/** A cap that has no room for the new runs makes it, as a version of its own. */
async function raiseCap(tx: Transaction, sweep: Sweep, count: number, byName: string | null): Promise<Sweep> {
  const needed = sweep.nextRunNumber - 1 + count;
  if (sweep.runCap === null || needed <= sweep.runCap) return sweep;
  const source = patchSource(sweep.source, { run_cap: needed });
  const parsed = parseSweep(source);
  // A file that names no cap and got one by default parses as well with one; if ever not, its runs are made all the same.
  const definition = parsed.ok ? parsed.definition : { ...definitionOf(sweep), runCap: needed };
  const changes = [
    `run_cap ${sweep.runCap} → ${needed}, for ${count} enqueued ${count === 1 ? 'run' : 'runs'}`,
  ];
  return await writeVersion(tx, sweep, { definition, source }, { changes, note: null, byName });
}
