/**
 * Renders as agents see them: given out ahead of every run, kept by renewal, settled once, taken back when their
 * agent is lost. The pictures of a finished render and its state are one transaction.
 */
import { type FailureClass, plannedPictures, type RenderRequest } from '@plumage/contract';
import { hashSecret, newSecret } from '../access/secret.ts';
import type { Transaction } from '../database.ts';
import { BadInputError, LeaseLostError } from '../errors/api.error.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { isId, newId } from '../id.ts';
import { announce } from '../live/announce.sql.ts';
import { wakeReaders } from '../live/wake-readers.sql.ts';
import { gatherFor } from '../runs/gather.ts';
import { requireStored } from '../samples/stored-blobs.ts';
import { judgeRender, type RenderOutcome, sampleKindOf } from './render.rule.ts';
import { renderChange } from './render.service.ts';
import {
  type ClaimedRender,
  claimRender,
  endRender,
  type HeldRender,
  holdRender,
  type RenderFence,
  renewRender,
  sweepsWithRenders,
  takeBackRenders,
} from './render.sql.ts';

const MAX_MESSAGE_LENGTH = 10_000;

export interface GrantedRender {
  readonly kind: 'render';
  readonly render: ClaimedRender;
  readonly token: string;
}

/** Slots that ask at the same moment share one look: an idle fleet costs no more for renders. */
const lookersOf = gatherFor<null, readonly string[]>({ atOnce: 1, most: 1_000 }, async (database, askers) => {
  const sweepIds = await sweepsWithRenders(database);
  return askers.map(() => sweepIds);
});

/** The render that has waited longest, if any waits. */
export async function leaseRender(
  database: PrismaClient,
  asked: {
    readonly agentId: string;
    readonly agentName: string;
    readonly sweepId: string | null;
    readonly leaseMs: number;
  },
): Promise<GrantedRender | undefined> {
  if ((await lookersOf(database).ask(null)).length === 0) return undefined;
  const token = newSecret('run');
  const render = await claimRender(database, { ...asked, tokenHash: hashSecret(token) });
  if (render === undefined) return undefined;
  wakeReaders(database);
  return { kind: 'render', render, token };
}

/** @throws BadInputError naming the field that no lease can have. */
export function renderFenceOf(ref: {
  readonly renderId: string;
  readonly epoch: number;
  readonly token: string;
}): RenderFence {
  if (!isId(ref.renderId))
    throw new BadInputError('input.render.renderId', ref.renderId, 'the id of a render');
  if (ref.epoch < 1) throw new BadInputError('input.render.epoch', ref.epoch, 'at least 1');
  if (ref.token.length > 200)
    throw new BadInputError('input.render.token', '(too long)', 'the token of the lease');
  return { renderId: ref.renderId, epoch: ref.epoch, tokenHash: hashSecret(ref.token) };
}

export interface RenewalReply {
  readonly command: 'CONTINUE' | 'CANCEL' | 'LEASE_LOST';
  readonly reason: string | null;
  /** null unless the agent is to go on. */
  readonly expiresAt: Date | null;
}

/** A lost lease is an answer, not an error: the agent must act on it. */
export async function keepRender(
  database: PrismaClient,
  fence: RenderFence,
  leaseMs: number,
): Promise<RenewalReply> {
  const expiresAt = await renewRender(database, fence, leaseMs);
  if (expiresAt !== undefined) return { command: 'CONTINUE', reason: null, expiresAt };
  const standing = await standingOf(database, fence);
  const command = standing.state === 'CANCELLED' ? 'CANCEL' : 'LEASE_LOST';
  return { command, reason: standing.sentence, expiresAt: null };
}

export interface DrawnPicture {
  readonly index: number;
  readonly blobSha256: string;
  readonly width: number;
  readonly height: number;
}

export interface RenderSettlement {
  readonly outcome: RenderOutcome;
  readonly pictures: readonly DrawnPicture[];
  readonly failureClass: FailureClass | null;
  readonly failureMessage: string | null;
}

/**
 * Settling again after the answer was lost changes nothing and is answered alike; so does settling what a person has
 * cancelled meanwhile.
 * @throws BadInputError with the path of the wrong picture; LeaseLostError.
 */
