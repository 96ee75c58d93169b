/**
 * One render taken once: fetch the checkpoint, draw in a child, upload, settle, while the lease is renewed. Pictures
 * take seconds and can be drawn again, so nothing of them is spooled: an agent that is killed loses its lease, and
 * another draws.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiError, BlobMismatch } from '@plumage/api-client';
import { renderRequest } from '@plumage/contract';
import type { AgentApi, RenderGranted } from './agent.api.ts';
import type { Failure } from './child.failure.ts';
import type { EventLog } from './event.log.ts';
import { type GrantedInput, modelOf } from './input.download.ts';
import { createPatience, type Patience } from './patience.ts';
import type { CheckpointCache, HeldCheckpoint } from './render.cache.ts';
import type { RenderChild, RenderChildren } from './render.child.ts';
import { createRenderHold, type RenderHold } from './render.hold.ts';
import type { DrawnPicture, RenderJob, RenderMessage } from './render.message.ts';
import { CheckpointUnavailable, downloadCheckpoint } from './resume.download.ts';
import { isDiskFull } from './spool/spool.error.ts';

/** What every render of an agent shares. */
export interface RenderRoom {
  readonly api: AgentApi;
  /** Holds a folder for each render while it is drawn. */
  readonly folder: string;
  readonly cache: CheckpointCache;
  readonly children: RenderChildren;
  /** Aborted: give the render back. */
  readonly leaving: AbortSignal;
  /** Aborted: end at once; the lease runs out by itself. */
  readonly giveUp: AbortSignal;
}

/** Where it is drawn. */
export interface RenderPlace {
  readonly backend: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: EventLog;
}

export type RenderEnd = 'FINISHED' | 'FAILED' | 'RELEASED' | 'gone';

/** A render on its way. */
interface Drawing {
  readonly room: RenderRoom;
  readonly grant: RenderGranted;
  readonly child: RenderChild;
  readonly folder: string;
  readonly patience: Patience;
  readonly log: EventLog;
  /** Aborted when the render is not to be finished here. */
  readonly signal: AbortSignal;
}

class RenderFailed extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

const failureOf = (error: unknown): Failure => {
  if (error instanceof RenderFailed) return error.failure;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof CheckpointUnavailable) return { failureClass: 'checkpoint_corrupt', message };
  if (isDiskFull(error)) return { failureClass: 'storage_full', message };
  return { failureClass: 'crashed', message: `The render could not be drawn: ${message}` };
};

const fetchStyles = async ({ room, grant, folder, patience, signal }: Drawing) => {
  const files: Record<string, string> = {};
  for (const { sha256 } of grant.styleImages) {
    // It was an upload of a person; the name in the folder is its own hash, which the download verifies.
    const file = join(folder, `style-${sha256}`);
    try {
      await patience.until(() => room.api.client.getBlob(sha256, file, { signal }), signal);
    } catch (error) {
      const isGone =
        error instanceof BlobMismatch || (error instanceof ApiError && error.code === 'NOT_FOUND');
      if (!isGone) throw error;
      const message = `The style picture ${sha256} cannot be fetched whole: ${error.message}`;
      throw new RenderFailed({ failureClass: 'user_error', message });
    }
    files[sha256] = file;
  }
  return files;
};

const holdModel = (
  { room, patience, signal }: Drawing,
  of: { readonly checkpoint: RenderGranted['checkpoint'] },
): Promise<HeldCheckpoint> =>
  room.cache.hold(of.checkpoint.id, (to) => downloadCheckpoint(room.api, modelOf(of), to, patience, signal));

/** What cannot be fetched of it is not the fault of the checkpoint that draws. */
const holdInput = async (drawing: Drawing, input: GrantedInput): Promise<HeldCheckpoint> => {
  try {
    return await holdModel(drawing, input);
  } catch (error) {
    if (!(error instanceof CheckpointUnavailable)) throw error;
    throw new RenderFailed({ failureClass: 'user_error', message: `${input.key}: ${error.message}` });
  }
};

