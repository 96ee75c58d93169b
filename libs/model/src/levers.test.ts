import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { augment, augmentations } from './diff.augment.ts';
import { featureDistance, pixelDistance } from './feature.matching.ts';
import { createGanCls, disposeGanCls, trainStep } from './gan-cls.ts';
import { generate } from './generator.ts';
import { hinge } from './hinge.loss.ts';
import { type Levers, noLevers } from './levers.ts';
import type { Random } from './network.ts';
import { batchNormalize } from './normalization.ts';
import { r1IsDue, r1Penalty } from './r1.penalty.ts';
import { iterateSpectral, spectralWeights } from './spectral.norm.ts';
import { stepStatistics } from './step.settings.ts';
import { randomBatch, randomTensor, seeded, settings, snapshot, tinyModel, useWasm } from './wasm.fixture.ts';

beforeAll(useWasm);

const all: Levers = {
  adversarial: 'hinge',
  r1Weight: 2,
  r1Every: 2,
  augmentations,
  featureMatching: 100,
  pixelDistance: 50,
};

const value = (tensor: tf.Tensor) => tensor.dataSync()[0] ?? Number.NaN;

/** Chance that counts how often it is asked. */
const counting = (seed: number): Random & { drawn: number } => {
  const inner = seeded(seed);
  const random = {
    drawn: 0,
    next: () => {
      random.drawn++;
      return inner.next();
    },
    normal: () => {
      random.drawn++;
      return inner.normal();
    },
  };
  return random;
};

describe('levers that are off', () => {
  it('change no number, draw nothing and report nothing', () => {
    const run = (levers: Partial<{ levers: Levers }>) => {
      const gan = createGanCls(tinyModel(), seeded(1));
      const random = counting(9);
      const statistics = trainStep(gan, randomBatch(4, gan.config, seeded(8)), settings(levers), random);
      expect(statistics.size).toBe(stepStatistics.length);
      return [random.drawn, [...statistics.dataSync()], snapshot(gan.generator.params)];
    };
    const absent = run({});
    expect(run({ levers: noLevers })).toEqual(absent);
    expect(absent[0]).toBe((4 + 6) * tinyModel().noiseDim);
  });
});

describe('all levers at once', () => {
  it('leave the number of tensors as it was', () => {
    const gan = createGanCls(tinyModel({ spectralNorm: true }), seeded(1));
    const step = () =>
      tf.dispose(trainStep(gan, randomBatch(4, gan.config, seeded(8)), settings({ levers: all }), seeded(9)));
    const count = () => tf.memory().numTensors;
    const batchTensors = 3;
    step();
    const before = count();
    step();
    expect(count()).toBe(before + batchTensors);
    disposeGanCls(gan);
  });
});

describe('the hinge loss', () => {
  it('has no gradient beyond the margin', () => {
    const scores = tf.tensor1d([-3, -0.5, 0.5, 3]);
    const slope = (loss: (logits: tf.Tensor1D) => tf.Tensor) =>
      Array.from(
        tf
          .grad((x) => tf.sum(loss(x as tf.Tensor1D)))(scores)
          .dataSync(),
        (x) => x + 0,
      );
    expect(slope(hinge.real)).toEqual([-1, -1, -1, 0]);
    expect(slope(hinge.fake)).toEqual([0, 1, 1, 1]);
    expect(slope(hinge.generated)).toEqual([-1, -1, -1, -1]);
  });
});

describe('R1', () => {
  const images = () => randomTensor<tf.Tensor4D>([2, 4, 4, 3], seeded(3));

  it('of a linear score is gamma / 2 times the squared length of its weights', () => {
    const weight = randomTensor<tf.Tensor4D>([1, 4, 4, 3], seeded(4));
    const penalty = r1Penalty(images(), (x) => tf.sum(tf.mul(x, weight), [1, 2, 3]), {
      ...noLevers,
      r1Weight: 3,
    });
    expect(value(penalty)).toBeCloseTo((3 / 2) * value(tf.sum(tf.square(weight))), 4);
  });

  it('comes at every n-th step, n times as strong, and never when it weighs nothing', () => {
    const lazy = { ...noLevers, r1Weight: 3, r1Every: 4 };
    expect([0, 1, 2, 3, 4].map((done) => r1IsDue(lazy, done))).toEqual([true, false, false, false, true]);
    expect(r1IsDue(noLevers, 0)).toBe(false);
    const score = (x: tf.Tensor) => tf.sum(tf.square(x), [1, 2, 3]);
    const once = value(r1Penalty(images(), score, { ...lazy, r1Every: 1 }));
    expect(value(r1Penalty(images(), score, lazy)) / once).toBeCloseTo(4, 4);
  });
});

