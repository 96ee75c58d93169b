/**
 * Trains without a server: `npx tsx tools/train-local.ts --out runs/first preset=cpu-small steps=2000`.
 * Metrics go to OUT/metrics.jsonl (with wall-clock and processor seconds), each picture grid to OUT/grids/<step>.png (captions down, seeds across),
 * checkpoints to OUT/checkpoints; started again with the same OUT it goes on from the newest one. Ctrl-C writes a
 * checkpoint and ends; pressed twice it ends at once.
 *
 *   --out DIR        where everything goes (required)
 *   --cache DIR      packed datasets and embeddings (default .plumage/cache)
 *   --trainer NAME   gan-cls (default) or text-encoder
 *   --input KEY=DIR  the checkpoint folder of a hyperparameter that names another run's, such as
 *                    text_encoder_checkpoint=runs/texts/checkpoints/step-0000003000; may be given several times
 *   --backend NAME   tfjs-node-gpu, tfjs-node, webgpu, wasm, cpu or auto (default auto)
 *   --minutes N      stop with a checkpoint after so long
 *   key=value ...    hyperparameters; lists as JSON: prompts='["tomato","whale"]'
 */
import { appendFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { backendNames, selectBackend } from '@plumage/compute';
import { hyperparameters, quickstartPrompts, textEncoderHyperparameters } from '@plumage/contract';
import {
  FolderCheckpointStore,
  openTextEncoderData,
  openTrainingData,
  type Reporter,
  type Sample,
  train,
  type TrainCommand,
  type TrainOutcome,
  trainTextEncoder,
} from '@plumage/training';
import sharp from 'sharp';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    cache: { type: 'string', default: '.plumage/cache' },
    backend: { type: 'string', default: 'auto' },
    trainer: { type: 'string', default: 'gan-cls' },
    input: { type: 'string', multiple: true, default: [] },
    minutes: { type: 'string' },
  },
});

const fail = (sentence: string): never => {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
};

const readPair = (pair: string): [string, unknown] => {
  const at = pair.indexOf('=');
  if (at < 1) fail(`${pair} is not key=value`);
  const text = pair.slice(at + 1);
  try {
    return [pair.slice(0, at), JSON.parse(text)];
  } catch {
    return [pair.slice(0, at), text];
  }
};

/** Pictures of one grid beside each other: a row for each caption, a column for each seed. */
const writeGrid = async (samples: readonly Sample[], file: string): Promise<void> => {
  const [first] = samples;
  if (!first) return;
  const columns = samples.filter(({ promptIndex }) => promptIndex === 0).length;
  const cell = 64 + 2;
  const width = columns * cell;
  const height = (samples.length / columns) * cell;
  const canvas = sharp({ create: { width, height, channels: 3, background: '#808080' } });
  const placed = samples.map(({ png, promptIndex }, i) => ({
    input: Buffer.from(png),
    left: (i % columns) * cell + 1,
    top: promptIndex * cell + 1,
  }));
  await canvas.composite(placed).png().toFile(file);
};

type Surroundings = Omit<Parameters<typeof trainTextEncoder>[1], 'dataset'>;

interface Prepared {
  /** Pictures of one grid. */
  readonly cells: number;
  start(signal: AbortSignal, surroundings: Surroundings): Promise<TrainOutcome>;
}

type Parsed<T> = { success: true; data: T } | { success: false; error: { issues: readonly Issue[] } };
interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

const parsedBy = <T>(result: Parsed<T>): T =>
  result.success
    ? result.data
    : fail(result.error.issues.map(({ path: key, message }) => `${key.join('.')}: ${message}`).join('\n'));

/** How many captions of its own set a run draws when it is given no prompts. */
const ownPrompts = 8;

/** Those of the quickstart for the set that has them; another set's prompts are captions of its own. */
const usualPrompts = ({ dataset = 'emoji' }: Record<string, unknown>) =>
  dataset === 'emoji' ? { prompts: [...quickstartPrompts] } : {};

/** What each trainer makes of the key=value arguments. */
const trainers: Readonly<Record<string, (given: Record<string, unknown>) => Prepared>> = {
  'gan-cls'(given) {
    const config = parsedBy(hyperparameters.safeParse({ ...usualPrompts(given), ...given }));
    const inputs = Object.fromEntries(options.input.map(readPair)) as Record<string, string>;
    return {
      cells: (config.prompts.length || ownPrompts) * config.prompt_seeds.length,
      async start(signal, surroundings) {
        const data = await openTrainingData(config, { cacheDir: options.cache, signal, inputs });
        return train(config, { ...data, ...surroundings });
      },
    };
  },
  'text-encoder'(given) {
    const config = parsedBy(textEncoderHyperparameters.safeParse(given));
    return {
      cells: 0,
      async start(signal, surroundings) {
        const data = await openTextEncoderData(config, { cacheDir: options.cache, signal });
        return trainTextEncoder(config, { ...data, ...surroundings });
      },
    };
  },
};

const main = async (): Promise<void> => {
  const out = options.out ?? fail('--out DIR is required: where metrics, grids and checkpoints go');
  const trainer =
    trainers[options.trainer] ?? fail(`--trainer is one of ${Object.keys(trainers).join(', ')}`);
  const run = trainer(Object.fromEntries(positionals.map(readPair)));
  const backend = backendNames.find((name) => name === options.backend) ?? 'auto';
  const selected = await selectBackend(backend);
  process.stdout.write(`${selected.name}: ${selected.reason}\n`);
  await mkdir(path.join(out, 'grids'), { recursive: true });

  const immediately = new AbortController();
  const until = options.minutes ? Date.now() + Number(options.minutes) * 60_000 : Number.POSITIVE_INFINITY;
  let asked: TrainCommand = 'continue';
  process.on('SIGINT', () => {
    if (asked !== 'continue') immediately.abort();
    asked = 'checkpoint-and-stop';
  });
  process.on('SIGTERM', () => {
    asked = 'checkpoint-and-stop';
  });

  const started = Date.now();
  let grid: Sample[] = [];
  const reporter: Reporter = {
    async metrics(step, values) {
      const seconds = (Date.now() - started) / 1000;
      const { user, system } = process.cpuUsage();
      const cpuSeconds = (user + system) / 1e6;
      await appendFile(
        path.join(out, 'metrics.jsonl'),
        `${JSON.stringify({ step, seconds, cpuSeconds, ...values })}\n`,
      );
      const figures = Object.entries(values).map(([name, value]) => `${name} ${value.toPrecision(3)}`);
      process.stdout.write(`${step} ${seconds.toFixed(0)}s ${figures.join(' ')}\n`);
    },
    async sample(sample) {
      grid.push(sample);
      if (grid.length < run.cells) return;
      await writeGrid(grid, path.join(out, 'grids', `${String(sample.step).padStart(7, '0')}.png`));
      grid = [];
    },
    checkpoint: ({ folder }) => void process.stdout.write(`checkpoint ${folder}\n`),
    message: (level, text) => void process.stdout.write(`${level}: ${text}\n`),
  };

  const checkpoints = new FolderCheckpointStore(path.join(out, 'checkpoints'));
  const newest = await checkpoints.newest((error) => process.stderr.write(`${error.message}\n`));
  const outcome = await run.start(immediately.signal, {
    reporter,
    checkpoints,
    signal: immediately.signal,
    now: () => performance.now(),
    command: () => (Date.now() > until ? 'checkpoint-and-stop' : asked),
    ...(newest ? { resumeFrom: newest } : {}),
  });
  process.stdout.write(`${outcome.kind} at step ${outcome.step}\n`);
};

await main();
