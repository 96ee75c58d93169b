/** S against PyTorch (tools/golden/style_encoder.py): forward, loss, gradients, three Adam steps, running statistics. */
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ModelConfig } from '../config.ts';
import { runningNormalize } from '../normalization.ts';
import { seeded, useWasm } from '../wasm.fixture.ts';
import { encodeStyle } from './style.encoder.ts';
import { type Digest, digestError, digestOf, wave, waveTensor } from './style.fixture.ts';
import { createStyleTrainer, disposeStyleTrainer, styleGradients, updateStyle } from './style.step.ts';

interface Golden {
  width: number;
  noiseDim: number;
  rows: number;
  learningRate: number;
  beta1: number;
  cases: {
    activationQuirk: ModelConfig['activationQuirk'];
    steps: { found: number[]; loss: number; gradients: Record<string, Digest> }[];
    params: Record<string, Digest>;
    running: Record<string, Digest>;
    shown: number[];
  }[];
}

const golden = JSON.parse(readFileSync(new URL('./style.golden.json', import.meta.url), 'utf8')) as Golden;
const { width, noiseDim, rows, learningRate, beta1 } = golden;

beforeAll(useWasm);

const trainerOf = (activationQuirk: ModelConfig['activationQuirk']) => {
  const trainer = createStyleTrainer({ noiseDim, width, activationQuirk }, seeded(1), beta1);
  Object.entries(trainer.encoder.params).forEach(([name, variable], index) => {
    const base = name.endsWith('gain') ? 1 : 0;
    const values = wave(variable.size, 0.1, 0.7, index).map((value) => base + value);
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  });
  return trainer;
};

const worstOf = (digests: Record<string, Digest>, values: (name: string) => tf.Tensor | undefined) =>
  Math.max(
    ...Object.entries(digests).map(([name, theirs]) =>
      digestError(digestOf(values(name)?.dataSync() ?? []), theirs),
    ),
  );

describe.each(golden.cases)('the style encoder and PyTorch, $activationQuirk', (expected) => {
  it('agree in 1e-4 on forward pass, loss, gradients, three Adam steps and running statistics', () => {
    const trainer = trainerOf(expected.activationQuirk);
    const { encoder, config } = trainer;
    expected.steps.forEach((theirs, step) => {
      const images = waveTensor<tf.Tensor4D>([rows, 64, 64, 3], 1, 0.37, 2 * step);
      const noise = waveTensor<tf.Tensor2D>([rows, noiseDim], 1.5, 1.3, step);
      tf.tidy(() => {
        const { loss, gradients } = styleGradients(trainer, images, noise);
        expect(Math.abs(loss.dataSync()[0] ?? Number.NaN) / theirs.loss - 1).toBeCloseTo(0, 4);
        expect(Object.keys(theirs.gradients)).toEqual(Object.keys(gradients));
        expect(worstOf(theirs.gradients, (name) => gradients[name])).toBeLessThan(1e-4);
      });
      updateStyle(trainer, images, noise, learningRate).dispose();
    });
    expect(worstOf(expected.params, (name) => encoder.params[name])).toBeLessThan(1e-4);
    expect(Object.keys(expected.running).sort()).toEqual(Object.keys(encoder.running).sort());
    expect(worstOf(expected.running, (name) => encoder.running[name])).toBeLessThan(1e-4);
    const shown = tf.tidy(() =>
      encodeStyle(encoder, config, waveTensor([rows, 64, 64, 3], 1, 0.37), runningNormalize(encoder)),
    );
    expect(shown.shape).toEqual([rows, noiseDim]);
    expect(digestError(digestOf(shown.dataSync()), digestOf(expected.shown))).toBeLessThan(1e-4);
    disposeStyleTrainer(trainer);
  });
});
