/** Runs as people see and command them: lists, and cancel, pause and resume of one run. */
import { BadInputError, ConflictError, NotFoundError } from '../errors/api.error.ts';
import type { Prisma, PrismaClient, Run, RunState } from '../generated/prisma/client.ts';
import { isId } from '../id.ts';
import { announce } from '../live/announce.sql.ts';
import { lockRun } from './lease.sql.ts';
import { type CursorKey, decodeKey, encodeKey, type Page } from '../schema/page.ts';
import { finishSweeps } from '../sweeps/sweep.service.ts';

export type RunOrder = 'CREATED_AT' | 'NUMBER' | 'OBJECTIVE' | 'UPDATED_AT';
export type SortDirection = 'ASC' | 'DESC';

export interface RunFilter {
  readonly sweepId?: string | null;
  readonly states?: readonly RunState[] | null;
  /** Part of the run's or its sweep's name, in any case. */
  readonly search?: string | null;
  readonly trainer?: string | null;
}

export interface RunListRequest {
  readonly filter: RunFilter;
  readonly orderBy: RunOrder;
  readonly direction: SortDirection;
  readonly first: number;
  readonly after: string | null;
}

/** @throws BadInputError for an id or a cursor that is none. */
export function whereRun(filter: RunFilter): Prisma.RunWhereInput {
  const { sweepId, states, search, trainer } = filter;
  if (sweepId && !isId(sweepId)) throw new BadInputError('filter.sweepId', sweepId, 'the id of a sweep');
  if (search && search.length > 200)
    throw new BadInputError('filter.search', search, 'at most 200 characters');
  const part = { contains: search?.replace(/[\\%_]/g, '\\$&') ?? '', mode: 'insensitive' } as const;
  return {
    ...(sweepId ? { sweepId } : {}),
    ...(states ? { state: { in: [...states] } } : {}),
    ...(trainer ? { sweep: { is: { definition: { path: ['trainer'], equals: trainer } } } } : {}),
    ...(search ? { OR: [{ name: part }, { sweep: { name: part } }] } : {}),
  };
}

/** One page by keyset. Runs without an objective come last in either direction. */
export async function listRuns(database: PrismaClient, request: RunListRequest): Promise<Page<Run>> {
  const dir = request.direction === 'ASC' ? 'asc' : 'desc';
  const rows = await database.run.findMany({
    where: { AND: [whereRun(request.filter), request.after === null ? {} : beyond(request, request.after)] },
    orderBy: orderOf(request.orderBy, dir),
    take: request.first + 1,
  });
  return {
    rows: rows
      .slice(0, request.first)
      .map((row) => ({ row, cursor: encodeKey(keyOf(request.orderBy, row)) })),
    hasNextPage: rows.length > request.first,
  };
}

function orderOf(order: RunOrder, dir: 'asc' | 'desc'): Prisma.RunOrderByWithRelationInput[] {
  switch (order) {
    case 'CREATED_AT':
      return [{ id: dir }];
    case 'NUMBER':
      return [{ number: dir }, { id: dir }];
    case 'UPDATED_AT':
      return [{ updatedAt: dir }, { id: dir }];
    case 'OBJECTIVE':
      return [{ objective: { sort: dir, nulls: 'last' } }, { id: dir }];
  }
}

function keyOf(order: RunOrder, run: Run): CursorKey {
  switch (order) {
    case 'CREATED_AT':
      return [null, run.id];
    case 'NUMBER':
      return [run.number, run.id];
    case 'UPDATED_AT':
      return [run.updatedAt.toISOString(), run.id];
    case 'OBJECTIVE':
      return [run.objective, run.id];
  }
}

/** The rows that come after the cursor's in the order asked for. */
function beyond(request: RunListRequest, after: string): Prisma.RunWhereInput {
  const [value, id] = decodeKey(after, 2);
  const foreign = () => new BadInputError('after', after, 'a cursor of a list in this order');
  if (typeof id !== 'string' || !isId(id)) throw foreign();
  const past = request.direction === 'ASC' ? 'gt' : 'lt';
  switch (request.orderBy) {
    case 'CREATED_AT':
      return { id: { [past]: id } };
    case 'NUMBER':
      if (!Number.isInteger(value)) throw foreign();
      return { OR: [{ number: { [past]: value } }, { number: value as number, id: { [past]: id } }] };
    case 'UPDATED_AT': {
      const at = new Date(String(value));
      if (Number.isNaN(at.getTime())) throw foreign();
      return { OR: [{ updatedAt: { [past]: at } }, { updatedAt: at, id: { [past]: id } }] };
    }
    case 'OBJECTIVE':
      if (value === null) return { objective: null, id: { [past]: id } };
      if (typeof value !== 'number') throw foreign();
      return {
        OR: [{ objective: { [past]: value } }, { objective: value, id: { [past]: id } }, { objective: null }],
      };
  }
}

