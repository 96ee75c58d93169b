/**
 * What a training step waits for its batch: assembled when it is asked for, and assembled by a thread while the step
 * before ran. The step is stood in for by a busy loop of so many milliseconds, as a back end on the processor blocks;
 * an accelerator's step leaves the processor free, which is the kinder case.
 */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createRng } from '@plumage/contract';
import {
  type BatchOptions,
  type CaptionEmbeddings,
  createBatches,
  createPairPlanner,
  type Dataset,
  openBatchStream,
  openDataset,
} from '@plumage/data';

export const usage =
  'batches [--batch 64] [--steps 200] [--step-ms 30] [--dimension 1024]: ms a batch when it is asked for, and waited for with prefetching';

/** Of the steps, in milliseconds. */
interface Waits {
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly maxMs: number;
  /** Processor time of the training thread a batch, which other work on the machine does not stretch; Linux only. */
  readonly threadMs: number | null;
}

const WARM_UP = 10;

/** Nanoseconds that this process's first thread has computed, or null where the system does not say. */
const threadNanoseconds = (): number | null => {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]);
  } catch {
    return null;
  }
};

const summary = (waits: readonly number[], threadMs: number | null): Waits => {
  const sorted = waits.slice(WARM_UP).sort((a, b) => a - b);
  const at = (share: number) => Number((sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(3));
  return { medianMs: at(0.5), p95Ms: at(0.95), maxMs: at(1), threadMs };
};

/** A vector a caption, all drawn before anything is measured. */
const drawnEmbeddings = (dataset: Dataset, dimension: number): CaptionEmbeddings => {
  const rng = createRng(1, 'bench embeddings');
  const rows = dataset.items.map(({ captions }) =>
    captions.map(() => Float32Array.from({ length: dimension }, () => rng.normal())),
  );
  return {
    dimension,
    encoderHash: 'bench',
    of: (item, caption) => rows[item]?.[caption] ?? new Float32Array(),
  };
};

/** Blocks, then lets messages through, as the training loop does between steps. */
const pretendStep = async (ms: number): Promise<void> => {
  const until = performance.now() + ms;
  while (performance.now() < until);
  await new Promise<void>((resolve) => setImmediate(resolve));
};

const measure = async (next: () => unknown, steps: number, stepMs: number): Promise<Waits> => {
  const waits: number[] = [];
  let computed = 0;
  for (let step = 0; step < steps + WARM_UP; step++) {
    const [before, cpuBefore] = [performance.now(), threadNanoseconds()];
    await next();
    waits.push(performance.now() - before);
    if (step >= WARM_UP) computed += (threadNanoseconds() ?? Number.NaN) - (cpuBefore ?? Number.NaN);
    await pretendStep(stepMs);
  }
  const threadMs = computed / steps / 1e6;
  return summary(waits, Number.isNaN(threadMs) ? null : Number(threadMs.toFixed(3)));
};

const wholeNumber = (name: string, text: string): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} is ${text}; expected a whole number above 0`);
};

export const run = async (args: string[], note: (line: string) => void): Promise<unknown> => {
  const { values } = parseArgs({
    args,
    options: {
      batch: { type: 'string', default: '64' },
      steps: { type: 'string', default: '200' },
      'step-ms': { type: 'string', default: '30' },
      dimension: { type: 'string', default: '1024' },
    },
  });
  const [batch, steps, stepMs, dimension] = (['batch', 'steps', 'step-ms', 'dimension'] as const).map(
    (name) => wholeNumber(name, values[name]),
  ) as [number, number, number, number];
  const cacheDir = await mkdtemp(path.join(tmpdir(), 'plumage-bench-'));
  try {
    const dataset = await openDataset({ name: 'emoji' }, { cacheDir });
    const embeddings = drawnEmbeddings(dataset, dimension);
    const options: BatchOptions = {
      split: 'train',
      batchSize: batch,
      rng: createRng(1, 'bench batches'),
      augment: { flip: true, crop: true, background: 'any' },
    };
    note(`inline: ${steps} batches of ${batch} between steps of ${stepMs} ms`);
    const batches = createBatches(dataset, embeddings, options);
    const inline = await measure(() => batches.next(), steps, stepMs);
    note('prefetched: the same');
    const stream = openBatchStream(dataset, createPairPlanner(dataset, embeddings, options), options.rng);
    const prefetched = await measure(() => stream.next(), steps, stepMs);
    await stream.close();
    return { batch, steps, stepMs, dimension, inline, prefetched };
  } finally {
    await rm(cacheDir, { recursive: true, force: true });
  }
};
