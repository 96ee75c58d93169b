/** `plumage renders create`: asks for pictures from a checkpoint, waits for the agent, and brings them here. */
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '@plumage/api-client';
import {
  CreateRenderDocument,
  type RenderBlockFragment,
  RenderByIdDocument,
  RunPageDocument,
} from '@plumage/api-client/operations';
import { isTerminalRender } from '@plumage/contract';
import { CommandError } from '../command/command.error.ts';
import { type Context, defineCommand } from '../command/command.type.ts';
import { findRunId } from '../runs/run.finder.ts';
import { downloadAll } from '../samples/sample.download.ts';
import { indexEntry } from '../samples/sample.file.ts';
import { checkSameRuns, readIndex, writeIndex } from '../samples/sample.index.ts';
import { pictureType, renderKindWords, requestFrom, sayProblem, seedsFrom } from './render.request.ts';
import { styleText } from './render.view.ts';

const WAIT_MS = 500;

const checkpointAt = async (api: ApiClient, runId: string, step: string): Promise<string> => {
  const { run } = await api.request(RunPageDocument, { id: runId });
  if (run === null) throw new CommandError('NOT_FOUND', `There is no run with the id ${runId}.`);
  const found = run.checkpoints.find((checkpoint) => checkpoint.step === Number(step));
  if (found !== undefined) return found.id;
  const there = run.checkpoints.map((checkpoint) => checkpoint.step).join(', ');
  const hint = there === '' ? 'It has none at all yet.' : `Its checkpoints are of the steps ${there}.`;
  throw new CommandError('NOT_FOUND', `${run.name} has no checkpoint of step ${step}.`, hint);
};

const untilItEnds = async ({ api, terminal }: Context, id: string): Promise<RenderBlockFragment> => {
  for (;;) {
    const { render } = await api().request(RenderByIdDocument, { id });
    if (render === null) throw new CommandError('NOT_FOUND', `The render ${id} is gone.`);
    if (isTerminalRender(render.state)) return render;
    terminal.progress(
      render.state === 'QUEUED' ? 'Waiting for an agent ...' : `${render.agentName ?? 'An agent'} draws ...`,
    );
    await sleep(WAIT_MS);
  }
};

/** @returns how many pictures are in the folder. */
const bringHere = async (context: Context, render: RenderBlockFragment, out: string): Promise<void> => {
  const folder = resolve(context.world.cwd, out);
  const kept = await readIndex(folder);
  const entries = render.samples.map(indexEntry);
  checkSameRuns(kept, entries, out);
  await mkdir(folder, { recursive: true });
  await downloadAll(context.api(), folder, entries, (count) =>
    context.terminal.progress(`${count} of ${entries.length} pictures`),
  );
  for (const entry of entries) kept.set(entry.file, entry);
  await writeIndex(folder, kept.values());
};

const sayWhere = (render: RenderBlockFragment, out: string | undefined): string => {
  const count = `${render.samples.length} ${render.samples.length === 1 ? 'picture' : 'pictures'}`;
  const who = `drawn by ${render.agentName ?? 'an agent'} from step ${render.step}${styleText(render)}`;
  return out === undefined
    ? `${count} ${who}; --out DIR would bring them here:\n${render.samples.map((sample) => sample.url).join('\n')}`
    : `${count} in ${out}, ${who}; ${out}/index.jsonl says what they show.`;
};

