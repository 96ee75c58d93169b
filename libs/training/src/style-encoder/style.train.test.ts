import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { styleEncoderHyperparameters, type StyleEncoderHyperparameters } from '@plumage/contract';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { CheckpointMismatch } from '../checkpoint.error.ts';
import { type Checkpoint, type CheckpointModel, encodeCheckpoint, sha256 } from '../checkpoint.format.ts';
import { FolderCheckpointStore, readModel } from '../checkpoint.store.ts';
import { train } from '../train.ts';
import type { TrainOutcome } from '../trainer.contract.ts';
import { listen, memoryStore, surroundings, tinyRun, useWasm } from '../training.fixture.ts';
import { openStyleEncoderData } from './style.data.ts';
import { generatorHashOf } from './style.generator.ts';
import { openStyleEncoder } from './style.open.ts';
import { type StyleDependencies, trainStyleEncoder } from './style.train.ts';

let gan: Checkpoint;

beforeAll(async () => {
  await useWasm();
  const { written, store } = memoryStore();
  const config = tinyRun({ steps: 2, eval_every: 0, augment_background: 'light' });
  await train(config, surroundings({ checkpoints: store }));
  gan = written[0] as Checkpoint;
});

const tinyStyle = (overrides: Record<string, unknown> = {}): StyleEncoderHyperparameters =>
  styleEncoderHyperparameters.parse({
    preset: 'cpu-tiny',
    generator_checkpoint: 'sweep/gan-0001',
    steps: 6,
    width: 2,
    log_every: 1,
    sample_every: 0,
    checkpoint_every: 0,
    prompts: ['disc 0-0', 'disc 1-1'],
    style_pictures: 3,
    ...overrides,
  });

const around = (overrides: Partial<StyleDependencies> = {}): StyleDependencies => ({
  ...surroundings(),
  generator: gan,
  ...overrides,
});

/** Trains and returns what was heard and the last checkpoint. */
const run = async (config: StyleEncoderHyperparameters, overrides: Partial<StyleDependencies> = {}) => {
  const { reporter, heard } = listen();
  const { written, store } = memoryStore();
  const outcome: TrainOutcome = await trainStyleEncoder(
    config,
    around({ reporter, checkpoints: store, ...overrides }),
  );
  return { outcome, heard, written };
};

/** The digests of a checkpoint's files. */
const digestsOf = (checkpoint: Checkpoint) =>
  Object.entries(encodeCheckpoint(checkpoint)).map(([name, bytes]) => [name, sha256(bytes)]);

describe('training a style encoder', () => {
  it('reports the loss of every step, and ends with a checkpoint that names its generator', async () => {
    const { outcome, heard, written } = await run(tinyStyle());
    expect(outcome).toMatchObject({ kind: 'finished', step: 6 });
    expect(heard.points.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const { values } of heard.points) expect(values['train/loss']).toBeGreaterThan(0);
    expect(written[0]?.state).toMatchObject({
      trainer: 'style-encoder',
      step: 6,
      updates: { style: 6 },
      generatorHash: generatorHashOf(gan),
    });
    expect(heard.messages[0]).toMatch(/generator of sweep\/gan-0001 after 2 steps on drawn; steps 1 to 6/);
  });

  it('resumed is uninterrupted, to the bit', async () => {
    const whole = await run(tinyStyle());
    const first = await run(tinyStyle({ steps: 3 }));
    const rest = await run(tinyStyle(), { resumeFrom: first.written[0] });
    expect(digestsOf(rest.written[0] as Checkpoint)).toEqual(digestsOf(whole.written[0] as Checkpoint));
    expect(rest.heard.points).toEqual(whole.heard.points.slice(3));
  });

  it('leaves no tensor behind', async () => {
    await run(tinyStyle({ steps: 1 }));
    const before = tf.memory().numTensors;
    await run(tinyStyle({ steps: 2, sample_every: 2, eval_every: 2 }));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses a generator of another dataset or text encoder, and one that is none, in words', async () => {
    const other = (state: Partial<CheckpointModel['state']>): CheckpointModel => ({
      ...gan,
      state: { ...gan.state, ...state },
    });
    const refused = (generator: CheckpointModel) => run(tinyStyle(), { generator });
    await expect(refused(other({ datasetDigest: 'f'.repeat(64) }))).rejects.toThrow(
      /generator_checkpoint: its dataset has digest f{64}, the one at hand is drawn with digest d{64}/,
    );
    await expect(refused(other({ encoderHash: 'f'.repeat(64) }))).rejects.toThrow(
      /text encoder has weights f/,
    );
    await expect(refused(other({ trainer: 'text-encoder' }))).rejects.toThrow(CheckpointMismatch);
  });

  it('needs the folder of its generator, and a generator in it', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'style-'));
    try {
      const opened = (inputs: Record<string, string>) =>
        openStyleEncoderData(tinyStyle(), { cacheDir: folder, inputs });
      await expect(opened({})).rejects.toThrow('no folder is given for sweep/gan-0001');
      const store = new FolderCheckpointStore(folder);
      const { folder: other } = await store.write({
        ...gan,
        state: { ...gan.state, trainer: 'text-encoder' },
      });
      await expect(opened({ generator_checkpoint: other })).rejects.toThrow('expected gan-cls');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('does not go on from a checkpoint that was trained for another generator', async () => {
    const first = await run(tinyStyle({ steps: 2 }));
    const { written, store } = memoryStore();
    await train(tinyRun({ steps: 1, augment_background: 'light' }), surroundings({ checkpoints: store }));
    const resumed = run(tinyStyle(), { resumeFrom: first.written[0], generator: written[0] as Checkpoint });
    await expect(resumed).rejects.toThrow('the generator is another one');
  });
});

