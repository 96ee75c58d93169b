/**
 * Golden values that PyTorch computed (tools/golden/gan_golden.py): the inputs, drawn anew, and the comparison.
 *
 * A tensor agrees when it is within 1e-4 of the reference relative to its own scale: its norm within 1e-4 of the
 * norm, each sum under random signs within 1e-4 of the norm (any single element that is off by more shows in both
 * sums), each single value within 1e-4 of the largest magnitude. A gradient's scale is at least a hundredth of its
 * network's largest: what cancels out to almost nothing keeps the rounding of what it was summed from. The reference is
 * float64, so that all of the error is our own.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { ModelConfig } from './config.ts';
import { createGanCls, type GanCls, type StepBatch } from './gan-cls.ts';
import { type Levers, noLevers } from './levers.ts';
import type { Network, Random } from './network.ts';
import type { StepSettings } from './step.settings.ts';
import { seeded, settings, tinyModel } from './wasm.fixture.ts';

export const tolerance = 1e-4;

const digests = z.record(z.string(), z.array(z.number()));
const goldenCase = z.object({
  name: z.string(),
  shape: z.object({
    variant: z.enum(['released', 'plain']).optional(),
    activation_quirk: z.enum(['main_cls', 'main_cls_int']).optional(),
    spectral_norm: z.boolean().optional(),
  }),
  settings: z.record(z.string(), z.unknown()),
  levers: z.record(z.string(), z.unknown()),
  forward: digests.optional(),
  statistics: z.array(z.record(z.string(), z.number())),
  gradients: digests,
  after: digests,
});
const goldenFile = z.object({ about: z.string(), cases: z.array(goldenCase) });
export type GoldenCase = z.infer<typeof goldenCase>;

export const goldenCases = (file: unknown): [string, GoldenCase][] =>
  goldenFile.parse(file).cases.map((each) => [each.name, each]);

export const goldenConfig = ({ shape }: GoldenCase): ModelConfig =>
  tinyModel({
    variant: shape.variant ?? 'released',
    activationQuirk: shape.activation_quirk ?? 'main_cls_int',
    spectralNorm: shape.spectral_norm ?? false,
  });

export const goldenSettings = (each: GoldenCase): StepSettings =>
  settings({
    ...(each.settings as Partial<StepSettings>),
    levers: { ...noLevers, ...(each.levers as Partial<Levers>) },
  });

const nameSeed = (name: string): number =>
  [...new TextEncoder().encode(name)].reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), 0x811c9dc5);

/** What gan_golden.py's `fill` draws for a parameter of that name. */
const fill = (name: string, size: number): Float32Array => {
  const random = seeded(nameSeed(name));
  const centre = /\.(gain|variance)$/.test(name) ? 1 : 0;
  const values = Array.from({ length: size }, () => centre + 0.25 * (2 * random.next() - 1));
  const length = name.endsWith('.u') ? Math.hypot(...values) : 1;
  return Float32Array.from(values, (value) => value / length);
};

const fillNetwork = (network: Network, prefix: string): void => {
  for (const [name, value] of Object.entries({ ...network.params, ...network.running })) {
    tf.tidy(() => value.assign(tf.tensor(fill(`${prefix}/${name}`, value.size), value.shape)));
  }
};

/** A model whose values follow from their names. */
export const goldenGan = (config: ModelConfig): GanCls => {
  const gan = createGanCls(config, seeded(1));
  fillNetwork(gan.generator, 'generator');
  fillNetwork(gan.average, 'generator');
  fillNetwork(gan.discriminator, 'discriminator');
  return gan;
};

const rows = 4;

export const uniform = <T extends tf.Tensor>(shape: number[], seed: number): T => {
  const random: Random = seeded(seed);
  const values = Array.from({ length: tf.util.sizeFromShape(shape) }, () => 2 * random.next() - 1);
  return tf.tensor(values, shape, 'float32') as T;
};

export const goldenBatch = (config: ModelConfig, step: number): StepBatch => ({
  images: uniform([rows, 64, 64, 3], 100 + step),
  wrongImages: uniform([rows, 64, 64, 3], 200 + step),
  text: uniform([rows, config.textDim], 300 + step),
});

const signedSum = (values: ArrayLike<number>, seed: number): number => {
  const random = seeded(seed);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (random.next() < 0.5 ? 1 : -1) * (values[i] ?? Number.NaN);
  return sum;
};

/** The largest error of a tensor against its digest, relative to its scale, which is at least `floor`. */
export const errorOf = (values: ArrayLike<number>, digest: readonly number[], floor = 1e-12): number => {
  const [norm = Number.NaN, first = Number.NaN, second = Number.NaN, largest = 1, ...singles] = digest;
  const scale = Math.max(norm, floor);
  const errors = [
    Math.abs(Math.hypot(...Array.from(values)) - norm) / scale,
    Math.abs(signedSum(values, 1) - first) / scale,
    Math.abs(signedSum(values, 2) - second) / scale,
    ...singles.map((expected, k) => {
      const at = Math.floor((values.length * (2 * k + 1)) / (2 * singles.length));
      return Math.abs((values[at] ?? Number.NaN) - expected) / Math.max(largest, floor);
    }),
  ];
  return Math.max(...errors);
};
