import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { updateAverage, warmedDecay } from './averaging.ts';
import { randomBatch, randomTensor, seeded, settings, snapshot, tinyModel, useWasm } from './wasm.fixture.ts';
import { createGanCls, type GanCls, trainStep } from './gan-cls.ts';
import { copyNetwork, createNetwork, linear, type Random } from './network.ts';
import { type StepSettings, stepStatistics } from './step.settings.ts';

beforeAll(useWasm);

const config = tinyModel();
const run = (gan: GanCls, overrides: Partial<StepSettings> = {}, random: Random = seeded(9), rows = 4) => {
  const batch = randomBatch(rows, config, seeded(8));
  const statistics = trainStep(gan, batch, settings(overrides), random);
  const values = [...statistics.dataSync()];
  tf.dispose([statistics, batch.images, batch.wrongImages, batch.text]);
  return Object.fromEntries(stepStatistics.map((name, i) => [name, values[i] ?? Number.NaN]));
};

describe('a training step', () => {
  it('leaves the number of tensors as it was', () => {
    const gan = createGanCls(config, seeded(1));
    run(gan);
    const before = tf.memory().numTensors;
    run(gan);
    run(gan, { interpolation: 'off', matching: 0 });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('reports finite losses whose sum is the weighted total', () => {
    const values = run(createGanCls(config, seeded(1)));
    for (const [name, value] of Object.entries(values)) expect(Number.isFinite(value), name).toBe(true);
    const { 'd/real': real = 0, 'd/wrong': wrong = 0, 'd/fake': fake = 0 } = values;
    expect(values['d/loss']).toBeCloseTo(real + 0.5 * wrong + 0.5 * fake, 5);
  });

  it('moves every parameter of both networks', () => {
    const gan = createGanCls(config, seeded(1));
    const networks = [gan.generator, gan.discriminator, gan.average];
    const before = networks.map(({ params }) => snapshot(params));
    run(gan, { generatorRate: 0.01, discriminatorRate: 0.01 });
    networks.forEach(({ params }, i) => {
      for (const [name, values] of Object.entries(snapshot(params))) {
        expect(values, name).not.toEqual(before[i]?.[name]);
      }
    });
  });

  it('moves only the network whose learning rate is not zero', () => {
    const gan = createGanCls(config, seeded(1));
    const generator = snapshot(gan.generator.params);
    const discriminator = snapshot(gan.discriminator.params);
    run(gan, { generatorRate: 0 });
    expect(snapshot(gan.generator.params)).toEqual(generator);
    expect(snapshot(gan.discriminator.params)).not.toEqual(discriminator);
    const moved = snapshot(gan.discriminator.params);
    run(gan, { discriminatorRate: 0 });
    expect(snapshot(gan.discriminator.params)).toEqual(moved);
    expect(snapshot(gan.generator.params)).not.toEqual(generator);
  });

  it('known mistake, D trained on interpolated text: it is never shown any', () => {
    const trained = (interpolation: StepSettings['interpolation']) => {
      const gan = createGanCls(config, seeded(1));
      run(gan, { interpolation });
      return snapshot(gan.discriminator.params);
    };
    expect(trained('half')).toEqual(trained('off'));
    expect(trained('uniform')).toEqual(trained('off'));
  });

  it('known mistake, one z for both steps: B rows for D, then as many and half as many more fresh ones for G', () => {
    const counting = (interpolation: StepSettings['interpolation']) => {
      const inner = seeded(9);
      let drawn = 0;
      run(
        createGanCls(config, seeded(1)),
        { interpolation },
        {
          next: () => inner.next(),
          normal: () => {
            drawn++;
            return inner.normal();
          },
        },
      );
      return drawn / config.noiseDim;
    };
    expect(counting('off')).toBe(4 + 4);
    expect(counting('half')).toBe(4 + 6);
  });

  it('does not read the wrong images when c = 0', () => {
    const trained = (wrongSeed: number) => {
      const gan = createGanCls(config, seeded(1));
      const batch = randomBatch(4, config, seeded(8));
      const wrongImages = randomTensor<tf.Tensor4D>([4, 64, 64, 3], seeded(wrongSeed));
      trainStep(gan, { ...batch, wrongImages }, settings({ matching: 0 }), seeded(9));
      return snapshot(gan.discriminator.params);
    };
    expect(trained(100)).toEqual(trained(200));
  });

  it('takes separate batch statistics for real, wrong and generated pictures', () => {
    const batch = randomBatch(4, config, seeded(8));
    const lossOfReal = (wrongImages: tf.Tensor4D) => {
      const gan = createGanCls(config, seeded(1));
      const values = trainStep(gan, { ...batch, wrongImages }, settings(), seeded(9)).dataSync();
      return values[stepStatistics.indexOf('d/real')];
    };
    // Were the passes one batch, paler wrong pictures would change the normalisation of the real ones.
    expect(lossOfReal(tf.mul(batch.wrongImages, 0.1))).toBe(lossOfReal(batch.wrongImages));
  });

  it('gives equal numbers for equal seeds', () => {
    expect(run(createGanCls(config, seeded(1)))).toEqual(run(createGanCls(config, seeded(1))));
  });

  it('lets the discriminator learn to tell pictures apart', () => {
    const gan = createGanCls(config, seeded(1));
    const random = seeded(9);
    const first = run(gan, { generatorRate: 0, discriminatorRate: 0.01 }, random);
    let last = first;
    for (let i = 0; i < 6; i++) last = run(gan, { generatorRate: 0, discriminatorRate: 0.01 }, random);
    expect(last['d/loss']).toBeLessThan((first['d/loss'] ?? 0) * 0.9);
  });
});

describe('the averaged generator', () => {
  it('moves towards the live one by 1 - decay', () => {
    const live = createNetwork(linear('layer', 1, 1), seeded(1));
    const average = copyNetwork(live);
    live.params['layer.weight']?.assign(tf.tensor2d([[10]]));
    average.params['layer.weight']?.assign(tf.tensor2d([[0]]));
    updateAverage(average, live, 0.9);
    expect(average.params['layer.weight']?.dataSync()[0]).toBeCloseTo(1, 5);
  });

  it('forgets the random start quickly', () => {
    expect(warmedDecay(0.999, 1)).toBeLessThan(0.2);
    expect(warmedDecay(0.999, 1e6)).toBe(0.999);
    expect(warmedDecay(0, 100)).toBe(0);
  });
});
