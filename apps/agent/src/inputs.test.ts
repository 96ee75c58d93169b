/** Runs of several trainers in real children, the API in memory: what one has trained the next is given. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAgent } from './agent.ts';
import { createEventLog } from './event.log.ts';
import { type ApiDouble, type DoubleRun, startApiDouble, testKey } from './testing/api.double.ts';
import type { DoubleRender } from './testing/render.double.ts';

const tiny = { preset: 'cpu-tiny', steps: 4, log_every: 1, checkpoint_every: 0 };
const lines: string[] = [];
let folder: string;
let api: ApiDouble;
let encoder: DoubleRun;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plumage-inputs-'));
  api = await startApiDouble();
  encoder = api.addRun({ ...tiny, batch_size: 4 }, null, { trainer: 'text-encoder' });
  await work();
}, 180_000);
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true });
});

const startAgent = (count: number | undefined, leaving: AbortSignal): Promise<unknown> =>
  runAgent(
    {
      ...{ server: api.url, key: testKey, name: 'test', slots: 1, backend: 'wasm', count, sweep: undefined },
      ...{ workDir: join(folder, 'work'), cacheDir: join(folder, 'cache'), graceMs: 20_000 },
      ...{ spoolLimitBytes: 2 ** 30, datasets: [], memoryLimitMb: undefined, stallMs: 0 },
      ...{ allowCommand: false, commandDir: '.', json: false },
    },
    {
      log: createEventLog({ json: false, write: (line) => void lines.push(line), now: () => new Date(0) }),
      version: '0.0.0',
      childProgram: fileURLToPath(new URL('./child.ts', import.meta.url)),
      env: { ...process.env, NODE_OPTIONS: '--import tsx' },
      leaving,
      giveUp: new AbortController().signal,
    },
  );

/** Takes one run to its end. */
const work = () => startAgent(1, new AbortController().signal);

const filesOf = (run: DoubleRun): Record<string, string> =>
  Object.fromEntries(run.checkpoints.at(-1)?.files.map(({ name, blobSha256 }) => [name, blobSha256]) ?? []);

const metricsOf = (run: DoubleRun): string[] => [
  ...new Set([...run.batches.values()].flatMap((columns) => columns.map(({ key }) => key))),
];

const gan = (inputs: DoubleRun['inputs']): DoubleRun =>
  api.addRun(
    { ...tiny, sample_every: 0, text_encoder: 'char-cnn-rnn', text_encoder_checkpoint: 'texts/gull-0001' },
    null,
    { inputs },
  );

it('a text encoder trains as any other run: its points, its progress in words, its checkpoint', () => {
  expect(encoder.settlements, lines.join('\n')).toMatchObject([{ outcome: 'FINISHED', step: 4 }]);
  expect(metricsOf(encoder)).toEqual(expect.arrayContaining(['train/loss', 'images_per_second', 'lr']));
  expect(lines.join('\n')).toMatch(/training on wasm from step 0 to 4/);
  expect(lines.join('\n')).toMatch(/step \d\/4 · .*loss \d/);
  expect(encoder.beats.every(({ encoderHash }) => encoderHash === null)).toBe(true);
});

