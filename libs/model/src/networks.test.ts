import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ModelConfig } from './config.ts';
import { randomTensor, seeded, tinyModel, useWasm } from './wasm.fixture.ts';
import { discriminate, discriminatorSpecs, projectText } from './discriminator.ts';
import { generate, generatorSpecs } from './generator.ts';
import { countParameters, createNetwork, disposeNetwork, loadNetwork, parameter } from './network.ts';
import { batchNormalize, runningNormalize } from './normalization.ts';

beforeAll(useWasm);

const released = (width: number): ModelConfig => ({
  textDim: 1024,
  projectionDim: 128,
  noiseDim: 100,
  generatorWidth: width,
  discriminatorWidth: width,
  variant: 'released',
  activationQuirk: 'main_cls_int',
});

/** Millions with two decimals, as the released models are quoted. */
const millions = (count: number) => (count / 1e6).toFixed(2);

describe('the released architecture', () => {
  it.each([
    [128, '18.91'],
    [64, '5.76'],
    [32, '2.01'],
  ])('has a generator of the published size at width %d', (width, size) => {
    expect(millions(countParameters(generatorSpecs(released(width))))).toBe(size);
  });

  it.each([
    [64, '4.03'],
    [32, '1.13'],
  ])('has a discriminator of the published size at width %d', (width, size) => {
    expect(millions(countParameters(discriminatorSpecs(released(width))))).toBe(size);
  });

  it('has unique parameter names', () => {
    for (const specs of [generatorSpecs(released(4)), discriminatorSpecs(released(4))]) {
      expect(new Set(specs.map(({ name }) => name)).size).toBe(specs.length);
    }
  });
});

describe.each(['released', 'plain'] as const)('%s networks', (variant) => {
  const config = tinyModel({ variant });

  it('turn noise and text into pictures within [-1, 1]', () => {
    const random = seeded(1);
    const network = createNetwork(generatorSpecs(config), random);
    const pictures = generate(
      network,
      config,
      randomTensor([3, config.noiseDim], random),
      randomTensor([3, config.textDim], random),
      batchNormalize(network),
    );
    expect(pictures.shape).toEqual([3, 64, 64, 3]);
    expect(Math.max(...tf.abs(pictures).dataSync())).toBeLessThanOrEqual(1);
  });

  it('turn a picture and a text into one finite logit', () => {
    const random = seeded(2);
    const network = createNetwork(discriminatorSpecs(config), random);
    const normalize = batchNormalize(network);
    const text = projectText(network, randomTensor([3, config.textDim], random), normalize);
    expect(text.shape).toEqual([3, config.projectionDim]);
    const logits = discriminate(network, config, randomTensor([3, 64, 64, 3], random), text, normalize);
    expect(logits.shape).toEqual([3]);
    expect([...logits.dataSync()].every(Number.isFinite)).toBe(true);
  });

  it('use every parameter that they declare', () => {
    const random = seeded(3);
    const network = createNetwork(discriminatorSpecs(config), random);
    const variables = Object.values(network.params);
    const { grads } = tf.variableGrads(() => {
      const normalize = batchNormalize(network);
      const text = projectText(network, randomTensor([4, config.textDim], random), normalize);
      const logits = discriminate(network, config, randomTensor([4, 64, 64, 3], random), text, normalize);
      return tf.sum(tf.mul(logits, [1, -2, 3, -4])) as tf.Scalar;
    }, variables);
    for (const [name, variable] of Object.entries(network.params)) {
      const gradient = grads[variable.name];
      expect(gradient, name).toBeDefined();
      expect(gradient?.shape, name).toEqual(variable.shape);
    }
  });
});

describe('the join of text and image', () => {
  it('equals the released 1 x 1 convolution over the tiled depth concatenation', () => {
    const random = seeded(4);
    const features = randomTensor<tf.Tensor4D>([2, 4, 4, 8], random);
    const text = randomTensor<tf.Tensor2D>([2, 3], random);
    const ofFeatures = randomTensor<tf.Tensor4D>([1, 1, 8, 8], random);
    const ofText = randomTensor<tf.Tensor2D>([3, 8], random);
    const tiled = tf.tile(tf.reshape(text, [2, 1, 1, 3]), [1, 4, 4, 1]);
    const whole = tf.concat([ofFeatures, tf.reshape(ofText, [1, 1, 3, 8])], 2) as tf.Tensor4D;
    const expected = tf.conv2d(tf.concat([features, tiled], 3) as tf.Tensor4D, whole, 1, 'same');
    const actual = tf.add(
      tf.conv2d(features, ofFeatures, 1, 'same'),
      tf.reshape(tf.matMul(text, ofText), [2, 1, 1, 8]),
    );
    const difference = tf.max(tf.abs(tf.sub(expected, actual))).dataSync()[0];
    expect(difference).toBeLessThan(1e-5);
  });
});

