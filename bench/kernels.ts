/**
 * The kernels behind a GAN-CLS step, one by one, at the shapes of the discriminator at a given width: 10^9
 * operations a second of the convolutions and their gradients, nanoseconds a number of the rest. These are the
 * figures that the comments beside libs/compute's kernels cite.
 */
import { parseArgs } from 'node:util';
import { type BackendName, backendNames, batchNormTraining, selectBackend } from '@plumage/compute';
import * as tf from '@tensorflow/tfjs-core';

export const usage =
  'kernels [--width 32] [--batch 64] [--backend wasm] [--milliseconds 500]: rates of single kernels';

interface ConvolutionRate {
  readonly forward: number;
  readonly inputGradient: number;
  readonly filterGradient: number;
}

interface KernelRates {
  readonly device: string;
  /** By "height x width x in -> out, kernel, stride": 10^9 operations a second. */
  readonly gflopsPerSecond: Readonly<Record<string, ConvolutionRate>>;
  /** By operation: nanoseconds a number of its input. */
  readonly nanosecondsPerNumber: Readonly<Record<string, number>>;
}

/** Milliseconds of one call, the mean over `budget` milliseconds after three calls to warm up. */
async function time(compute: () => tf.Tensor[], budget: number): Promise<number> {
  const once = async () => {
    const results = tf.tidy(compute);
    // Reading one number waits for devices that compute behind our back.
    await tf.tidy(() => tf.slice(tf.reshape(results[0] as tf.Tensor, [-1]), 0, 1)).data();
    tf.dispose(results);
  };
  for (let warm = 0; warm < 3; warm += 1) await once();
  const start = performance.now();
  let calls = 0;
  while (performance.now() - start < budget) {
    await once();
    calls += 1;
  }
  return (performance.now() - start) / calls;
}

interface Convolution {
  readonly side: number;
  readonly channels: number;
  readonly outChannels: number;
  readonly kernel: number;
  readonly stride: number;
}

async function convolutionRate(batch: number, each: Convolution, budget: number): Promise<ConvolutionRate> {
  const { side, channels, outChannels, kernel, stride } = each;
  const x = tf.randomUniform<tf.Rank.R4>([batch, side, side, channels]);
  const filter = tf.randomUniform<tf.Rank.R4>([kernel, kernel, channels, outChannels]);
  const y = tf.conv2d(x, filter, stride, 'same');
  const dy = tf.randomUniform(y.shape);
  const gflops = (2 * y.size * kernel * kernel * channels) / 1e9;
  const attributes = { strides: [stride, stride], pad: 'same', dataFormat: 'NHWC' };
  const run = (name: string, inputs: tf.NamedTensorMap, more: tf.NamedAttrMap) =>
    tf.engine().runKernel<tf.Tensor>(name, inputs, { ...attributes, ...more });
  const kernels = {
    forward: () => [tf.conv2d(x, filter, stride, 'same')],
    inputGradient: () => [run('Conv2DBackpropInput', { dy, filter }, { inputShape: x.shape })],
    filterGradient: () => [run('Conv2DBackpropFilter', { x, dy }, { filterShape: filter.shape })],
  };
  const rate = async (compute: () => tf.Tensor[]) =>
    Number((gflops / ((await time(compute, budget)) / 1000)).toPrecision(3));
  const rates = {
    forward: await rate(kernels.forward),
    inputGradient: await rate(kernels.inputGradient),
    filterGradient: await rate(kernels.filterGradient),
  };
  tf.dispose([x, filter, y, dy]);
  return rates;
}

async function elementRates(batch: number, width: number, budget: number): Promise<Record<string, number>> {
  const x = tf.randomUniform<tf.Rank.R4>([batch, 16, 16, 2 * width], -1, 1);
  const [scale, offset] = [tf.ones([2 * width]), tf.zeros([2 * width])];
  const operations: Record<string, () => tf.Tensor[]> = {
    leakyRelu: () => [tf.leakyRelu(x, 0.2)],
    'leakyRelu and its gradient': () => [tf.grad((a: tf.Tensor) => tf.sum(tf.leakyRelu(a, 0.2)))(x)],
    tanh: () => [tf.tanh(x)],
    'batch norm in training': () => [batchNormTraining(x, scale, offset, { slope: 0.2 }).y],
    'batch norm in training and its gradient': () => [
      tf.grad((a: tf.Tensor) => tf.sum(batchNormTraining(a, scale, offset, { slope: 0.2 }).y))(x),
    ],
  };
  const rates: Record<string, number> = {};
  for (const [name, compute] of Object.entries(operations)) {
    rates[name] = Number((((await time(compute, budget)) * 1e6) / x.size).toPrecision(3));
  }
  tf.dispose([x, scale, offset]);
  return rates;
}

export async function run(
  args: string[],
  note: (line: string) => void,
): Promise<Record<string, KernelRates>> {
  const { values } = parseArgs({
    args,
    options: {
      width: { type: 'string', default: '32' },
      batch: { type: 'string', default: '64' },
      milliseconds: { type: 'string', default: '500' },
      backend: { type: 'string', default: 'wasm' },
    },
  });
  const [width, batch, budget] = [Number(values.width), Number(values.batch), Number(values.milliseconds)];
  const backend = values.backend as BackendName;
  if (!backendNames.includes(backend)) {
    throw new RangeError(`--backend must be one of ${backendNames.join(', ')}, got ${backend}`);
  }
  if (![width, batch, budget].every((value) => Number.isInteger(value) && value > 0)) {
    throw new RangeError('--width, --batch and --milliseconds must be whole numbers from 1');
  }
  const { device } = await selectBackend(backend);
  const layers: Convolution[] = [
    { side: 64, channels: 3, outChannels: width, kernel: 4, stride: 2 },
    { side: 32, channels: width, outChannels: 2 * width, kernel: 4, stride: 2 },
    { side: 16, channels: 2 * width, outChannels: 4 * width, kernel: 4, stride: 2 },
    { side: 8, channels: 4 * width, outChannels: 8 * width, kernel: 4, stride: 2 },
    { side: 4, channels: 2 * width, outChannels: 8 * width, kernel: 3, stride: 1 },
    { side: 4, channels: 8 * width, outChannels: 8 * width, kernel: 1, stride: 1 },
  ];
  const gflopsPerSecond: Record<string, ConvolutionRate> = {};
  for (const layer of layers) {
    const { side, channels, outChannels, kernel, stride } = layer;
    const name = `${side}x${side}x${channels} -> ${outChannels}, kernel ${kernel}, stride ${stride}`;
    gflopsPerSecond[name] = await convolutionRate(batch, layer, budget);
    note(`${name}: ${JSON.stringify(gflopsPerSecond[name])}`);
  }
  return {
    [backend]: { device, gflopsPerSecond, nanosecondsPerNumber: await elementRates(batch, width, budget) },
  };
}