export async function settleRender(
  database: PrismaClient,
  fence: RenderFence,
  settlement: RenderSettlement,
): Promise<void> {
  const settled = await database.$transaction(async (tx) => {
    const held = await holdRender(tx, fence);
    if (held === undefined) return false;
    const sampleIds =
      settlement.outcome === 'FINISHED' ? await keepPictures(tx, held, settlement.pictures) : [];
    const to = judgeRender({ ...settlement, tries: held.tries });
    const failureMessage = settlement.failureMessage?.slice(0, MAX_MESSAGE_LENGTH) ?? null;
    if (settlement.failureClass === 'checkpoint_corrupt') await markDamaged(tx, held, failureMessage);
    await endRender(tx, held.id, { to, failureClass: settlement.failureClass, failureMessage });
    const { sweepId, runId } = held;
    await announce(tx, [
      renderChange(sweepId, { id: held.id, runId, state: to }),
      ...sampleIds.map((sampleId) => ({ kind: 'SAMPLE' as const, sweepId, runId, detail: { sampleId } })),
    ]);
    return true;
  });
  if (settled) return;
  const standing = await standingOf(database, fence);
  if (!standing.ours) throw new LeaseLostError(standing.sentence);
}

/** Nothing draws or trains from it any more. The first reason stays. */
async function markDamaged(tx: Transaction, render: HeldRender, reason: string | null): Promise<void> {
  await tx.checkpoint.updateMany({
    where: { id: { in: render.checkpointId === null ? [] : [render.checkpointId] }, damagedAt: null },
    data: { damagedAt: new Date(), damageReason: reason },
  });
}

/** Every picture of the plan, once: its caption and seed are those that were asked for. */
async function keepPictures(
  tx: Transaction,
  render: HeldRender,
  drawn: readonly DrawnPicture[],
): Promise<string[]> {
  const request = render.request as unknown as RenderRequest;
  const plan = plannedPictures(request);
  if (drawn.length !== plan.length) {
    throw new BadInputError('input.pictures', drawn.length, `all ${plan.length} pictures of the render`);
  }
  const seen = new Set<number>();
  drawn.forEach((picture, i) => checkPicture(picture, i, seen, plan.length));
  await requireStored(
    tx,
    drawn.map((picture, i) => ({ path: `input.pictures[${i}].blobSha256`, sha256: picture.blobSha256 })),
  );
  const samples = drawn.map((picture) => ({
    id: newId(),
    runId: render.runId,
    epoch: render.epoch,
    step: render.step,
    kind: sampleKindOf(request.kind),
    promptIndex: picture.index,
    prompt: plan[picture.index]?.prompt ?? '',
    seed: plan[picture.index]?.seed ?? 0,
    blobSha: picture.blobSha256,
    width: picture.width,
    height: picture.height,
    renderId: render.id,
    renderNumber: render.number,
  }));
  await tx.sample.createMany({ data: samples });
  return samples.map((sample) => sample.id);
}

function checkPicture(picture: DrawnPicture, i: number, seen: Set<number>, count: number): void {
  const path = `input.pictures[${i}]`;
  if (picture.index < 0 || picture.index >= count)
    throw new BadInputError(`${path}.index`, picture.index, `0 to ${count - 1}`);
  if (seen.has(picture.index)) throw new BadInputError(`${path}.index`, picture.index, 'an index of its own');
  seen.add(picture.index);
  for (const side of ['width', 'height'] as const) {
    if (picture[side] < 1 || picture[side] > 32_768)
      throw new BadInputError(`${path}.${side}`, picture[side], '1 to 32,768');
  }
}

/** Why a render is not the caller's to write to; `ours` when it was until it ended. Tells no more than the id does. */
async function standingOf(database: PrismaClient, fence: RenderFence) {
  const render = await database.render.findUnique({ where: { id: fence.renderId } });
  if (render === null) return { state: null, ours: false, sentence: 'There is no such render.' };
  const { state } = render;
  const ours = render.leaseEpoch === fence.epoch && render.leaseTokenHash === fence.tokenHash;
  if (!ours) return { state: null, ours, sentence: 'The render was taken back and may be another agent’s.' };
  return { state, ours, sentence: `The render is ${state}.` };
}

/** Takes back the renders whose lease has run out. @returns how many. */
export function reapRenders(database: PrismaClient): Promise<number> {
  return database.$transaction((tx) => releaseRenders(tx, null));
}

/** In the caller's transaction: renders of an agent that is gone (null: every lease that has run out). */
export async function releaseRenders(tx: Transaction, agentId: string | null): Promise<number> {
  const ended = await takeBackRenders(tx, agentId);
  await announce(
    tx,
    ended.map((render) => renderChange(render.sweepId, render)),
  );
  return ended.length;
}