it('a GAN embeds its captions with the encoder that it was given', async () => {
  const run = gan({ text_encoder_checkpoint: filesOf(encoder) });
  await work();
  expect(run.settlements, lines.join('\n')).toMatchObject([{ outcome: 'FINISHED', step: 4 }]);
  const state: unknown = JSON.parse(String(api.blobs.get(filesOf(run)['state.json'] ?? '')));
  expect(state).toMatchObject({ encoderHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
}, 120_000);

it('an input that the server cannot give whole fails the run in words, and no checkpoint of its own is blamed', async () => {
  const run = gan({ text_encoder_checkpoint: { ...filesOf(encoder), 'model.safetensors': 'f'.repeat(64) } });
  await work();
  expect(run.settlements).toMatchObject([{ outcome: 'FAILED', failureClass: 'user_error' }]);
  expect(run.settlements[0]?.failureMessage).toMatch(
    /^text_encoder_checkpoint: model\.safetensors of the checkpoint of step 1 cannot be fetched whole/,
  );
}, 120_000);

it('so does one that is damaged, or of another trainer, as the child finds', async () => {
  const cut = Buffer.from('cut off');
  const sha256 = createHash('sha256').update(cut).digest('hex');
  api.blobs.set(sha256, cut);
  const damaged = gan({ text_encoder_checkpoint: { ...filesOf(encoder), 'model.safetensors': sha256 } });
  await work();
  expect(damaged.settlements).toMatchObject([{ outcome: 'FAILED', failureClass: 'user_error' }]);
  expect(damaged.settlements[0]?.failureMessage).toMatch(/^text_encoder_checkpoint: .*model\.safetensors/);
  const drawn = api.runs.find(({ trainer, checkpoints }) => trainer === 'gan-cls' && checkpoints.length > 0);
  const foreign = gan({ text_encoder_checkpoint: drawn === undefined ? {} : filesOf(drawn) });
  await work();
  expect(foreign.settlements[0]?.failureMessage).toMatch(
    /^text_encoder_checkpoint: .*it is of the trainer gan-cls, expected text-encoder/,
  );
}, 120_000);

const trainedGan = (): DoubleRun => {
  const run = api.runs.find(({ trainer, checkpoints }) => trainer === 'gan-cls' && checkpoints.length > 0);
  if (run === undefined) throw new Error('no GAN was trained');
  return run;
};

const drawn = async (
  request: { kind: string; [key: string]: unknown },
  inputs?: DoubleRun['inputs'],
): Promise<DoubleRender> => {
  const render = api.addRender(trainedGan(), request, inputs);
  const leaving = new AbortController();
  const done = startAgent(undefined, leaving.signal);
  while (render.settlements.length === 0) await new Promise((next) => setTimeout(next, 50));
  leaving.abort();
  await done;
  return render;
};

it('a person’s caption is drawn with that encoder too', async () => {
  const render = await drawn({ kind: 'CAPTIONS', captions: ['a red apple'], seeds: [1] });
  expect(render.settlements, lines.slice(-9).join('\n')).toMatchObject([{ outcome: 'FINISHED' }]);
}, 120_000);

describe('a style', () => {
  let style: DoubleRun;
  let picture: string;
  /** As many as are descended to for longer than an agent keeps silent. */
  const request = () => ({ kind: 'STYLE_TRANSFER', style: Array(8).fill(picture), captions: ['an apple'] });
  beforeAll(async () => {
    const generator = trainedGan();
    style = api.addRun({ ...tiny, batch_size: 4, generator_checkpoint: 'birds/gull-0002' }, null, {
      trainer: 'style-encoder',
      inputs: { ...generator.inputs, generator_checkpoint: filesOf(generator) },
    });
    await work();
    expect(style.settlements, lines.slice(-9).join('\n')).toMatchObject([{ outcome: 'FINISHED' }]);
    const create = { width: 80, height: 64, channels: 3, background: '#c03020' } as const;
    const png = await sharp({ create }).png().toBuffer();
    picture = createHash('sha256').update(png).digest('hex');
    api.blobs.set(picture, png);
  }, 180_000);

  it('is found by the encoder that the render is given, and by descent where it is given none', async () => {
    const by = async (inputs?: DoubleRun['inputs']) => {
      const from = lines.length;
      const render = await drawn(request(), inputs);
      const said = lines.slice(from).join('\n');
      expect(render.settlements, said).toMatchObject([{ outcome: 'FINISHED' }]);
      return said;
    };
    expect(await by()).toMatch(/finding the style: step/);
    const model = filesOf(style)['model.safetensors'];
    expect(api.fetched).not.toContain(model);
    expect(await by({ style_encoder_checkpoint: filesOf(style) })).not.toMatch(/finding the style/);
    expect(api.fetched).toContain(model);
  }, 180_000);

  it('of an encoder that cannot be fetched, is damaged, or is none fails in words that name it, and no other', async () => {
    const cut = Buffer.from('cut off');
    const sha256 = createHash('sha256').update(cut).digest('hex');
    api.blobs.set(sha256, cut);
    const cases: readonly [Record<string, string>, RegExp][] = [
      [{ ...filesOf(style), 'model.safetensors': 'f'.repeat(64) }, /cannot be fetched whole/],
      [{ ...filesOf(style), 'model.safetensors': sha256 }, /model\.safetensors/],
      [filesOf(encoder), /it is of the trainer text-encoder, expected style-encoder/],
    ];
    for (const [files, message] of cases) {
      const render = await drawn(request(), { style_encoder_checkpoint: files });
      expect(render.settlements).toMatchObject([{ outcome: 'FAILED', failureClass: 'user_error' }]);
      expect(render.settlements[0]?.failureMessage).toMatch(/^style_encoder_checkpoint/);
      expect(render.settlements[0]?.failureMessage).toMatch(message);
    }
  }, 240_000);
});
