import { beforeAll, expect, it } from 'vitest';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.format.ts';
import { train } from './train.ts';
import { type Heard, listen, memoryStore, surroundings, tinyRun, useWasm } from './training.fixture.ts';

const arraysOf = ({ model, optimizer }: Checkpoint) =>
  Object.fromEntries([...model, ...optimizer].map(([name, { data }]) => [name, [...data]]));

interface Trained {
  readonly end: Checkpoint;
  readonly points: Heard['points'];
}

/** Trains with `overrides`, from the parent's checkpoint if there is one, as it would come from a disk. */
const trained = async (overrides: Record<string, unknown>, parent?: Checkpoint): Promise<Trained> => {
  const { written, store } = memoryStore();
  const { reporter, heard } = listen();
  const resumeFrom = parent && decodeCheckpoint(encodeCheckpoint(parent), 'memory');
  const more = { resumeFrom, inherits: parent !== undefined };
  await train(tinyRun(overrides), surroundings({ checkpoints: store, reporter, ...more }));
  return { end: written.at(-1) as Checkpoint, points: heard.points };
};

let parent: Checkpoint;
beforeAll(async () => {
  await useWasm();
  parent = (await trained({ steps: 3, log_every: 2 })).end;
});

it('a run that starts from another one has its weights, moments and averages to the bit before its first step', async () => {
  const { end } = await trained({ steps: 3, learning_rate: 0.5, beta1: 0.9, batch_size: 6 }, parent);
  expect(end.state.step).toBe(3);
  expect(arraysOf(end)).toEqual(arraysOf(parent));
  expect(end.state.updates).toEqual(parent.state.updates);
});

it('one that changes nothing goes on as if its parent had never ended', async () => {
  const whole = await trained({ steps: 6, log_every: 1 });
  const { end, points } = await trained({ steps: 6, log_every: 1 }, parent);
  expect(arraysOf(end)).toEqual(arraysOf(whole.end));
  expect(end.state).toEqual(whole.end.state);
  expect(points).toEqual(whole.points.slice(3));
});

it('it trains on with its own hyperparameters, and its points are of its own steps', async () => {
  const still = { learning_rate: 0, interpolation: 'uniform', label_smoothing: 0.1, cls_weight: 0.3 };
  const { end, points } = await trained({ steps: 6, log_every: 2, ...still }, parent);
  const trainable = (checkpoint: Checkpoint) =>
    Object.entries(arraysOf(checkpoint)).filter(([name]) =>
      /^(generator|discriminator)\/.*\.(weight|bias|gain|offset)$/.test(name),
    );
  expect(trainable(end).length).toBeGreaterThan(10);
  expect(trainable(end)).toEqual(trainable(parent));
  expect(points.map(({ step, values }) => [step, values['lr/g']])).toEqual([
    [4, 0],
    [6, 0],
  ]);
  const alone = await trained({ steps: 6, log_every: 1, ...still }, parent);
  expect(points[0]?.values).toEqual(alone.points[0]?.values);
});

it('two that start from one see the same noise and batches, unless they are given another seed', async () => {
  const same = await trained({ steps: 5, learning_rate: 0.01 }, parent);
  const plain = await trained({ steps: 5 }, parent);
  const [first, second] = [
    await trained({ steps: 5, seed: 9 }, parent),
    await trained({ steps: 5, seed: 9 }, parent),
  ];
  expect(same.end.state.noise).toEqual(plain.end.state.noise);
  expect(same.end.state.batches).toEqual(plain.end.state.batches);
  expect(first.end.state.noise).not.toEqual(plain.end.state.noise);
  expect(first.end.state.batches.rng).not.toEqual(plain.end.state.batches.rng);
  expect(first.end.state.batches.drawn).toBe(5);
  expect(arraysOf(first.end)).toEqual(arraysOf(second.end));
  expect(arraysOf(first.end)).not.toEqual(arraysOf(plain.end));
});

it('networks, data and encoder must be the same: what is not is named', async () => {
  const other = trained(
    { steps: 6, generator_width: 3, variant: 'plain', seed: 9, learning_rate: 1e-3 },
    parent,
  );
  await expect(other).rejects.toMatchObject({
    code: 'CHECKPOINT_MISMATCH',
    differences: ['variant was "released", is "plain"', 'generator_width was 2, is 3'],
  });
  await expect(other).rejects.toThrow(/the run that this one starts from does not fit/);
});