/** Draws from the cached checkpoint; one that went bad on this disk is fetched once more. */
const draw = async (drawing: Drawing, styleFiles: Record<string, string>) => {
  const { room, grant, child, signal, log, folder } = drawing;
  const onProgress = (message: RenderMessage): void => {
    if (message.type !== 'progress') return;
    const what = message.stage === 'style' ? 'finding the style: step' : 'drawing: picture';
    log.say(`${what} ${message.done} of ${message.total}`);
  };
  for (;;) {
    const held = await holdModel(drawing, grant);
    const inputs = new Map<string, HeldCheckpoint>();
    try {
      for (const input of grant.inputs) inputs.set(input.key, await holdInput(drawing, input));
      signal.throwIfAborted();
      const request = renderRequest.parse(grant.request);
      const job: RenderJob = {
        type: 'render',
        checkpointFolder: held.folder,
        inputs: Object.fromEntries([...inputs].map(([key, { folder: of }]) => [key, of])),
        request,
        styleFiles,
        pictureFolder: folder,
      };
      const answer = await child.draw(job, onProgress);
      signal.throwIfAborted();
      if (answer.type === 'drawn') return answer;
      if (answer.failureClass === 'checkpoint_corrupt') room.cache.forget(grant.checkpoint.id);
      if (answer.failureClass !== 'checkpoint_corrupt' || held.fresh) throw new RenderFailed(answer);
    } finally {
      for (const { release } of [held, ...inputs.values()]) release();
    }
  }
};

const uploadsAtOnce = 4;

const upload = async (
  { room, patience, signal }: Drawing,
  pictures: readonly DrawnPicture[],
): Promise<Array<{ index: number; width: number; height: number; blobSha256: string }>> => {
  const left = [...pictures];
  const stored: Array<{ index: number; width: number; height: number; blobSha256: string }> = [];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const { index, width, height, file } = next;
      const png = new Uint8Array(await readFile(file));
      const put = () => room.api.client.putBlob(png, { contentType: 'image/png', signal });
      stored.push({ index, width, height, blobSha256: await patience.until(put, signal) });
    }
  };
  await Promise.all(Array.from({ length: uploadsAtOnce }, work));
  return stored.sort((a, b) => a.index - b.index);
};

type Settlement = Parameters<AgentApi['settleRender']>[0];

/** Everything from the downloads to the pictures in the store; a fault on the way is the render's, never the agent's. */
const perform = async (drawing: Drawing, hold: RenderHold): Promise<Omit<Settlement, 'render'> | 'gone'> => {
  const { room, log, folder } = drawing;
  try {
    mkdirSync(folder, { recursive: true });
    const answer = await draw(drawing, await fetchStyles(drawing));
    log.say(`drawn on ${answer.backend}: ${answer.pictures.length} pictures`);
    return { outcome: 'FINISHED', pictures: await upload(drawing, answer.pictures) };
  } catch (error) {
    if (hold.lost()) return 'gone';
    if (room.leaving.aborted) return { outcome: 'RELEASED' };
    const { failureClass, message } = failureOf(error);
    log.say(`not drawn (${failureClass}): ${message}`, 'error');
    return { outcome: 'FAILED', failureClass, failureMessage: message };
  }
};

/** @returns how it ended; `gone` when it was cancelled or taken back */
export const runRender = async (
  room: RenderRoom,
  place: RenderPlace,
  grant: RenderGranted,
): Promise<RenderEnd> => {
  const log = place.log.with({ run: grant.runName });
  log.say(
    `drawing ${grant.kind.toLowerCase().replace('_', ' ')} from the checkpoint of step ${grant.checkpoint.step}`,
  );
  // Started first: it gets ready while the checkpoint is on its way.
  const child = room.children.take(place.backend, place.env);
  const hold = createRenderHold(room.api, grant, log);
  const signal = AbortSignal.any([room.leaving, hold.signal]);
  const kill = (): void => child.kill();
  signal.addEventListener('abort', kill, { once: true });
  const folder = join(room.folder, `${grant.renderId.replaceAll(/[^\w-]/g, '_')}.${grant.epoch}`);
  let well = false;
  try {
    const patience = createPatience(log, 'The render goes on as soon as it is back.');
    const end = await perform({ room, grant, child, folder, patience, log, signal }, hold);
    if (end === 'gone') return 'gone';
    const { renderId, epoch, token } = grant;
    const until = AbortSignal.any([hold.signal, room.giveUp]);
    const settle = () =>
      room.api.settleRender({ render: { renderId, epoch, token }, ...end }, until).catch((error: unknown) => {
        // Pictures that the store has collected meanwhile: the lease runs out, and they are drawn again.
        if (error instanceof ApiError && error.code === 'BLOB_MISSING') throw new Error(error.message);
        throw error;
      });
    const settled = await patience.until(settle, until).catch((error: unknown) => {
      if (!until.aborted) log.say(`the API refused the end of this render: ${String(error)}`, 'error');
      return 'gone' as const;
    });
    well = end.outcome === 'FINISHED';
    return settled === 'settled' ? end.outcome : 'gone';
  } finally {
    signal.removeEventListener('abort', kill);
    hold.end();
    child.giveBack(well);
    rmSync(folder, { recursive: true, force: true });
  }
};
