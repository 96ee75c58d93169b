/** GAN-CLS training steps on the back end that is set: rate, leak, memory at several marks, share of each kernel. */
import { memoryReport } from '@plumage/compute';
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
import { kernelShares } from './kernel-shares.ts';

/** What is trained, and for how long. */
export interface Shape {
  readonly width: number;
  readonly batch: number;
  readonly steps: number;
  readonly variant: ModelConfig['variant'];
}

/** Memory after so many steps. */
interface MemoryMark {
  readonly step: number;
  readonly tensors: number;
  /** The process's resident set. */
  readonly residentMb: number;
  /** What the back end has reserved: on wasm the heap, which never shrinks. */
  readonly reservedMb: number;
}

/** What one back end achieved, with the shape that it was measured at. */
export interface StepRate extends Shape {
  readonly device: string;
  readonly imagesPerSecond: number;
  readonly gflopsPerSecond: number;
  /** The median, of which the rates are made. */
  readonly secondsPerStep: number;
  readonly fastestSecondsPerStep: number;
  /** Processor time of all threads, which other work on the machine stretches less than the wall's. */
  readonly cpuSecondsPerStep: number;
  readonly leakedTensors: number;
  readonly peakMb: number;
  /** Ten marks, evenly over the steps. */
  readonly memory: readonly MemoryMark[];
  /** Share of a step's time by kernel, largest first. */
  readonly kernelShares: Readonly<Record<string, number>>;
}

const WARM_UP_STEPS = 2;
const SHARED_STEPS = 3;
const MARKS = 10;

const settings = {
  matching: 0.5,
  interpolation: 'off',
  interpolatedWeight: 1,
  labelSmoothing: 0,
  generatorRate: 2e-4,
  discriminatorRate: 2e-4,
  averageDecay: 0.999,
} as const;

const configOf = ({ width, variant }: Shape): ModelConfig => ({
  textDim: 1024,
  projectionDim: 128,
  noiseDim: 100,
  generatorWidth: width,
  discriminatorWidth: width,
  variant,
  activationQuirk: 'main_cls_int',
});

/** 10^9 operations of one step, however they are computed. */
export const gflopsOf = (shape: Shape): number =>
  gflopsPerStep(configOf(shape), {
    batchSize: shape.batch,
    matching: settings.matching,
    interpolation: settings.interpolation,
  });

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

export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function markOf(step: number): MemoryMark {
  const { tensors, peakMb } = memoryReport();
  const residentMb = Math.round(process.memoryUsage.rss() / 2 ** 20);
  return { step, tensors, residentMb, reservedMb: Math.round(peakMb) };
}

/** Runs `steps` and takes the time of each, and memory at the marks. */
async function timeSteps(steps: number, step: () => Promise<void>) {
  const seconds: number[] = [];
  const memory: MemoryMark[] = [];
  const every = Math.ceil(steps / MARKS);
  const cpuStart = process.cpuUsage();
  for (let at = 1; at <= steps; at += 1) {
    const start = performance.now();
    await step();
    seconds.push((performance.now() - start) / 1000);
    if (at % every === 0 || at === steps) memory.push(markOf(at));
  }
  const cpu = process.cpuUsage(cpuStart);
  seconds.sort((a, b) => a - b);
  return {
    memory,
    median: seconds[seconds.length >> 1] ?? Number.NaN,
    fastest: seconds[0] ?? Number.NaN,
    cpu: (cpu.user + cpu.system) / 1e6 / steps,
  };
}

/** Trains for `steps` on the back end that is set. */
export async function measure(device: string, shape: Shape): Promise<StepRate> {
  const { batch: rows, steps } = shape;
  const config = configOf(shape);
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
  const { median, fastest, cpu, memory } = await timeSteps(steps, step);
  const { tensors, peakMb } = memoryReport();
  const shares = await kernelShares(async () => {
    for (let at = 0; at < Math.min(SHARED_STEPS, steps); at += 1) await step();
  });
  tf.dispose(batch);
  disposeGanCls(gan);
  return {
    ...shape,
    device,
    imagesPerSecond: rounded(rows / median),
    gflopsPerSecond: rounded(gflopsOf(shape) / median),
    secondsPerStep: rounded(median),
    fastestSecondsPerStep: rounded(fastest),
    cpuSecondsPerStep: rounded(cpu),
    leakedTensors: tensors - before,
    peakMb: Math.round(peakMb),
    memory,
    kernelShares: shares,
  };
}
