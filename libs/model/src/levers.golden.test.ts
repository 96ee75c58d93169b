/** Every lever against PyTorch (tools/golden/gan_golden.py): losses, gradients and three steps, on wasm. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, it } from 'vitest';
import { goldenCases } from './golden.fixture.ts';
import { expectGoldenTraining } from './golden.training.fixture.ts';
import golden from './levers.golden.json' with { type: 'json' };
import { useWasm } from './wasm.fixture.ts';

beforeAll(useWasm);

describe('a lever trains as in PyTorch', () => {
  it.each(goldenCases(golden))('%s', (_, each) => tf.tidy(() => expectGoldenTraining(each)), 60_000);
});