describe('the activation quirk', () => {
  it('changes the score, since main_cls has one activation more than main_cls_int', () => {
    const score = (activationQuirk: ModelConfig['activationQuirk']) => {
      const config = tinyModel({ activationQuirk });
      const random = seeded(5);
      const network = createNetwork(discriminatorSpecs(config), random);
      const normalize = batchNormalize(network);
      const text = projectText(network, randomTensor([2, config.textDim], random), normalize);
      return [
        ...discriminate(network, config, randomTensor([2, 64, 64, 3], random), text, normalize).dataSync(),
      ];
    };
    expect(score('main_cls')).not.toEqual(score('main_cls_int'));
  });
});

describe('inference', () => {
  it('known mistake, inference with batch statistics: a picture does not depend on its neighbours', () => {
    const config = tinyModel();
    const random = seeded(6);
    const network = createNetwork(generatorSpecs(config), random);
    const noise = randomTensor<tf.Tensor2D>([3, config.noiseDim], random);
    const text = randomTensor<tf.Tensor2D>([3, config.textDim], random);
    const first = (normalize: ReturnType<typeof runningNormalize>, rows: number) => [
      ...generate(
        network,
        config,
        tf.slice(noise, [0, 0], [rows, -1]),
        tf.slice(text, [0, 0], [rows, -1]),
        normalize,
      )
        .dataSync()
        .slice(0, 64 * 64 * 3),
    ];
    expect(first(runningNormalize(network), 1)).toEqual(first(runningNormalize(network), 3));
    expect(first(batchNormalize(network), 2)).not.toEqual(first(batchNormalize(network), 3));
  });
});

describe('a network', () => {
  it('refuses a name that it does not have', () => {
    const network = createNetwork(generatorSpecs(tinyModel()), seeded(7));
    expect(() => parameter(network, 'up9.weight')).toThrow(/no parameter up9.weight/);
  });

  it('is loaded value by value from what a checkpoint holds, and not at all when something is missing', () => {
    const specs = generatorSpecs(tinyModel());
    const written = createNetwork(specs, seeded(9));
    const held = { ...written.params, ...written.running };
    const before = tf.memory().numTensors;
    const loaded = loadNetwork(specs, (name) => held[name]?.dataSync() as Float32Array);
    for (const [name, value] of Object.entries({ ...loaded.params, ...loaded.running })) {
      expect([...value.dataSync()], name).toEqual([...(held[name]?.dataSync() ?? [])]);
    }
    expect(Object.keys({ ...loaded.params, ...loaded.running })).toEqual(Object.keys(held));
    disposeNetwork(loaded);
    expect(tf.memory().numTensors).toBe(before);
    const missing = (name: string): Float32Array => {
      if (name !== 'up8.norm.variance') return held[name]?.dataSync() as Float32Array;
      throw new RangeError(`${name} is missing`);
    };
    expect(() => loadNetwork(specs, missing)).toThrow('up8.norm.variance is missing');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('starts from the released initial distributions', () => {
    const network = createNetwork(generatorSpecs(tinyModel({ generatorWidth: 8 })), seeded(8));
    const spread = (name: string) => {
      const { mean, variance } = tf.moments(parameter(network, name));
      return [mean.dataSync()[0] ?? Number.NaN, Math.sqrt(variance.dataSync()[0] ?? Number.NaN)] as const;
    };
    const [mean, deviation] = spread('up8.weight');
    expect(Math.abs(mean)).toBeLessThan(1e-3);
    expect(deviation).toBeCloseTo(0.02, 3);
    expect(spread('up8.norm.gain')[0]).toBeCloseTo(1, 1);
    expect(spread('up8.norm.offset')).toEqual([0, 0]);
    const bound = 1 / Math.sqrt(6);
    expect(Math.max(...tf.abs(parameter(network, 'text.weight')).dataSync())).toBeLessThanOrEqual(bound);
  });
});