describe('what a style encoder is judged by', () => {
  it('are the missed noise and the areas of style beside those of captions, twice the same to the bit', async () => {
    const config = tinyStyle({ steps: 2, eval_every: 2 });
    const evaluated = async () => (await run(config)).heard.points.at(-1)?.values ?? {};
    const values = await evaluated();
    expect(Object.keys(values).sort()).toEqual([
      'eval/noise_error',
      'eval/style_auc_background',
      'eval/style_auc_background_std',
      'eval/style_auc_background_text_baseline',
      'eval/style_auc_background_text_baseline_std',
    ]);
    for (const value of Object.values(values)) expect(value).toBeGreaterThanOrEqual(0);
    expect(values['eval/noise_error']).toBeGreaterThan(0.5);
    expect(await evaluated()).toEqual(values);
  });

  it('says what is asked and what the data cannot answer', async () => {
    const { heard } = await run(tinyStyle({ steps: 1, verification_clusters: 100 }));
    expect(heard.messages[1]).toMatch(
      /300 views of validation pictures: background \([2-8] groups, 40 pairs\); 100 groups were asked for; the data has fewer; not asked.*: vendor, pose/,
    );
  });

  it('is drawn: real pictures, their styles with captions, and the ROC curve of an evaluation', async () => {
    const { heard } = await run(tinyStyle({ steps: 4, sample_every: 4, eval_every: 4 }));
    const atEnd = heard.samples.filter(({ step }) => step === 4);
    const kinds = (kind: string) => atEnd.filter((sample) => sample.kind === kind);
    expect(kinds('real').map(({ promptIndex, seed }) => [promptIndex, seed])).toEqual([
      [0, 1],
      [0, 2],
      [0, 3],
    ]);
    expect(kinds('style-transfer')).toHaveLength(3 * 2 + 1);
    const roc = atEnd.at(-1);
    expect(roc).toMatchObject({ promptIndex: 3, width: 256 });
    expect(roc?.prompt).toMatch(/^ROC of background: S \(blue\) 0\.\d\d ± 0\.\d\d, captions \(grey\) /);
    expect(await sharp(roc?.png).metadata()).toMatchObject({ format: 'png', width: 256, height: 256 });
  });
});

describe('a stored style encoder', () => {
  it('gives the styles of pictures from its folder alone', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'style-'));
    try {
      const store = new FolderCheckpointStore(folder);
      const outcome = await trainStyleEncoder(tinyStyle({ steps: 1 }), around({ checkpoints: store }));
      if (outcome.kind !== 'finished') throw new Error(outcome.kind);
      const encoder = openStyleEncoder(await readModel(outcome.checkpoint.folder));
      const picture = new Float32Array(64 * 64 * 3).fill(0.5);
      const [one, two] = await encoder.styleOf([picture, picture.map((value) => -value)]);
      expect(encoder).toMatchObject({ noiseDim: 4, generatorHash: generatorHashOf(gan) });
      expect(one).toHaveLength(4);
      expect(one?.[0]).not.toBe(two?.[0]);
      encoder.dispose();
      expect(() => openStyleEncoder(gan)).toThrow(/of the trainer gan-cls, expected style-encoder/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
