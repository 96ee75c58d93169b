import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { generate, generatorSpecs } from './generator.ts';
import { createNetwork, type Network } from './network.ts';
import { recoverNoise } from './noise.recovery.ts';
import { runningNormalize } from './normalization.ts';
import { seeded, snapshot, tinyModel, useWasm } from './wasm.fixture.ts';

beforeAll(useWasm);

const config = tinyModel({ generatorWidth: 4 });
const settings = { steps: 60, learningRate: 0.1, prior: 1e-4 };

/** Weights ten times the initial ones, so that noise shows in the picture as it does after training. */
const contrastful = (seed: number): Network => {
  const network = createNetwork(generatorSpecs(config), seeded(seed));
  for (const [name, value] of Object.entries(network.params)) {
    if (name.endsWith('.weight') && !name.startsWith('text')) tf.tidy(() => value.assign(tf.mul(value, 10)));
  }
  return network;
};

const draw = (network: Network, noise: tf.Tensor, text: tf.Tensor) =>
  tf.tidy(() => generate(network, config, noise, text, runningNormalize(network)));
const errors = (a: tf.Tensor, b: tf.Tensor): number[] =>
  tf.tidy(() => [...tf.mean(tf.squaredDifference(a, b), [1, 2, 3]).dataSync()]);

const example = (rows: number) => {
  const network = contrastful(1);
  const random = seeded(2);
  const normal = (columns: number) =>
    tf.tensor2d(
      Float32Array.from({ length: rows * columns }, () => random.normal()),
      [rows, columns],
    );
  const [noise, text] = [normal(config.noiseDim), normal(config.textDim)];
  return { network, noise, text, pictures: draw(network, noise, text) };
};

describe('the recovery of noise', () => {
  it('finds noise that redraws a picture of the generator far better than other noise does', async () => {
    const { network, noise, text, pictures } = example(3);
    const found = await recoverNoise(network, config, pictures, text, settings);
    expect(found.shape).toEqual(noise.shape);
    const recovered = errors(draw(network, found, text), pictures);
    const other = errors(draw(network, tf.reverse(noise, 0), text), pictures);
    const atStart = errors(draw(network, tf.zerosLike(noise), text), pictures);
    for (const [row, error] of recovered.entries()) {
      expect(error, `row ${row} from the start`).toBeLessThan(0.1 * (atStart[row] ?? 0));
      if (row !== 1) expect(error, `row ${row}`).toBeLessThan(0.1 * (other[row] ?? 0));
    }
  });

  it('gives the same noise each time, whatever stands beside the picture', async () => {
    const { network, text, pictures } = example(3);
    const all = await recoverNoise(network, config, pictures, text, { ...settings, steps: 5 });
    const first = await recoverNoise(
      network,
      config,
      tf.slice(pictures, [0, 0, 0, 0], [1, -1, -1, -1]),
      tf.slice(text, [0, 0], [1, -1]),
      { ...settings, steps: 5 },
    );
    const row = [...all.dataSync()].slice(0, config.noiseDim);
    [...first.dataSync()].forEach((value, i) => expect(value).toBeCloseTo(row[i] ?? Number.NaN, 5));
  });

  it('moves nothing of the generator and leaves no tensor but its result', async () => {
    const { network, text, pictures } = example(2);
    const before = { ...snapshot(network.params), ...snapshot(network.running) };
    const tensors = tf.memory().numTensors;
    const seen: number[] = [];
    const found = await recoverNoise(network, config, pictures, text, { ...settings, steps: 3 }, (done) => {
      seen.push(tf.memory().numTensors);
      expect(done).toBe(seen.length);
    });
    found.dispose();
    expect(new Set(seen).size).toBe(1);
    expect(tf.memory().numTensors).toBe(tensors);
    expect({ ...snapshot(network.params), ...snapshot(network.running) }).toEqual(before);
  });

  it('ends when it is told to, and frees what it held', async () => {
    const { network, text, pictures } = example(1);
    const tensors = tf.memory().numTensors;
    const work = recoverNoise(network, config, pictures, text, settings, (done) => {
      if (done === 2) throw new Error('enough');
    });
    await expect(work).rejects.toThrow('enough');
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('keeps noise small where the picture does not need it', async () => {
    const { network, text, pictures } = example(1);
    const sizeWith = async (prior: number) => {
      const found = await recoverNoise(network, config, pictures, text, { ...settings, prior });
      return tf.tidy(() => tf.norm(found).dataSync()[0] ?? Number.NaN);
    };
    expect(await sizeWith(1)).toBeLessThan(await sizeWith(0));
  });
});
