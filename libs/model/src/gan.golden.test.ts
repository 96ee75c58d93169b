/** Both networks and whole training steps against PyTorch (tools/golden/gan_golden.py; golden.fixture.ts says how near). */
import { selectBackend } from '@plumage/compute';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discriminate, projectText } from './discriminator.ts';
import golden from './gan.golden.json' with { type: 'json' };
import { disposeGanCls } from './gan-cls.ts';
import { generate } from './generator.ts';
import {
  errorOf,
  type GoldenCase,
  goldenCases,
  goldenConfig,
  goldenGan,
  tolerance,
  uniform,
} from './golden.fixture.ts';
import { expectGoldenTraining } from './golden.training.fixture.ts';
import type { Network } from './network.ts';
import { batchNormalize, runningNormalize } from './normalization.ts';

const cases = goldenCases(golden);
const variants = cases.filter(([, { forward }]) => forward !== undefined);

const expectForward = (golden: GoldenCase): void => {
  const config = goldenConfig(golden);
  const gan = goldenGan(config);
  const noise = uniform([4, config.noiseDim], 31);
  const text = uniform([4, config.textDim], 32);
  const images = uniform([4, 64, 64, 3], 33);
  for (const [mode, normalizer] of [
    ['running', runningNormalize],
    ['batch', (network: Network) => batchNormalize(network)],
  ] as const) {
    const pictures = generate(gan.generator, config, noise, text, normalizer(gan.generator));
    const error = errorOf(pictures.dataSync(), golden.forward?.[`pictures/${mode}`] ?? []);
    expect(error, `pictures by ${mode} statistics`).toBeLessThan(tolerance);
    const normalize = normalizer(gan.discriminator);
    const projected = projectText(gan.discriminator, text, normalize);
    const scores = discriminate(gan.discriminator, config, images, projected, normalize).dataSync();
    const expected = golden.forward?.[`scores/${mode}`] ?? [];
    const scale = Math.max(...expected.map(Math.abs));
    expected.forEach((score, row) => {
      expect(Math.abs((scores[row] ?? Number.NaN) - score) / scale, `score ${row}, ${mode}`).toBeLessThan(
        tolerance,
      );
    });
  }
  disposeGanCls(gan);
};

describe.each(['wasm', 'cpu'] as const)('on the %s back end', (name) => {
  beforeAll(async () => {
    await selectBackend(name);
  });
  afterAll(() => tf.disposeVariables());

  it.each(variants)('%s networks give the pictures and scores that PyTorch gives', (_, each) => {
    tf.tidy(() => expectForward(each));
  });

  it.each(name === 'wasm' ? cases : variants.slice(0, 1))(
    '%s trains as in PyTorch: losses, every gradient, Adam, running statistics, the average',
    (_, each) => expectGoldenTraining(each, name === 'wasm' ? 3 : 1),
    60_000,
  );
});
