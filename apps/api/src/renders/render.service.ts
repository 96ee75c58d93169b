/** Renders as people see and command them: asked for, listed, cancelled. Giving them out: render-lease.service.ts. */
import {
  MAX_STYLE_BYTES,
  parseRenderRequest,
  type RenderKind,
  type RenderProblem,
  type RenderRequest,
  renderStates,
  renderTransitions,
  type SweepDefinition,
} from '@plumage/contract';
import { holdPointedAt } from '../blobs/blob.sql.ts';
import type { Transaction } from '../database.ts';
import { ConflictError, NotFoundError } from '../errors/api.error.ts';
import type {
  Checkpoint,
  Prisma,
  PrismaClient,
  Render,
  RenderState,
  Run,
} from '../generated/prisma/client.ts';
import { isId, newId } from '../id.ts';
import { announce } from '../live/announce.sql.ts';
import type { NewChange } from '../live/change.type.ts';
import { lockRun } from '../runs/lease.sql.ts';
import { decodeIdKey, type Page, pageById } from '../schema/page.ts';
import { findStyleEncoder } from './style-encoder.service.ts';

export interface RenderRequested {
  readonly runId: string;
  /** null: the newest of the run. */
  readonly checkpointId: string | null;
  readonly kind: RenderKind;
  readonly request: unknown;
}

export type CreatedRender =
  | { readonly ok: true; readonly render: Render }
  | { readonly ok: false; readonly problems: readonly RenderProblem[] };

/** @throws NotFoundError for an unknown run. */
export async function createRender(
  database: PrismaClient,
  requested: RenderRequested,
): Promise<CreatedRender> {
  if (!isId(requested.runId)) throw new NotFoundError('run', requested.runId);
  const parsed = parseOf(requested);
  if (!parsed.ok) return parsed;
  return await database.$transaction(async (tx) => {
    // Retention judges a run's checkpoints under the same lock: the one that is found now stays.
    await lockRun(tx, requested.runId);
    const run = await tx.run.findUnique({
      where: { id: requested.runId },
      include: { sweep: { select: { definition: true } } },
    });
    if (run === null) throw new NotFoundError('run', requested.runId);
    const foreign = trainerProblem(run.name, run.sweep.definition as unknown as SweepDefinition);
    if (foreign !== null) return { ok: false, problems: [foreign] };
    const checkpoint = await checkpointFor(tx, run, requested.checkpointId);
    const problems = await styleProblems(tx, parsed.request);
    if ('path' in checkpoint) return { ok: false, problems: [checkpoint, ...problems] };
    const encoder = await findStyleEncoder(tx, parsed.request, checkpoint);
    if (encoder.kind === 'wrong') problems.push(encoder.problem);
    if (problems.length > 0) return { ok: false, problems };
    const newest = await tx.render.aggregate({ where: { runId: run.id }, _max: { number: true } });
    const render = await tx.render.create({
      data: {
        id: newId(),
        runId: run.id,
        number: (newest._max.number ?? 0) + 1,
        checkpointId: checkpoint.id,
        epoch: checkpoint.epoch,
        step: checkpoint.step,
        kind: requested.kind,
        request: parsed.request as Prisma.InputJsonValue,
        ...(encoder.kind === 'encoder'
          ? { styleEncoderId: encoder.checkpointId, styleEncoderName: encoder.name }
          : {}),
      },
    });
    await announce(tx, [renderChange(run.sweepId, render)]);
    return { ok: true, render };
  });
}

/** The kind stands beside the request for the graph's sake, and may stand in it. */
function parseOf({ kind, request }: RenderRequested) {
  if (request === null || typeof request !== 'object' || Array.isArray(request)) {
    const expected = 'an object such as {"captions": ["a red apple"]}';
    return { ok: false, problems: [{ path: '', message: 'is not an object', expected }] } as const;
  }
  const inside: unknown = Reflect.get(request, 'kind') ?? kind;
  if (inside !== kind) {
    const message = `is ${JSON.stringify(inside)}, but a render of kind ${kind} is asked for`;
    return { ok: false, problems: [{ path: 'kind', message, expected: kind }] } as const;
  }
  return parseRenderRequest({ ...request, kind });
}

/** What a program has written into its checkpoints only the program can read; encoders draw no pictures. */
function trainerProblem(runName: string, { trainer }: SweepDefinition): RenderProblem | null {
  if (trainer === 'gan-cls') return null;
  const message =
    trainer === 'command'
      ? `${runName} was trained by a program, whose checkpoints nobody else can draw from`
      : `${runName} is a run of trainer ${trainer}, which draws no pictures from captions`;
  return { path: 'runId', message, expected: 'a run of trainer gan-cls' };
}