/** @throws NotFoundError */
export async function findRun(database: PrismaClient, id: string): Promise<Run> {
  const run = isId(id) ? await database.run.findUnique({ where: { id } }) : null;
  if (run === null) throw new NotFoundError('run', id);
  return run;
}

interface RunCommandRule {
  /** From a state that no agent holds: where the run goes at once. */
  readonly atOnce: Partial<Record<RunState, RunState>>;
  /** What the holder of a running run is told. */
  readonly whileRunning: 'CANCEL' | 'PAUSE' | 'CONTINUE';
  /** The states in which the command has nothing left to do. */
  readonly already: readonly RunState[];
}

const rules = {
  cancel: {
    atOnce: { QUEUED: 'CANCELLED', PAUSED: 'CANCELLED' },
    whileRunning: 'CANCEL',
    already: ['CANCELLED'],
  },
  pause: { atOnce: { QUEUED: 'PAUSED' }, whileRunning: 'PAUSE', already: ['PAUSED'] },
  resume: { atOnce: { PAUSED: 'QUEUED' }, whileRunning: 'CONTINUE', already: ['QUEUED'] },
} as const satisfies Record<string, RunCommandRule>;

/**
 * Cancel ends the run; pause keeps it, with its checkpoint, until it is resumed; resume queues it again (or takes
 * back a pause that its agent has not obeyed yet). Doing it twice is doing it once.
 *
 * @throws NotFoundError; ConflictError when the run has ended otherwise.
 */
export async function commandRun(
  database: PrismaClient,
  action: keyof typeof rules,
  given: { readonly runId: string; readonly reason: string | null },
): Promise<Run> {
  const rule: RunCommandRule = rules[action];
  const former = await findRun(database, given.runId);
  if ((given.reason?.length ?? 0) > 500)
    throw new BadInputError('input.reason', given.reason, 'at most 500 characters');
  await database.$transaction(async (tx) => {
    await lockRun(tx, given.runId);
    const moved = (await told(tx, rule, given)) || (await movedAtOnce(tx, rule, given.runId));
    if (moved) {
      await announce(tx, [
        { kind: 'RUN', sweepId: former.sweepId, runId: former.id, detail: { state: 'QUEUED' } },
      ]);
      return;
    }
    const { state } = await tx.run.findUniqueOrThrow({ where: { id: given.runId }, select: { state: true } });
    if (!rule.already.includes(state) && state !== 'RUNNING') {
      throw new ConflictError(`The run is ${state}: there is nothing to ${action}.`);
    }
  });
  await finishSweeps(database, former.sweepId);
  return await findRun(database, given.runId);
}

/** A command that is stronger stays: a run that is being cancelled or pruned can be neither paused nor resumed. */
async function told(
  tx: Prisma.TransactionClient,
  rule: RunCommandRule,
  given: { readonly runId: string; readonly reason: string | null },
): Promise<boolean> {
  const weaker = {
    CANCEL: ['CONTINUE', 'PAUSE', 'PRUNE'],
    PAUSE: ['CONTINUE'],
    CONTINUE: ['PAUSE'],
  } as const;
  const words = { CANCEL: 'Cancelled by a person.', PAUSE: 'Paused by a person.', CONTINUE: null };
  const { count } = await tx.run.updateMany({
    where: { id: given.runId, state: 'RUNNING', command: { in: [...weaker[rule.whileRunning]] } },
    data: {
      command: rule.whileRunning,
      commandReason: given.reason ?? words[rule.whileRunning],
      updatedAt: new Date(),
    },
  });
  return count > 0;
}

async function movedAtOnce(
  tx: Prisma.TransactionClient,
  rule: RunCommandRule,
  runId: string,
): Promise<boolean> {
  for (const [from, to] of Object.entries(rule.atOnce) as [RunState, RunState][]) {
    const { count } = await tx.run.updateMany({
      where: { id: runId, state: from },
      data: {
        state: to,
        notBefore: null,
        updatedAt: new Date(),
        ...(to === 'CANCELLED' ? { finishedAt: new Date() } : {}),
      },
    });
    if (count > 0) return true;
  }
  return false;
}
