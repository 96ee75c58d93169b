import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Checkpoint } from './checkpoint.format.ts';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.format.ts';
import { settingsAt, train } from './train.ts';
import type { TrainCommand } from './trainer.contract.ts';
import { listen, memoryStore, surroundings, tinyRun, useWasm } from './training.fixture.ts';

beforeAll(useWasm);

const arrays = ({ model, optimizer }: Checkpoint) =>
  Object.fromEntries([...model, ...optimizer].map(([name, { data }]) => [name, [...data]]));

/** As it would come back from a disk. */
const reread = (checkpoint: Checkpoint) => decodeCheckpoint(encodeCheckpoint(checkpoint), 'memory');

describe('a run', () => {
  it('finishes after its steps with a checkpoint, finite metrics and no tensor left behind', async () => {
    const { reporter, heard } = listen();
    const before = tf.memory().numTensors;
    const outcome = await train(tinyRun(), surroundings({ reporter }));
    expect(outcome).toMatchObject({ kind: 'finished', step: 6 });
    expect(heard.points.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const { values } of heard.points) expect(Object.values(values).every(Number.isFinite)).toBe(true);
    expect(heard.checkpoints.map(({ step }) => step)).toEqual([6]);
    expect(heard.messages[0]).toMatch(/15 training pictures in 3 classes of drawn; steps 1 to 6$/);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('reports the mean of the steps between two points', async () => {
    const every = listen();
    await train(tinyRun({ log_every: 1 }), surroundings({ reporter: every.reporter }));
    const third = listen();
    await train(tinyRun({ log_every: 3 }), surroundings({ reporter: third.reporter }));
    expect(third.heard.points.map(({ step }) => step)).toEqual([3, 6]);
    const losses = every.heard.points.slice(0, 3).map(({ values }) => values['g/loss'] ?? Number.NaN);
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / 3;
    expect(third.heard.points[0]?.values['g/loss']).toBeCloseTo(mean, 6);
  });

  it('gives the same numbers for the same seed, and others for another', async () => {
    const numbers = async (seed: number) => {
      const { reporter, heard } = listen();
      await train(tinyRun({ seed, steps: 3 }), surroundings({ reporter }));
      return heard.points;
    };
    const first = await numbers(1);
    expect(await numbers(1)).toEqual(first);
    expect(await numbers(2)).not.toEqual(first);
  });

  it('draws the same prompts with the same noise at each grid, as 64 x 64 PNGs', async () => {
    const { reporter, heard } = listen();
    await train(tinyRun({ sample_every: 4, prompt_seeds: [7, 8] }), surroundings({ reporter }));
    expect([...new Set(heard.samples.map(({ step }) => step))]).toEqual([1, 2, 4]);
    const cells = heard.samples.filter(({ step }) => step === 4);
    expect(cells.map(({ prompt, promptIndex, seed }) => [prompt, promptIndex, seed])).toEqual([
      ['disc 0-0', 0, 7],
      ['disc 0-0', 0, 8],
      ['disc 1-1', 1, 7],
      ['disc 1-1', 1, 8],
    ]);
    const { width, height, format } = await sharp(Buffer.from(cells[0]?.png ?? [])).metadata();
    expect([width, height, format]).toEqual([64, 64, 'png']);
  });

  it('takes prompts from the training classes when it is given none', async () => {
    const { reporter, heard } = listen();
    await train(tinyRun({ steps: 2, sample_every: 2, prompts: [] }), surroundings({ reporter }));
    const prompts = [...new Set(heard.samples.map(({ prompt }) => prompt))];
    expect(prompts).toHaveLength(8);
    expect(prompts.every((prompt) => !prompt.startsWith('disc 3'))).toBe(true);
  });

  it('evaluates without changing what is trained', async () => {
    const { reporter, heard } = listen();
    const evaluated = memoryStore();
    await train(tinyRun({ eval_every: 3 }), surroundings({ reporter, checkpoints: evaluated.store }));
    const plain = memoryStore();
    await train(tinyRun(), surroundings({ checkpoints: plain.store }));
    expect(arrays(evaluated.written[0] as Checkpoint)).toEqual(arrays(plain.written[0] as Checkpoint));
    const figures = heard.points.filter(({ values }) => 'eval/r_precision' in values);
    expect(figures.map(({ step }) => step)).toEqual([3, 6]);
    expect(figures[0]?.values).toHaveProperty(['eval/r_precision_unseen']);
    expect(Object.values(figures[0]?.values ?? {}).every(Number.isFinite)).toBe(true);
  });
});

describe('a resumed run', () => {
  it.each([2, 3])('equals the uninterrupted one to the bit, from a checkpoint after step %d', async (at) => {
    const config = tinyRun({ checkpoint_every: at, log_every: 2 });
    const whole = memoryStore();
    const wholeHeard = listen();
    await train(config, surroundings({ checkpoints: whole.store, reporter: wholeHeard.reporter }));
    const middle = whole.written.find(({ state }) => state.step === at) as Checkpoint;

    const rest = memoryStore();
    const restHeard = listen();
    const resumeFrom = reread(middle);
    await train(config, surroundings({ checkpoints: rest.store, reporter: restHeard.reporter, resumeFrom }));
    const [expected, actual] = [whole.written.at(-1) as Checkpoint, rest.written.at(-1) as Checkpoint];
    expect(actual.state).toEqual(expected.state);
    expect(arrays(actual)).toEqual(arrays(expected));
    expect(restHeard.heard.points).toEqual(wholeHeard.heard.points.filter(({ step }) => step > at));
  });

  it('may go on for longer, but refuses to become another run', async () => {
    const { written, store } = memoryStore();
    await train(tinyRun({ steps: 2 }), surroundings({ checkpoints: store }));
    const resumeFrom = written[0] as Checkpoint;
    expect(await train(tinyRun({ steps: 3 }), surroundings({ resumeFrom }))).toMatchObject({ step: 3 });
    const other = tinyRun({ steps: 3, generator_width: 3, seed: 9 });
    await expect(train(other, surroundings({ resumeFrom }))).rejects.toMatchObject({
      code: 'CHECKPOINT_MISMATCH',
      differences: ['seed was 1, is 9', 'generator_width was 2, is 3'],
    });
    const dataset = { ...surroundings().dataset, digest: 'f'.repeat(64) };
    await expect(train(tinyRun(), surroundings({ resumeFrom, dataset }))).rejects.toThrow(/another digest/);
  });
});

describe('stopping', () => {
  const after = (steps: number, command: TrainCommand) => {
    let asked = 0;
    return () => (asked++ < steps ? 'continue' : command);
  };

  it('writes a checkpoint of exactly the steps that were done', async () => {
    const { written, store } = memoryStore();
    const command = after(3, 'checkpoint-and-stop');
    const outcome = await train(tinyRun(), surroundings({ checkpoints: store, command }));
    expect(outcome).toMatchObject({ kind: 'stopped', step: 3, checkpoint: { step: 3 } });
    expect(written.map(({ state }) => state.step)).toEqual([3]);
  });

  it('at once writes nothing, by command or by signal', async () => {
    const { written, store } = memoryStore();
    const stopped = await train(tinyRun(), surroundings({ checkpoints: store, command: after(2, 'stop') }));
    expect(stopped).toEqual({ kind: 'stopped', step: 2, checkpoint: null });
    const aborted = new AbortController();
    aborted.abort();
    const none = await train(tinyRun(), surroundings({ checkpoints: store, signal: aborted.signal }));
    expect(none).toMatchObject({ kind: 'stopped', step: 0 });
    expect(written).toEqual([]);
  });
});

describe('divergence', () => {
  it('ends the run with the step and the statistic, and without a checkpoint', async () => {
    const healthy = surroundings();
    const { written, store } = memoryStore();
    const { reporter, heard } = listen();
    const embeddings = {
      ...healthy.embeddings,
      of: () => new Float32Array(healthy.embeddings.dimension).fill(Number.NaN),
    };
    const outcome = await train(
      tinyRun({ log_every: 100 }),
      surroundings({ embeddings, reporter, checkpoints: store }),
    );
    expect(outcome).toEqual({ kind: 'diverged', step: 1, what: 'd/loss' });
    expect(heard.points.map(({ step }) => step)).toEqual([1]);
    expect(written).toEqual([]);
  });
});

describe('the learning rate', () => {
  it('falls by the factor after every stretch', () => {
    const config = tinyRun({ learning_rate_g: 0.004, lr_decay_every: 10, lr_decay_factor: 0.5 });
    expect([0, 9, 10, 25].map((done) => settingsAt(config, done).generatorRate)).toEqual([
      0.004, 0.004, 0.002, 0.001,
    ]);
    expect(settingsAt(tinyRun({ lr_decay_every: 0 }), 1e6).generatorRate).toBe(4e-4);
  });
});

it('known mistake, a collapse unnoticed: a generator that draws one picture is told of in the log', async () => {
  const config = { steps: 1, learning_rate_g: 0, learning_rate_d: 0 };
  const { written, store } = memoryStore();
  await train(tinyRun(config), surroundings({ checkpoints: store }));
  const { state, model, optimizer } = written[0] as Checkpoint;
  const dead = [...model].map(
    ([name, { shape, data }]): [string, { shape: readonly number[]; data: Float32Array }] => [
      name,
      { shape, data: /^(generator|average)\/.*weight$/.test(name) ? new Float32Array(data.length) : data },
    ],
  );
  const resumeFrom = { state: { ...state, step: 499 }, model: new Map(dead), optimizer };
  const { reporter, heard } = listen();
  await train(tinyRun({ ...config, steps: 500, eval_every: 500 }), surroundings({ reporter, resumeFrom }));
  const warnings = heard.messages.filter((text) => text.includes('may have collapsed at step 500'));
  expect(warnings.join()).toMatch(/the noise no longer changes.*the caption no longer changes/);
});