/** The checkpoint to draw from, or why there is none. */
async function checkpointFor(
  tx: Transaction,
  run: Run,
  checkpointId: string | null,
): Promise<Checkpoint | RenderProblem> {
  if (checkpointId === null) {
    const newest = await tx.checkpoint.findFirst({
      where: { runId: run.id, superseded: false, damagedAt: null },
      orderBy: [{ step: 'desc' }, { epoch: 'desc' }],
    });
    const message = `${run.name} has no checkpoint to draw from yet`;
    return newest ?? { path: 'runId', message, expected: 'a run that has written a checkpoint' };
  }
  const chosen = isId(checkpointId)
    ? await tx.checkpoint.findFirst({ where: { id: checkpointId, runId: run.id } })
    : null;
  if (chosen === null) {
    const message = `${run.name} has no such checkpoint; it may have been cleared away since`;
    return { path: 'checkpointId', message, expected: 'one of the checkpoints of the run' };
  }
  if (chosen.damagedAt === null) return chosen;
  const message = `is damaged: ${chosen.damageReason ?? 'an agent could not read it'}`;
  return { path: 'checkpointId', message, expected: 'another checkpoint of the run' };
}

const PICTURES: readonly string[] = ['image/png', 'image/jpeg'];

/** The pictures are held against collection until the render points at them. */
async function styleProblems(tx: Transaction, request: RenderRequest): Promise<RenderProblem[]> {
  if (request.kind !== 'STYLE_TRANSFER') return [];
  await holdPointedAt(tx, request.style);
  const blobs = await tx.blob.findMany({ where: { sha256: { in: request.style } } });
  const bySha = new Map(blobs.map((blob) => [blob.sha256, blob]));
  return request.style.flatMap((sha256, i) => {
    const blob = bySha.get(sha256);
    const expected = `a PNG or JPEG of at most ${MAX_STYLE_BYTES / 1e6} MB that was uploaded before`;
    const problem = (message: string) => [{ path: `style[${i}]`, message, expected }];
    if (blob === undefined) return problem('is not stored here');
    if (!PICTURES.includes(blob.contentType)) return problem(`is ${blob.contentType}`);
    return blob.size > MAX_STYLE_BYTES ? problem(`has ${blob.size} bytes`) : [];
  });
}

/**
 * Ends a render now, whatever its agent does: the agent hears of it with its next renewal, and what it has drawn by
 * then is not kept. Doing it twice is doing it once.
 * @throws NotFoundError; ConflictError when it has ended otherwise.
 */
export async function cancelRender(database: PrismaClient, renderId: string): Promise<Render> {
  if (!isId(renderId)) throw new NotFoundError('render', renderId);
  const from = renderStates.filter((state) => renderTransitions[state].includes('CANCELLED'));
  return await database.$transaction(async (tx) => {
    const { count } = await tx.render.updateMany({
      where: { id: renderId, state: { in: from } },
      data: { state: 'CANCELLED', finishedAt: new Date(), leaseExpiresAt: null },
    });
    const render = await tx.render.findUnique({ where: { id: renderId }, include: { run: true } });
    if (render === null) throw new NotFoundError('render', renderId);
    if (render.state !== 'CANCELLED') {
      throw new ConflictError(`The render is ${render.state}; from there it cannot become CANCELLED.`);
    }
    if (count > 0) await announce(tx, [renderChange(render.run.sweepId, render)]);
    return render;
  });
}

/** @throws NotFoundError */
export async function findRender(database: PrismaClient, id: string): Promise<Render> {
  const render = isId(id) ? await database.render.findUnique({ where: { id } }) : null;
  if (render === null) throw new NotFoundError('render', id);
  return render;
}

/** Newest first. */
export async function listRenders(
  database: PrismaClient,
  where: Prisma.RenderWhereInput,
  page: { readonly first: number; readonly after: string | null },
): Promise<Page<Render>> {
  const id = decodeIdKey(page.after);
  const rows = await database.render.findMany({
    where: { AND: [where, id === null ? {} : { id: { lt: id } }] },
    orderBy: { id: 'desc' },
    take: page.first + 1,
  });
  return pageById(rows, page.first);
}

export const renderChange = (
  sweepId: string,
  render: { readonly id: string; readonly runId: string; readonly state: RenderState },
): NewChange => ({
  kind: 'RENDER',
  sweepId,
  runId: render.runId,
  detail: { renderId: render.id, state: render.state },
});
