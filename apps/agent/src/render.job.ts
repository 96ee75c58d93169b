/**
 * The drawing child: `child.js --render BACKEND` gets its back end and the text encoder ready while the agent still
 * fetches the checkpoint, then draws whatever it is asked over the channel, one render after the other, until the
 * channel closes. What it has made ready serves the next render, so that one starts at once.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { selectBackend } from '@plumage/compute';
import { hyperparameters } from '@plumage/contract';
import { openTextEncoder, type TextEncoder } from '@plumage/data';
import {
  CheckpointCorrupt,
  CheckpointMismatch,
  type CheckpointModel,
  openCaptionEncoder,
  readModel,
  renderPictures,
} from '@plumage/training';
import { classifyFault } from './child.fault.ts';
import { peakMemoryMb } from './child.usage.ts';
import { InputUnusable } from './input.error.ts';
import { type RenderAnswer, type RenderJob, type RenderMessage, renderJob } from './render.message.ts';
import { backendOf } from './training.job.ts';

/** Progress is for people: more often than this nobody reads it. */
const tellEveryMs = 500;

const openDrawer = async (backendName: string) => {
  const { name } = await selectBackend(backendOf(backendName));
  const encoder = await openTextEncoder({ name: 'use-lite' });
  // The first text puts the encoder's graph on the back end.
  await encoder.encode(['ready']);
  return { name, encoder };
};

type Drawer = Awaited<ReturnType<typeof openDrawer>>;

/** The encoder that the checkpoint's run was trained with: the one that is ready, or another run's. */
const encoderOf = async (
  drawer: Drawer,
  { state }: CheckpointModel,
  job: RenderJob,
): Promise<TextEncoder> => {
  const config = hyperparameters.safeParse(state.config).data;
  if (config === undefined || config.text_encoder === 'use-lite') return drawer.encoder;
  if (config.text_encoder === 'precomputed') {
    const reason = 'its captions were vectors that came with the data; no text can be drawn from it';
    throw new InputUnusable('text_encoder', reason);
  }
  try {
    return await openCaptionEncoder(config, { inputs: job.inputs });
  } catch (cause) {
    if (!(cause instanceof CheckpointCorrupt || cause instanceof CheckpointMismatch)) throw cause;
    throw new InputUnusable('text_encoder_checkpoint', cause.message, { cause });
  }
};

/** Undefined: the style, if one is asked for, is found by descent. */
const styleEncoderOf = async ({ inputs }: RenderJob): Promise<CheckpointModel | undefined> => {
  const key = 'style_encoder_checkpoint';
  const folder = inputs[key];
  try {
    return folder === undefined ? undefined : await readModel(folder);
  } catch (cause) {
    // As a fault of the checkpoint that draws it would be told of the wrong one.
    if (!(cause instanceof CheckpointCorrupt)) throw cause;
    throw new InputUnusable(key, cause.message, { cause });
  }
};

const draw = async (
  drawer: Drawer,
  job: RenderJob,
  tell: (message: RenderMessage) => void,
): Promise<RenderAnswer> => {
  const files = Object.entries(job.styleFiles);
  const styleImages = new Map(
    await Promise.all(files.map(async ([sha256, file]) => [sha256, await readFile(file)] as const)),
  );
  let toldAt = performance.now();
  const model = await readModel(job.checkpointFolder);
  const styleEncoder = await styleEncoderOf(job);
  const encoder = await encoderOf(drawer, model, job);
  const pictures = await renderPictures(model, job.request, {
    styleEncoder,
    encoderHash: encoder.hash,
    encodeText: (texts) => encoder.encode(texts),
    styleImages,
    // The agent ends a render that nobody wants any more by ending this process.
    signal: new AbortController().signal,
    onProgress(progress) {
      if (performance.now() - toldAt < tellEveryMs) return;
      toldAt = performance.now();
      tell({ type: 'progress', ...progress });
    },
  }).finally(() => {
    if (encoder !== drawer.encoder) encoder.dispose();
  });
  const written = pictures.map(async ({ index, png, width, height }) => {
    const file = join(job.pictureFolder, `${index}.png`);
    await writeFile(file, png);
    return { index, file, width, height };
  });
  return { type: 'drawn', backend: drawer.name, pictures: await Promise.all(written) };
};

const failed = (error: unknown): RenderAnswer => {
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return { type: 'failed', ...classifyFault(error, peakMemoryMb()) };
};

/** Serves until the channel closes. */
export const serveRenders = (backendName: string, tell: (message: RenderMessage) => void): void => {
  // Ctrl-C goes to the whole terminal; the agent decides what it means, and its end closes the channel.
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
  const drawer = openDrawer(backendName);
  // It is awaited by the first render, which is told.
  drawer.catch(() => {});
  let last: Promise<void> = Promise.resolve();
  process.on('message', (message) => {
    const job = renderJob.safeParse(message).data;
    if (job === undefined) return;
    last = last.then(async () => {
      tell(await drawer.then((ready) => draw(ready, job, tell)).catch(failed));
    });
  });
};
