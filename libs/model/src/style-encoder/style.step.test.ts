import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { generatorSpecs } from '../generator.ts';
import { countParameters, createNetwork } from '../network.ts';
import { batchNormalize, runningNormalize } from '../normalization.ts';
import { randomTensor, seeded, snapshot, tinyModel, useWasm } from '../wasm.fixture.ts';
import { encodeStyle, styleSpecs } from './style.encoder.ts';
import { createStyleTrainer, disposeStyleTrainer, styleLoss, trainStyleStep } from './style.step.ts';

beforeAll(useWasm);

const config = tinyModel({ generatorWidth: 4, noiseDim: 3 });
const style = { noiseDim: 3, width: 4, activationQuirk: 'main_cls_int' } as const;

const setUp = () => {
  const generator = { config, average: createNetwork(generatorSpecs(config), seeded(1)) };
  const trainer = createStyleTrainer(style, seeded(2), 0.9);
  const text = randomTensor<tf.Tensor2D>([8, config.textDim], seeded(3));
  return { generator, trainer, text };
};

const lossOf = (loss: tf.Scalar): number => {
  const [value = Number.NaN] = loss.dataSync();
  loss.dispose();
  return value;
};

describe('the style encoder', () => {
  it('gives Z values a picture, which with running statistics do not depend on the others of the batch', () => {
    const { trainer } = setUp();
    const images = randomTensor<tf.Tensor4D>([3, 64, 64, 3], seeded(4));
    const see = (of: tf.Tensor4D) =>
      encodeStyle(trainer.encoder, style, of, runningNormalize(trainer.encoder));
    const all = see(images);
    expect(all.shape).toEqual([3, 3]);
    const alone = see(tf.slice(images, 1, 1) as tf.Tensor4D).dataSync();
    const row = all.dataSync().slice(3, 6);
    alone.forEach((value, i) => expect(value).toBeCloseTo(row[i] ?? Number.NaN, 5));
    const together = encodeStyle(trainer.encoder, style, images, batchNormalize(trainer.encoder));
    expect(together.dataSync().slice(3, 6)).not.toEqual(row);
  });

  it('has the trunk of the discriminator and one linear layer: 1.13M parameters at width 32 without the layer', () => {
    const wide = { ...style, width: 32, noiseDim: 100 };
    const linear = 16 * 8 * 32 * 100;
    expect(countParameters(styleSpecs(wide), true) - linear).toBe(
      32 * 16 * (3 + 2 * 32 + 8 * 32 + 32 * 32) + 64 * (256 + 9 * 64 + 9 * 256),
    );
  });

  it('loses the squared length of the missed noise, mean over pictures', () => {
    const loss = styleLoss(
      tf.tensor2d([
        [1, 2],
        [0, 0],
      ]),
      tf.tensor2d([
        [0, 0],
        [3, 4],
      ]),
    );
    expect(lossOf(loss)).toBe((5 + 25) / 2);
  });
});

describe('a step of the style encoder', () => {
  it('moves every parameter of S and nothing of G, whose gradients are not even computed', async () => {
    const { generator, trainer, text } = setUp();
    const frozen = [snapshot(generator.average.params), snapshot(generator.average.running)];
    const before = snapshot(trainer.encoder.params);
    const profile = await tf.profile(() => {
      trainStyleStep(trainer, generator, text, 1e-3, seeded(5)).dispose();
    });
    const seen = profile.kernels.map(({ name }) => name);
    expect([snapshot(generator.average.params), snapshot(generator.average.running)]).toEqual(frozen);
    const after = snapshot(trainer.encoder.params);
    for (const name of Object.keys(before)) expect(after[name], name).not.toEqual(before[name]);
    // One filter gradient for each of S's seven convolutions; the generator's would be ten more.
    expect(seen.filter((name) => name === 'Conv2DBackpropFilter')).toHaveLength(7);
    disposeStyleTrainer(trainer);
  });

  it('draws fresh noise, and learns to find it', () => {
    const { generator, trainer, text } = setUp();
    const random = seeded(6);
    const losses = Array.from({ length: 40 }, () =>
      lossOf(trainStyleStep(trainer, generator, text, 2e-3, random)),
    );
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(losses[0]).not.toBe(losses[1]);
    expect(mean(losses.slice(-10))).toBeLessThan(0.8 * mean(losses.slice(0, 10)));
    disposeStyleTrainer(trainer);
  });

  it('leaves the number of tensors as it was, and dispose leaves none', () => {
    const { generator, text } = setUp();
    const start = tf.memory().numTensors;
    const trainer = createStyleTrainer(style, seeded(2), 0.9);
    const random = seeded(7);
    const step = () => trainStyleStep(trainer, generator, text, 1e-3, random).dispose();
    step();
    const before = tf.memory().numTensors;
    step();
    expect(tf.memory().numTensors).toBe(before);
    disposeStyleTrainer(trainer);
    expect(tf.memory().numTensors).toBe(start);
  });
});
