/** Three training steps beside PyTorch's: what tests of parity and of the levers expect of each golden case. */
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { disposeGanCls, type GanCls, trainStep } from './gan-cls.ts';
import {
  errorOf,
  type GoldenCase,
  goldenBatch,
  goldenConfig,
  goldenGan,
  goldenSettings,
  tolerance,
} from './golden.fixture.ts';
import { leversOf, statisticsOf } from './step.settings.ts';
import { seeded } from './wasm.fixture.ts';

const beta1 = 0.5;

/** Gradients of the first step by name: Adam's first moment is then (1 - beta1) times the gradient. */
const gradientsOf = (gan: GanCls): Map<string, Float32Array> => {
  const gradients = new Map<string, Float32Array>();
  for (const [prefix, adam] of [
    ['generator', gan.generatorAdam],
    ['discriminator', gan.discriminatorAdam],
  ] as const) {
    for (const [name, { first }] of Object.entries(adam.state().moments)) {
      const moment = first.dataSync() as Float32Array;
      gradients.set(
        `${prefix}/${name}`,
        moment.map((value) => value / (1 - beta1)),
      );
    }
  }
  return gradients;
};

const valuesOf = (gan: GanCls): Map<string, Float32Array> =>
  new Map(
    (['generator', 'discriminator', 'average'] as const).flatMap((prefix) =>
      Object.entries({ ...gan[prefix].params, ...gan[prefix].running }).map(
        ([name, value]): [string, Float32Array] => [`${prefix}/${name}`, value.dataSync() as Float32Array],
      ),
    ),
  );

/** A bias before batch norm has no gradient: rounding leaves some 1e-9, which Adam turns into steps of its rate. */
const hasNoGradient = (digest: readonly number[] | undefined) =>
  digest !== undefined && (digest[0] ?? 1) < 1e-9;

const expectGradients = (gan: GanCls, { gradients }: GoldenCase): void => {
  const ours = gradientsOf(gan);
  expect([...ours.keys()].sort()).toEqual(Object.keys(gradients).sort());
  const largest = (network: string) =>
    Math.max(...Object.entries(gradients).map(([name, [norm = 0]]) => (name.startsWith(network) ? norm : 0)));
  for (const [name, digest] of Object.entries(gradients)) {
    const floor = largest(name.split('/')[0] ?? '') / 100;
    const values = ours.get(name) ?? new Float32Array();
    if (hasNoGradient(digest)) expect(Math.hypot(...values), name).toBeLessThan(1e-5);
    else expect(errorOf(values, digest, floor), `gradient of ${name}`).toBeLessThan(tolerance);
  }
};

const expectAfter = (gan: GanCls, { after, gradients }: GoldenCase, steps: number, rate: number): void => {
  const ours = valuesOf(gan);
  for (const [name, digest] of Object.entries(after)) {
    const values = ours.get(name) ?? new Float32Array();
    const live = name.replace(/^average/, 'generator');
    const moved = hasNoGradient(gradients[live.replace(/text\.norm\.mean$/, 'text.bias')]);
    // What rounding may have moved: each value by its rate a step, all to one side, relative to the norm.
    const slack = moved ? (steps * rate * values.length) / (digest[0] ?? 1) : 0;
    expect(errorOf(values, digest), `${name} after training`).toBeLessThan(tolerance + slack);
  }
};

/** @param steps 3 for everything; 1 checks the first step's statistics and gradients alone */
export const expectGoldenTraining = (golden: GoldenCase, steps: 1 | 3 = 3): void => {
  const config = goldenConfig(golden);
  const settings = goldenSettings(golden);
  const gan = goldenGan(config);
  const random = seeded(9);
  for (let step = 0; step < steps; step++) {
    const batch = goldenBatch(config, step);
    const statistics = trainStep(gan, batch, settings, random);
    const values = statistics.dataSync();
    const names = statisticsOf(leversOf(settings));
    expect(names).toEqual(Object.keys(golden.statistics[step] ?? {}));
    names.forEach((name, i) => {
      const expected = golden.statistics[step]?.[name] ?? Number.NaN;
      const error = Math.abs((values[i] ?? Number.NaN) - expected) / Math.max(1, Math.abs(expected));
      expect(error, `${name} of step ${step + 1}`).toBeLessThan(tolerance);
    });
    tf.dispose([statistics, batch.images, batch.wrongImages, batch.text]);
    if (step === 0) expectGradients(gan, golden);
  }
  if (steps === 3) {
    expectAfter(gan, golden, steps, Math.max(settings.generatorRate, settings.discriminatorRate));
  }
  disposeGanCls(gan);
};
