import { type TextEncoderHyperparameters, textEncoderHyperparameters } from '@plumage/contract';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../checkpoint.format.ts';
import { drawnDataset, listen, memoryStore, surroundings, useWasm } from '../training.fixture.ts';
import { rateAt, type TextEncoderDependencies, trainTextEncoder } from './text-encoder.train.ts';

beforeAll(useWasm);

const tiny = (overrides: Record<string, unknown> = {}): TextEncoderHyperparameters =>
  textEncoderHyperparameters.parse({
    preset: 'cpu-tiny',
    steps: 6,
    conv1_width: 3,
    conv2_width: 4,
    conv3_width: 5,
    embedding_dim: 6,
    image_width: 1,
    log_every: 1,
    checkpoint_every: 0,
    learning_rate: 1e-3,
    ...overrides,
  });

const around = (overrides: Partial<TextEncoderDependencies> = {}): TextEncoderDependencies => {
  const { reporter, checkpoints, signal, now, command } = surroundings();
  return { dataset: drawnDataset(), reporter, checkpoints, signal, now, command, ...overrides };
};

const arrays = ({ model, optimizer }: Checkpoint) =>
  Object.fromEntries([...model, ...optimizer].map(([name, { data }]) => [name, [...data]]));

/** As it would come back from a disk. */
const reread = (checkpoint: Checkpoint) => decodeCheckpoint(encodeCheckpoint(checkpoint), 'memory');

const trained = async (overrides: Record<string, unknown>, more: Partial<TextEncoderDependencies> = {}) => {
  const { written, store } = memoryStore();
  const { reporter, heard } = listen();
  const outcome = await trainTextEncoder(tiny(overrides), around({ checkpoints: store, reporter, ...more }));
  return { outcome, written, points: heard.points, messages: heard.messages };
};

describe("a text encoder's run", () => {
  it('finishes with a checkpoint that says its trainer, finite metrics and no tensor left behind', async () => {
    const before = tf.memory().numTensors;
    const { outcome, written, points, messages } = await trained({});
    expect(outcome).toMatchObject({ kind: 'finished', step: 6 });
    expect(points.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(Object.keys(points[0]?.values ?? {}).sort()).toEqual([
      'lr',
      'train/accuracy_image',
      'train/accuracy_text',
      'train/loss',
    ]);
    for (const { values } of points) expect(Object.values(values).every(Number.isFinite)).toBe(true);
    expect(written[0]?.state.trainer).toBe('text-encoder');
    expect(messages[0]).toMatch(/15 training pictures of 15 instances of drawn; steps 1 to 6$/);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('gives the same numbers for the same seed, and others for another', async () => {
    const [first, same, other] = [
      await trained({ steps: 2 }),
      await trained({ steps: 2 }),
      await trained({ steps: 2, seed: 2 }),
    ];
    expect(same.points).toEqual(first.points);
    const [ofFirst, ofSame, ofOther] = [first, same, other].map(({ written }) =>
      arrays(written[0] as Checkpoint),
    );
    expect(ofSame).toEqual(ofFirst);
    expect(ofOther).not.toEqual(ofFirst);
  });

  it.each([2, 3])('resumed after step %d equals the uninterrupted one to the bit', async (at) => {
    const config = { checkpoint_every: at, log_every: 2 };
    const whole = await trained(config);
    const middle = whole.written.find(({ state }) => state.step === at) as Checkpoint;
    const rest = await trained(config, { resumeFrom: reread(middle) });
    const [expected, actual] = [whole.written.at(-1) as Checkpoint, rest.written.at(-1) as Checkpoint];
    expect(actual.state).toEqual(expected.state);
    expect(arrays(actual)).toEqual(arrays(expected));
    expect(rest.points).toEqual(whole.points.filter(({ step }) => step > at));
  });

  it('evaluates seen and unseen classes beside chance, and changes nothing by it', async () => {
    const [evaluated, plain] = [await trained({ eval_every: 3 }), await trained({})];
    expect(arrays(evaluated.written[0] as Checkpoint)).toEqual(arrays(plain.written[0] as Checkpoint));
    const figures = evaluated.points.filter(({ values }) => 'eval/zero_shot_accuracy' in values);
    expect(figures.map(({ step }) => step)).toEqual([3, 6]);
    // One validation class of five pictures; three training classes of five.
    expect(figures[0]?.values).toMatchObject({
      'eval/zero_shot_accuracy': 1,
      'eval/zero_shot_chance': 1,
      'eval/precision_at_50': 1,
      'eval/instance_chance': 0.2,
      'eval/zero_shot_chance_train': 1 / 3,
      'eval/instance_chance_train': 1 / 15,
    });
    expect(figures[0]?.values).toHaveProperty(['eval/precision_at_50_train']);
  });

  it('refuses a batch of more classes than there are, and says both numbers', async () => {
    await expect(trained({ distinct: 'class' })).rejects.toMatchObject({
      code: 'DATASET_TOO_FEW_CLASSES',
      message: expect.stringMatching(/3 classes; a batch of 4 distinct/),
    });
  });

  it("refuses a GAN's checkpoint, another configuration and other data, each in words", async () => {
    const { written } = await trained({ steps: 1 });
    const resumeFrom = written[0] as Checkpoint;
    const unsaid = { ...resumeFrom.state, trainer: undefined };
    await expect(trained({}, { resumeFrom: { ...resumeFrom, state: unsaid } })).rejects.toThrow(
      /it is of the trainer gan-cls, expected text-encoder/,
    );
    await expect(trained({ variant: 'icml-birds' }, { resumeFrom })).rejects.toMatchObject({
      differences: ['variant was "cvpr", is "icml-birds"'],
    });
    const dataset = { ...drawnDataset(), digest: 'f'.repeat(64) };
    await expect(trained({}, { resumeFrom, dataset })).rejects.toThrow(/another digest/);
  });

  it('that starts from another one has its weights to the bit, and its own rate', async () => {
    const parent = (await trained({ steps: 3 })).written[0] as Checkpoint;
    const child = await trained(
      { steps: 3, learning_rate: 0.5 },
      { resumeFrom: reread(parent), inherits: true },
    );
    expect(arrays(child.written[0] as Checkpoint)).toEqual(arrays(parent));
    const same = await trained({ steps: 5 }, { resumeFrom: reread(parent), inherits: true });
    const whole = await trained({ steps: 5 });
    expect(arrays(same.written[0] as Checkpoint)).toEqual(arrays(whole.written[0] as Checkpoint));
  });
});

it('the rate falls every epoch, which has as many steps as the training split has groups', () => {
  const config = tiny({ learning_rate: 0.01, lr_decay: 0.5 });
  expect([0, 14, 15, 30].map((done) => rateAt(config, done, 15))).toEqual([0.01, 0.01, 0.005, 0.0025]);
  expect(rateAt(tiny({ learning_rate: 0.01, lr_decay: 0.5, lr_decay_every: 4 }), 4, 15)).toBe(0.005);
  const rising = tiny({ learning_rate: 0.01, lr_warmup: 10 });
  expect([0, 4, 9, 10].map((done) => rateAt(rising, done, 15))).toEqual([0.001, 0.005, 0.01, 0.01]);
});
