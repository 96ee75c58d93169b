/**
 * A sweep's life: made from what a person wrote, then paused, resumed, stopped or cancelled by a person, and finished
 * by itself. Each change is `update ... where state in (...)` with the states that the contract's table allows.
 */
import {
  type DefinitionProblem,
  isBuiltIn,
  parseSweepDefinition,
  type SweepDefinition,
  sweepTransitions,
  trainerHyperparameters,
} from '@plumage/contract';
import type { Transaction } from '../database.ts';
import { BadInputError, ConflictError, NotFoundError } from '../errors/api.error.ts';
import type { PrismaClient, Sweep, SweepState } from '../generated/prisma/client.ts';
import { isId, newId } from '../id.ts';
import { referenceProblems } from '../inputs/reference.problems.ts';
import { announce } from '../live/announce.sql.ts';
import type { NewChange } from '../live/change.type.ts';
import { ensureDefaultProject } from '../projects/project.service.ts';
import { columnsOf, keepVersion } from './edit/version.service.ts';
import { DROPPED_BY_STOP, dropUnstartedRuns } from './edit/sweep-edit.sql.ts';
import { warmStartProblems } from './search/warm-start.service.ts';
import { type CommandedRun, cancelRunsOf, finishDoneSweeps } from './sweep.sql.ts';

export const MAX_SOURCE_LENGTH = 200_000;

export type CreatedSweep =
  | { readonly ok: true; readonly sweep: Sweep; readonly warnings: readonly DefinitionProblem[] }
  | { readonly ok: false; readonly problems: readonly DefinitionProblem[] };

/** Parses a definition as the built-in trainer would have it; problems name path, value and what is expected. */
export function parseSweep(source: string): ReturnType<typeof parseSweepDefinition> {
  if (source.length > MAX_SOURCE_LENGTH) {
    throw new BadInputError('input.source', source.length, `at most ${MAX_SOURCE_LENGTH} characters`);
  }
  const parsed = parseSweepDefinition(source);
  if (!parsed.ok) return parsed;
  const problems = problemsTogether(parsed.definition);
  return problems.length === 0 ? parsed : { ok: false, problems, warnings: parsed.warnings };
}

/** Values that are right one by one and wrong together, as far as the constants of a sweep decide it. */
function problemsTogether(definition: SweepDefinition): DefinitionProblem[] {
  const { trainer } = definition;
  if (!isBuiltIn(trainer)) return [];
  const { schema } = trainerHyperparameters[trainer];
  const checked = schema.safeParse(configOf(definition, typicalAssignment(definition)));
  if (checked.success) return [];
  return checked.error.issues.map((issue) => ({
    path: `parameters.${issue.path.join('.')}`,
    message: issue.message,
    expected: issue.message,
    value: null,
    line: null,
  }));
}

/** One value of each parameter that is always there: enough to see whether the constants go together. */
function typicalAssignment(definition: SweepDefinition): Record<string, unknown> {
  const assignment: Record<string, unknown> = {};
  for (const { path, distribution, when } of definition.parameters) {
    if (when.length > 0) continue;
    if (distribution.kind === 'constant') assignment[path] = distribution.value;
    if (distribution.kind === 'categorical') assignment[path] = distribution.values[0];
  }
  return assignment;
}

/** What a run is configured with, before the trainer's defaults. */
export function configOf(
  definition: SweepDefinition,
  assignment: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return { ...(definition.dataset === null ? {} : { dataset: definition.dataset }), ...assignment };
}

/** @throws NotFoundError for an unknown project; BadInputError for a source that is too long. */
export async function createSweep(
  database: PrismaClient,
  input: {
    readonly projectId: string | null;
    readonly source: string;
    /** Who makes it; nobody in particular when left out. */
    readonly byName?: string;
  },
): Promise<CreatedSweep> {
  const parsed = parseSweep(input.source);
  if (!parsed.ok) return { ok: false, problems: parsed.problems };
  const { definition } = parsed;
  const problems = [
    ...(await warmStartProblems(database, definition)),
    ...(await referenceProblems(database, definition)),
  ];
  if (problems.length > 0) return { ok: false, problems };
  const projectId = input.projectId ?? (await ensureDefaultProject(database)).id;
  const sweep = await database.$transaction(async (tx) => {
    if (!isId(projectId) || (await tx.project.count({ where: { id: projectId } })) === 0) {
      throw new NotFoundError('project', projectId);
    }
    const made = await tx.sweep.create({
      data: {
        id: newId(),
        projectId,
        seed: BigInt(definition.seed),
        ...columnsOf({ definition, source: input.source }),
      },
    });
    await keepVersion(tx, made, { changes: [], note: null, byName: input.byName ?? null });
    await announce(tx, [sweepChange(made.id, made.state)]);
    return made;
  });
  return { ok: true, sweep, warnings: parsed.warnings };
}

/** Hands out no more runs; those that run write a checkpoint and go back to the queue. */
export function pauseSweep(database: PrismaClient, sweepId: string): Promise<Sweep> {
  return move(database, sweepId, { from: ['RUNNING'], to: 'PAUSED' });
}

