/** Every lever against PyTorch (tools/golden/gan_golden.py): losses, gradients and three steps. */
import { selectBackend } from '@plumage/compute';
import * as tf from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';
import { goldenCases } from './golden.fixture.ts';
import { expectGoldenTraining } from './golden.training.fixture.ts';
import golden from './levers.golden.json' with { type: 'json' };
import { useWasm } from './wasm.fixture.ts';

const cases = goldenCases(golden);

describe('a lever trains as in PyTorch', () => {
  it.each(cases)(
    '%s',
    async (_, each) => {
      await useWasm();
      tf.tidy(() => expectGoldenTraining(each));
    },
    60_000,
  );

  it.each(cases.filter(([name]) => name === 'all at once'))(
    '%s, on a back end without our kernels',
    async (_, each) => {
      await selectBackend('cpu');
      tf.tidy(() => expectGoldenTraining(each, 1));
    },
    60_000,
  );
});
