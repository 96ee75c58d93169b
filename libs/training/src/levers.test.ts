import { createRng } from '@plumage/contract';
import { createGanCls, disposeGanCls } from '@plumage/model';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.format.ts';
import { matchGap } from './evaluation/match.gap.ts';
import { modelConfigOf } from './run.state.ts';
import { settingsAt, train } from './train.ts';
import { listen, memoryStore, surroundings, tinyRun, useWasm } from './training.fixture.ts';

beforeAll(useWasm);

const levers = {
  spectral_norm: true,
  gan_loss: 'hinge',
  r1_penalty: 2,
  r1_every: 2,
  diff_augment: 'colour+translation+cutout',
  feature_matching: 100,
  l1_weight: 50,
};

const arrays = ({ model, optimizer }: Checkpoint) =>
  Object.fromEntries([...model, ...optimizer].map(([name, { data }]) => [name, [...data]]));

const trained = async (overrides: Record<string, unknown>, resumeFrom?: Checkpoint) => {
  const { written, store } = memoryStore();
  const { reporter, heard } = listen();
  await train(tinyRun(overrides), surroundings({ checkpoints: store, reporter, resumeFrom }));
  return { written, points: heard.points };
};

describe('spectral norm', () => {
  it('holds where the discriminator is evaluated: its scores do not grow with its weights', async () => {
    const gapOf = async (spectral: boolean, factor: number): Promise<number> => {
      const gan = createGanCls(
        modelConfigOf(tinyRun({ spectral_norm: spectral }), 8),
        createRng(1, 'weights'),
      );
      const score = gan.discriminator.params['score.weight'];
      tf.tidy(() => score?.assign(tf.mul(score, factor)));
      const random = createRng(2, 'texts');
      const rows = () => [1, 2].map(() => Float32Array.from({ length: 8 }, () => random.normal()));
      const pictures = Float32Array.from({ length: 2 * 64 * 64 * 3 }, () => 2 * random.next() - 1);
      const gap = await matchGap(gan, pictures, rows(), rows());
      disposeGanCls(gan);
      return gap;
    };
    expect((await gapOf(false, 10)) / (await gapOf(false, 1))).toBeCloseTo(10, 3);
    expect((await gapOf(true, 10)) / (await gapOf(true, 1))).toBeCloseTo(1, 3);
  });
});

describe('levers', () => {
  it('are off unless told, and told to a step under its own names', () => {
    expect(settingsAt(tinyRun(), 0).levers).toEqual({
      adversarial: 'cross-entropy',
      r1Weight: 0,
      r1Every: 16,
      augmentations: [],
      featureMatching: 0,
      pixelDistance: 0,
    });
    expect(settingsAt(tinyRun(levers), 0).levers).toEqual({
      adversarial: 'hinge',
      r1Weight: 2,
      r1Every: 2,
      augmentations: ['colour', 'translation', 'cutout'],
      featureMatching: 100,
      pixelDistance: 50,
    });
  });

  it('all pulled at once, resume to the bit, spectral vectors and the penalty’s turn included', async () => {
    const config = { ...levers, steps: 5, checkpoint_every: 3, log_every: 1 };
    const whole = await trained(config);
    const middle = whole.written.find(({ state }) => state.step === 3) as Checkpoint;
    expect([...middle.model.keys()].filter((name) => name.endsWith('.u'))).toContain('discriminator/join.u');
    const rest = await trained(config, decodeCheckpoint(encodeCheckpoint(middle), 'memory'));
    expect(arrays(rest.written.at(-1) as Checkpoint)).toEqual(arrays(whole.written.at(-1) as Checkpoint));
    expect(rest.points).toEqual(whole.points.slice(3));
  });

  it('report what they add: the penalty at its turns, both distances at each step', async () => {
    const { points } = await trained({ ...levers, steps: 4 });
    expect(points.map(({ values }) => (values['d/r1'] ?? Number.NaN) > 0)).toEqual([
      true,
      false,
      true,
      false,
    ]);
    for (const name of ['g/feature_matching', 'g/pixel_distance'])
      expect(
        points.every(({ values }) => Number(values[name]) > 0),
        name,
      ).toBe(true);
    const plain = await trained({ steps: 1 });
    expect(Object.keys(plain.points[0]?.values ?? {})).not.toContain('d/r1');
  });

  it('do not keep a checkpoint from before there were levers from being gone on from', async () => {
    const { written } = await trained({ steps: 2 });
    const [checkpoint] = written as [Checkpoint];
    const config = Object.fromEntries(
      Object.entries(checkpoint.state.config).filter(([key]) => !(key in levers)),
    );
    const old = { ...checkpoint, state: { ...checkpoint.state, config } };
    expect((await trained({ steps: 3 }, old)).written.at(-1)?.state.step).toBe(3);
    await expect(trained({ steps: 3, spectral_norm: true }, old)).rejects.toMatchObject({
      differences: ['spectral_norm was false, is true'],
    });
  });
});
