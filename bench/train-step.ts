/**
 * Whole GAN-CLS training steps (both networks, both optimisers, the moving average) on every back end that is
 * installed and usable. Operations are counted by libs/model's gflopsPerStep, the time is the wall's, and the
 * first steps are left out: they compile shaders and WebAssembly. Each back end runs in a process of its own, so
 * that peakMb is its own.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { type BackendName, backendNames, memoryReport, probeBackends, selectBackend } from '@plumage/compute';
import {
  createGanCls,
  disposeGanCls,
  gflopsPerStep,
  imageSide,
  type ModelConfig,
  type Random,
  trainStep,
} from '@plumage/model';
import * as tf from '@tensorflow/tfjs-core';

export const usage =
  'train-step [--width 32] [--batch 64] [--steps 5] [--backend NAME] [--variant released|plain]: ' +
  'images and 10^9 operations a second of GAN-CLS steps';

interface Shape {
  readonly width: number;
  readonly batch: number;
  readonly steps: number;
  readonly variant: ModelConfig['variant'];
}

/** What one back end achieved, with the shape that it was measured at. */
interface StepRate extends Shape {
  readonly device: string;
  readonly imagesPerSecond: number;
  readonly gflopsPerSecond: number;
  readonly secondsPerStep: number;
  /** Processor time, which other work on the machine stretches less than the wall's. */
  readonly cpuSecondsPerStep: number;
  readonly leakedTensors: number;
  readonly peakMb: number;
}

/** Plain JavaScript needs minutes for a step at the usual shape, so it gets its own. */
const SMALL: Shape = { width: 4, batch: 4, steps: 1, variant: 'released' };
const WARM_UP_STEPS = 2;

/** A linear congruence; a bench's pictures need not be good noise, only the same each time. */
function benchRandom(): Random {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return { next, normal };
}

/** Trains for `steps` on the back end that is set. */
async function measure(device: string, shape: Shape): Promise<StepRate> {
  const { width, batch: rows, steps, variant } = shape;
  const config: ModelConfig = {
    textDim: 1024,
    projectionDim: 128,
    noiseDim: 100,
    generatorWidth: width,
    discriminatorWidth: width,
    variant,
    activationQuirk: 'main_cls_int',
  };
  const settings = {
    matching: 0.5,
    interpolation: 'off',
    interpolatedWeight: 1,
    labelSmoothing: 0,
    generatorRate: 2e-4,
    discriminatorRate: 2e-4,
    averageDecay: 0.999,
  } as const;
  const random = benchRandom();
  const gan = createGanCls(config, random);
  const batch = {
    images: tf.randomUniform<tf.Rank.R4>([rows, imageSide, imageSide, 3], -1, 1),
    wrongImages: tf.randomUniform<tf.Rank.R4>([rows, imageSide, imageSide, 3], -1, 1),
    text: tf.randomNormal<tf.Rank.R2>([rows, config.textDim]),
  };
  const step = async () => {
    const statistics = trainStep(gan, batch, settings, random);
    await statistics.data();
    statistics.dispose();
  };
  for (let warm = 0; warm < Math.min(WARM_UP_STEPS, steps); warm += 1) await step();
  const before = memoryReport().tensors;
  const [start, cpuStart] = [performance.now(), process.cpuUsage()];
  for (let at = 0; at < steps; at += 1) await step();
  const secondsPerStep = (performance.now() - start) / 1000 / steps;
  const cpu = process.cpuUsage(cpuStart);
  const { tensors, peakMb } = memoryReport();
  tf.dispose(batch);
  disposeGanCls(gan);
  const gflops = gflopsPerStep(config, {
    batchSize: rows,
    matching: settings.matching,
    interpolation: 'off',
  });
  return {
    ...shape,
    device,
    imagesPerSecond: rounded(rows / secondsPerStep),
    gflopsPerSecond: rounded(gflops / secondsPerStep),
    secondsPerStep: rounded(secondsPerStep),
    cpuSecondsPerStep: rounded((cpu.user + cpu.system) / 1e6 / steps),
    leakedTensors: tensors - before,
    peakMb: Math.round(peakMb),
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function parse(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      width: { type: 'string', default: '32' },
      batch: { type: 'string', default: '64' },
      steps: { type: 'string', default: '5' },
      variant: { type: 'string', default: 'released' },
      backend: { type: 'string' },
      here: { type: 'boolean', default: false },
    },
  });
  const count = (name: 'width' | 'batch' | 'steps'): number => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`--${name} must be a whole number from 1, got ${values[name]}`);
    }
    return value;
  };
  const backend = values.backend;
  if (backend !== undefined && !backendNames.includes(backend as BackendName)) {
    throw new RangeError(`--backend must be one of ${backendNames.join(', ')}, got ${backend}`);
  }
  const { variant } = values;
  if (variant !== 'released' && variant !== 'plain') {
    throw new RangeError(`--variant must be released or plain, got ${variant}`);
  }
  const shape: Shape = { width: count('width'), batch: count('batch'), steps: count('steps'), variant };
  return { shape, backend: backend as BackendName | undefined, here: values.here };
}

/** Measures one back end in a child process; `--here` is how the child is told to do the work itself. */
async function measureApart(backend: BackendName, shape: Shape): Promise<StepRate> {
  const options = ['width', 'batch', 'steps', 'variant'] as const;
  const args = options.flatMap((name) => [`--${name}`, String(shape[name])]);
  const script = fileURLToPath(new URL('./run.ts', import.meta.url));
  const child = ['--import', 'tsx', script, 'train-step', '--json', '--here', '--backend', backend, ...args];
  const { stdout } = await promisify(execFile)(process.execPath, child, { maxBuffer: 2 ** 24 });
  const last = stdout.trim().split('\n').at(-1) ?? '';
  return (JSON.parse(last) as { results: Record<string, StepRate> }).results[backend] as StepRate;
}

export async function run(args: string[], note: (line: string) => void): Promise<Record<string, StepRate>> {
  const { shape, backend, here } = parse(args);
  if (here && backend) {
    const { device } = await selectBackend(backend);
    return { [backend]: await measure(device, shape) };
  }
  const wanted = backend ? [backend] : await usableBackends(note);
  const results: Record<string, StepRate> = {};
  for (const name of wanted) {
    const result = await measureApart(name, name === 'cpu' && !backend ? SMALL : shape);
    note(
      `${name}: ${result.imagesPerSecond} images/s, ${result.gflopsPerSecond} GFLOP/s on ${result.device}`,
    );
    results[name] = result;
  }
  return results;
}

async function usableBackends(note: (line: string) => void): Promise<BackendName[]> {
  const verdicts = await probeBackends();
  for (const { usable, name, why } of verdicts) if (!usable) note(`${name} is left out: ${why}`);
  return verdicts.filter(({ usable }) => usable).map(({ name }) => name);
}