export const createRender = defineCommand({
  path: ['renders', 'create'],
  summary: 'Draw pictures from a checkpoint of a run: an agent does it before it trains anything else',
  flags: {
    run: {
      type: 'string',
      value: 'ID|NAME',
      required: true,
      help: 'the run: its id, its name, or SWEEP/NAME',
    },
    step: {
      type: 'string',
      value: 'N',
      range: [0, 2_000_000_000],
      help: 'its checkpoint of this step (default: the newest)',
    },
    kind: {
      type: 'string',
      value: 'KIND',
      choices: Object.keys(renderKindWords),
      help: 'what to draw (default captions)',
    },
    caption: {
      type: 'string',
      value: 'TEXT',
      multiple: 'whole',
      required: true,
      help: 'what it should show; two for between-captions',
    },
    seeds: { type: 'string', value: 'N,N', multiple: true, help: 'noise; two for between-seeds' },
    frames: {
      type: 'string',
      value: 'N',
      range: [2, 32],
      help: 'pictures on the way from one end to the other (default 8)',
    },
    path: { type: 'string', value: 'PATH', choices: ['linear', 'spherical'], help: 'the way' },
    style: {
      type: 'string',
      value: 'FILE',
      multiple: 'whole',
      help: 'PNG or JPEG whose style is taken; is uploaded',
    },
    'style-caption': { type: 'string', value: 'TEXT', help: 'what that picture shows, if known' },
    'style-encoder': {
      type: 'string',
      value: 'REF',
      help: 'what finds the style: SWEEP/RUN, SWEEP/RUN@STEP, an id, or none for gradient descent (default: the newest that was trained for the checkpoint)',
    },
    out: { type: 'string', value: 'DIR', help: 'folder to write the pictures into; made if missing' },
    'no-wait': { type: 'boolean', help: 'ask, and leave: `renders list` tells how it goes' },
  },
  examples: [
    'plumage renders create --run quickstart/heron-0003 --caption "a red apple" --caption "a whale" --out pictures',
    'plumage renders create --run ID --kind between-captions --caption "a red apple" --caption "a whale" --frames 12 --out way',
    'plumage renders create --run ID --kind between-seeds --caption "a whale" --seeds 1,9 --out way',
    'plumage renders create --run ID --kind style --style beach.jpg --caption "a whale" --out styled',
    'plumage renders create --run ID --kind style --style beach.jpg --caption "a whale" --style-encoder styles/gull-0001@3000',
  ],
  async run(context, { run, step, caption, out, ...given }) {
    const { terminal, world, json } = context;
    const files = (given.style ?? []).map((file) => ({
      file: resolve(world.cwd, file),
      contentType: pictureType(file),
    }));
    const options = {
      kind: (given.kind ?? 'captions') as keyof typeof renderKindWords,
      captions: caption,
      seeds: seedsFrom(given.seeds),
      frames: given.frames === undefined ? null : Number(given.frames),
      path: given.path ?? null,
      styleCaption: given['style-caption'] ?? null,
      styleEncoder: given['style-encoder'] ?? null,
    };
    const unsent = '0'.repeat(64);
    requestFrom({ ...options, style: files.map(() => unsent) }); // What is wrong is said before anything is sent.
    const api = context.api();
    const runId = await findRunId(api, run);
    const checkpointId = step === undefined ? null : await checkpointAt(api, runId, step);
    const style = await Promise.all(
      files.map(({ file, contentType }) => api.putBlob({ file }, { contentType })),
    );
    const { kind, ...request } = requestFrom({ ...options, style });
    const { createRender: made } = await api.request(CreateRenderDocument, {
      input: { runId, checkpointId, kind, request },
    });
    if (made.__typename === 'RenderInvalid') {
      throw new CommandError('RENDER_INVALID', made.problems.map(sayProblem).join('\n'));
    }
    if (given['no-wait'] === true) {
      terminal.out(json ? JSON.stringify(made.render, null, 2) : `Asked for ${made.render.id}.`);
      return 0;
    }
    const render = await untilItEnds(context, made.render.id);
    terminal.progress('');
    if (render.state !== 'FINISHED') {
      const reason = render.failureMessage ?? 'A person cancelled it.';
      throw new CommandError(
        'RENDER_FAILED',
        `Render ${render.number} has ${render.state === 'FAILED' ? 'failed' : 'ended'}: ${reason}`,
      );
    }
    if (out !== undefined) await bringHere(context, render, out);
    terminal.progress('');
    terminal.out(json ? JSON.stringify(render, null, 2) : sayWhere(render, out));
    return 0;
  },
});
