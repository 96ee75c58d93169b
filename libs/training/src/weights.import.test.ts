import { readFile } from 'node:fs/promises';
import { hyperparameters } from '@plumage/contract';
import {
  discriminate,
  discriminatorSpecs,
  disposeNetwork,
  generate,
  loadNetwork,
  projectText,
  runningNormalize,
  spectralWeights,
} from '@plumage/model';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Checkpoint, type CheckpointModel, decodeModel } from './checkpoint.format.ts';
import { valuesOf } from './checkpoint.tensors.ts';
import { openGenerator } from './render.generator.ts';
import { decodeSafetensors, type NamedArray } from './safetensors.codec.ts';
import { train } from './train.ts';
import { memoryStore, surroundings, useWasm } from './training.fixture.ts';
import { importWeights } from './weights.import.ts';

beforeAll(useWasm);

const read = (name: string) => readFile(new URL(`./interop/${name}`, import.meta.url));

const seen = z.object({
  noise: z.array(z.array(z.number())),
  text: z.array(z.array(z.number())),
  mean: z.number(),
  every: z.number(),
  values: z.array(z.number()),
  scores: z.array(z.number()),
});
const goldenOf = async (name: string) =>
  z
    .object({ checkpoint: seen, trained: seen.optional() })
    .parse(JSON.parse((await read(`${name}.golden.json`)).toString()));

const checkpointOf = async (name: string): Promise<CheckpointModel> =>
  decodeModel(
    {
      'model.safetensors': await read(`${name}/model.safetensors`),
      'state.json': await read(`${name}/state.json`),
    },
    name,
  );

const resumable = (model: CheckpointModel): Checkpoint => ({ ...model, optimizer: new Map() });

const trainedWeights = async (): Promise<Map<string, NamedArray>> =>
  decodeSafetensors(await read('plain/trained.safetensors'), 'trained.safetensors');

/** Pictures of the averaged generator and the discriminator's scores of them are PyTorch's, within 1e-4 of the largest. */
const expectSeen = (checkpoint: CheckpointModel, golden: z.infer<typeof seen>): void => {
  const { config, average, dispose } = openGenerator(checkpoint);
  const discriminator = loadNetwork(discriminatorSpecs(config), (name, shape) =>
    valuesOf(checkpoint.model, `discriminator/${name}`, shape),
  );
  const [pictures, scores] = tf.tidy(() => {
    const text = tf.tensor2d(golden.text);
    const drawn = generate(average, config, tf.tensor2d(golden.noise), text, runningNormalize(average));
    const weights = spectralWeights(discriminator);
    const normalize = runningNormalize(weights);
    const projected = projectText(weights, text, normalize);
    return [drawn.dataSync(), discriminate(weights, config, drawn, projected, normalize).dataSync()] as const;
  });
  const near = (found: readonly number[], expected: readonly number[], what: string) => {
    const scale = Math.max(...expected.map(Math.abs));
    expect(scale, `${what} of any size`).toBeGreaterThan(1e-3);
    const errors = expected.map((value, i) => Math.abs((found[i] ?? Number.NaN) - value) / scale);
    expect(Math.max(...errors), what).toBeLessThan(1e-4);
  };
  near(
    golden.values.map((_, i) => pictures[i * golden.every] ?? Number.NaN),
    golden.values,
    'pictures',
  );
  near([...scores], golden.scores, 'scores');
  dispose();
  disposeNetwork(discriminator);
};

describe('PyTorch (tools/pytorch)', () => {
  it.each(['released', 'plain'])('draws and scores what we do, from our %s checkpoint', async (name) => {
    expectSeen(await checkpointOf(name), (await goldenOf(name)).checkpoint);
  });

  it('exports what it trained, and then we draw and score what it does', async () => {
    const { checkpoint, trained } = await goldenOf('plain');
    const imported = importWeights(resumable(await checkpointOf('plain')), await trainedWeights());
    if (trained) expectSeen(imported, trained);
    expect(trained?.values).not.toEqual(checkpoint.values);
  });
});

describe('imported weights', () => {
  it('are what a run starts from: its checkpoint before the first step holds them', async () => {
    const weights = await trainedWeights();
    const imported = importWeights(resumable(await checkpointOf('plain')), weights);
    const { written, store } = memoryStore();
    const config = hyperparameters.parse({ ...imported.state.config, steps: 2, checkpoint_every: 1 });
    await train(
      config,
      surroundings({ resumeFrom: imported, checkpoints: store, command: () => 'checkpoint-and-stop' }),
    );
    expect(written[0]?.state.step).toBe(0);
    for (const [name, { data }] of weights) expect(written[0]?.model.get(name)?.data, name).toEqual(data);
    const outcome = await train(config, surroundings({ resumeFrom: imported, checkpoints: store }));
    expect(outcome).toMatchObject({ kind: 'finished', step: 2 });
  });

  it('stand for the average too, when none is given', async () => {
    const weights = await trainedWeights();
    const own = new Map([...weights].filter(([name]) => !name.startsWith('average/')));
    const { model } = importWeights(resumable(await checkpointOf('plain')), own);
    expect(model.get('average/up8.weight')?.data).toEqual(weights.get('generator/up8.weight')?.data);
  });

  it('that do not fit are refused by the name of the tensor', async () => {
    const like = resumable(await checkpointOf('plain'));
    const weights = await trainedWeights();
    const without = new Map([...weights].filter(([name]) => name !== 'discriminator/down8.weight'));
    expect(() => importWeights(like, without)).toThrow(/discriminator\/down8\.weight.*missing/);
    const more = new Map([...weights, ['generator/up128.weight', { shape: [1], data: new Float32Array(1) }]]);
    expect(() => importWeights(like, more as Map<string, NamedArray>)).toThrow(/generator\/up128\.weight/);
    const other = new Map([...weights, ['text/scale', { shape: [1], data: Float32Array.of(7) }]]);
    expect(() => importWeights(like, other as Map<string, NamedArray>)).toThrow(
      /text\/scale is of other texts/,
    );
    expect(() => importWeights(resumable(like), new Map())).toThrow(/missing/);
  });
});