/** Hands out runs again. */
export function resumeSweep(database: PrismaClient, sweepId: string): Promise<Sweep> {
  return move(database, sweepId, { from: ['PAUSED'], to: 'RUNNING', reason: null });
}

/** No run starts any more; those that have started end by themselves. @param byName who wants it so */
export function stopSweep(database: PrismaClient, sweepId: string, byName?: string): Promise<Sweep> {
  const reason = byName === undefined ? 'stopped' : `stopped by ${byName}`;
  return move(database, sweepId, { ...stopping, reason });
}

/** Ends the sweep and every run of it now. @param byName who wants it so */
export function cancelSweep(database: PrismaClient, sweepId: string, byName?: string): Promise<Sweep> {
  return move(database, sweepId, {
    from: ['RUNNING', 'PAUSED', 'STOPPING'],
    to: 'CANCELLED',
    reason: byName === undefined ? 'cancelled' : `cancelled by ${byName}`,
    alsoRuns: (tx) => cancelRunsOf(tx, sweepId, 'The sweep was cancelled.'),
  });
}

/** A sweep whose target was reached stops, if it is still going. */
export async function stopOnTarget(database: PrismaClient, sweepId: string): Promise<void> {
  const sweep = await database.sweep.findUnique({ where: { id: sweepId }, select: { definition: true } });
  const { name, goal, target } = (sweep?.definition as unknown as SweepDefinition | undefined)?.metric ?? {};
  if (target === undefined || target === null) return;
  const objective = goal === 'minimize' ? { lte: target } : { gte: target };
  const run = await database.run.findFirst({
    where: { sweepId, objective },
    orderBy: { objective: goal === 'minimize' ? 'asc' : 'desc' },
    select: { number: true, objective: true },
  });
  // Without one the target was moved meanwhile.
  if (run === null) return;
  const reached = `reached by run ${run.number} (${Number(run.objective?.toPrecision(6))})`;
  await stopByItself(database, sweepId, `target ${target} of ${name} ${reached}`);
}

/** Stops a sweep that is still going, in the server's name. @param reason in words: its target, its budget */
export async function stopByItself(database: PrismaClient, sweepId: string, reason: string): Promise<void> {
  const sweep = await database.sweep.findUnique({ where: { id: sweepId }, select: { state: true } });
  if (sweep?.state !== 'RUNNING' && sweep?.state !== 'PAUSED') return;
  try {
    await move(database, sweepId, { ...stopping, reason });
  } catch (error) {
    // Somebody has ended it meanwhile, which is just as well.
    if (!(error instanceof ConflictError)) throw error;
  }
}

interface Move {
  readonly from: readonly SweepState[];
  readonly to: SweepState;
  /** Why, in words; kept with the sweep. Null: what was said before no longer holds. */
  readonly reason?: string | null;
  readonly alsoRuns?: (tx: Transaction) => Promise<readonly CommandedRun[]>;
}

const stopping = { from: ['RUNNING', 'PAUSED'], to: 'STOPPING' } as const;

/** Doing it twice is doing it once. @throws NotFoundError; ConflictError when the sweep's state does not allow it. */
async function move(database: PrismaClient, sweepId: string, given: Move): Promise<Sweep> {
  if (!isId(sweepId)) throw new NotFoundError('sweep', sweepId);
  const { to, reason } = given;
  const from = given.from.filter((state) => sweepTransitions[state].includes(to));
  await database.$transaction(async (tx) => {
    const { count } = await tx.sweep.updateMany({
      where: { id: sweepId, state: { in: from } },
      data: {
        state: to,
        ...(reason === undefined ? {} : { stateReason: reason }),
        ...(to === 'CANCELLED' ? { finishedAt: new Date() } : {}),
      },
    });
    if (count === 0) {
      const sweep = await tx.sweep.findUnique({ where: { id: sweepId }, select: { state: true } });
      if (sweep === null) throw new NotFoundError('sweep', sweepId);
      if (sweep.state === to) return;
      throw new ConflictError(`The sweep is ${sweep.state}; from there it cannot become ${to}.`);
    }
    const runs =
      to === 'STOPPING'
        ? await dropUnstartedRuns(tx, { sweepId, numbers: null, reason: DROPPED_BY_STOP })
        : ((await given.alsoRuns?.(tx)) ?? []);
    await announce(tx, [sweepChange(sweepId, to), ...runChanges(sweepId, runs)]);
  });
  await finishSweeps(database, sweepId);
  return await database.sweep.findUniqueOrThrow({ where: { id: sweepId } });
}

/** Finishes the sweep (null: every sweep) if it is done; called after each run that ended. */
export function finishSweeps(database: PrismaClient, sweepId: string | null): Promise<void> {
  return finishDoneSweeps(database, sweepId);
}

export const sweepChange = (sweepId: string, state: SweepState): NewChange => ({
  kind: 'SWEEP',
  sweepId,
  detail: { state },
});

/** Pages look again by themselves; who is told of 500 runs has seen enough. */
const MOST_TOLD = 500;

export const runChanges = (sweepId: string, runs: readonly CommandedRun[]): NewChange[] =>
  runs.slice(0, MOST_TOLD).map(({ id, state }) => ({ kind: 'RUN', sweepId, runId: id, detail: { state } }));
