/** What the tests of this library share: the default back end, a seeded generator and a model of tiny width. */
import { selectBackend } from '@plumage/compute';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from './config.ts';
import type { StepBatch } from './gan-cls.ts';
import type { Random } from './network.ts';
import type { StepSettings } from './step.settings.ts';

export const useWasm = async (): Promise<void> => {
  await selectBackend('wasm');
};

/** mulberry32 with Box-Muller: the model is given its randomness, so a test may give it any. */
export const seeded = (seed: number): Random => {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return { next, normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()) };
};

export const tinyModel = (overrides: Partial<ModelConfig> = {}): ModelConfig => ({
  textDim: 6,
  projectionDim: 4,
  noiseDim: 5,
  generatorWidth: 2,
  discriminatorWidth: 2,
  variant: 'released',
  activationQuirk: 'main_cls_int',
  ...overrides,
});

export const settings = (overrides: Partial<StepSettings> = {}): StepSettings => ({
  matching: 0.5,
  interpolation: 'half',
  interpolatedWeight: 1,
  labelSmoothing: 0,
  generatorRate: 2e-4,
  discriminatorRate: 2e-4,
  averageDecay: 0.99,
  ...overrides,
});

export const randomTensor = <T extends tf.Tensor>(shape: number[], random: Random): T =>
  tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => 2 * random.next() - 1),
    shape,
  ) as T;

export const randomBatch = (rows: number, config: ModelConfig, random: Random): StepBatch => ({
  images: randomTensor([rows, 64, 64, 3], random),
  wrongImages: randomTensor([rows, 64, 64, 3], random),
  text: randomTensor([rows, config.textDim], random),
});

/** Copies of all values, to see later which of them moved. */
export const snapshot = (variables: Readonly<Record<string, tf.Variable>>): Record<string, number[]> =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, [...value.dataSync()]]));