describe('spectral norm', () => {
  it('brings the largest singular value of every weight to 1, of both parts of the join together', () => {
    const gan = createGanCls(tinyModel({ spectralNorm: true }), seeded(1));
    for (let i = 0; i < 200; i++) iterateSpectral(gan.discriminator);
    const { params } = spectralWeights(gan.discriminator);
    const matrix = (name: string) => {
      const weight = params[name] as tf.Tensor;
      return tf.reshape(weight, [-1, weight.shape.at(-1) ?? 1]) as tf.Tensor2D;
    };
    /** By power iteration from another start. */
    const largest = (m: tf.Tensor2D): number => {
      let v = randomTensor<tf.Tensor2D>([m.shape[1], 1], seeded(5));
      for (let i = 0; i < 200; i++) {
        const next = tf.matMul(m, tf.matMul(m, v), true) as tf.Tensor2D;
        v = tf.div(next, tf.norm(next)) as tf.Tensor2D;
      }
      return value(tf.norm(tf.matMul(m, v)));
    };
    for (const name of ['down32', 'down4', 'block4.middle', 'text', 'score'])
      expect(largest(matrix(`${name}.weight`)), name).toBeCloseTo(1, 3);
    const joined = tf.concat([matrix('join.features.weight'), matrix('join.text.weight')], 0);
    expect(largest(joined as tf.Tensor2D)).toBeCloseTo(1, 3);
  });

  it('makes no tensor and returns the network itself where it is off', () => {
    const { discriminator } = createGanCls(tinyModel(), seeded(1));
    const before = tf.memory().numTensors;
    expect(spectralWeights(discriminator)).toBe(discriminator);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('DiffAugment', () => {
  const side = 64;
  const pictures = () => randomTensor<tf.Tensor4D>([6, side, side, 3], seeded(6));

  it('returns the very pictures and draws nothing when no kind is asked for', () => {
    const x = pictures();
    const random = counting(1);
    expect(augment(x, [], random)).toBe(x);
    expect(random.drawn).toBe(0);
  });

  it('moves each picture by at most an eighth of its side, another way each, and fills with grey', () => {
    const marked = tf.tidy(() => {
      const dot = tf.buffer([6, side, side, 3]);
      for (let row = 0; row < 6; row++) dot.set(1, row, 32, 32, 0);
      return dot.toTensor();
    });
    const moved = augment(marked, ['translation'], seeded(7)).arraySync() as number[][][][];
    const places = moved.map((picture) => {
      const y = picture.findIndex((line) => line.some((pixel) => pixel[0] === 1));
      return [y - 32, (picture[y] ?? []).findIndex((pixel) => pixel[0] === 1) - 32];
    });
    for (const place of places.flat()) expect(Math.abs(place)).toBeLessThanOrEqual(8);
    expect(new Set(places.map(String)).size).toBeGreaterThan(3);
  });

  it('cuts out a square of half the side, or what of it lies inside', () => {
    const cut = augment(tf.ones([6, side, side, 3]), ['cutout'], seeded(8));
    const holes = tf.sum(tf.sub(1, cut), [1, 2, 3]).dataSync();
    for (const hole of holes) {
      expect(hole / 3).toBeLessThanOrEqual(32 * 32);
      expect(hole / 3).toBeGreaterThanOrEqual(16 * 16);
    }
  });

  it('leaves the shape of a picture alone when it changes colours: what was equal stays equal', () => {
    const flat = tf.mul(tf.ones([3, side, side, 3]), 0.25);
    const [first] = tf.split(augment(flat, ['colour'], seeded(9)), 3, 0) as [tf.Tensor];
    expect(value(tf.sub(tf.max(first), tf.min(first)))).toBeCloseTo(0, 5);
  });
});

describe('the terms of the re-implementation', () => {
  it('compare batch means of features, and pictures one by one, of original rows alone', () => {
    const real = randomTensor([2, 1, 1, 3], seeded(1));
    const swapped = tf.reverse(real, 0);
    const extra = tf.ones([1, 1, 1, 3]);
    expect(value(featureDistance(tf.concat([swapped, extra], 0), real))).toBeCloseTo(0, 6);
    expect(value(pixelDistance(tf.concat([real, extra], 0), real))).toBe(0);
    expect(value(pixelDistance(swapped, real))).toBeGreaterThan(0.1);
  });

  it('known mistake, L1 to one picture suppressing z: it takes the noise its say, hence is off', () => {
    /** Mean difference between pictures of one text and two noises, after training. */
    const say = (pixels: number): number => {
      const gan = createGanCls(tinyModel(), seeded(1));
      const told = settings({
        levers: { ...noLevers, pixelDistance: pixels },
        interpolation: 'off',
        generatorRate: 0.02,
      });
      const batch = randomBatch(4, gan.config, seeded(8));
      const random = seeded(9);
      for (let i = 0; i < 12; i++) tf.dispose(trainStep(gan, batch, told, random));
      return tf.tidy(() => {
        const [a, b] = [3, 4].map((seed) =>
          generate(
            gan.generator,
            gan.config,
            randomTensor([4, gan.config.noiseDim], seeded(seed)),
            batch.text,
            batchNormalize(gan.generator),
          ),
        ) as [tf.Tensor, tf.Tensor];
        return value(tf.mean(tf.abs(tf.sub(a, b))));
      });
    };
    expect(noLevers.pixelDistance).toBe(0);
    expect(say(500)).toBeLessThan(0.7 * say(0));
  });
});
