/**
 * The training loop's reporter, writing to the spool. Points are gathered into batches of up to a second or a thousand
 * points, pictures into one record a grid; both are written before a checkpoint is, so that whoever goes on from that
 * checkpoint finds everything before it.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter, Sample } from '@plumage/training';
import type { ChildMessage } from './child.message.ts';
import { type SpoolRecord, toMeasure } from './spool/spool.record.ts';
import type { CheckpointPart, SpoolWriter } from './spool/spool.writer.ts';

const maxPoints = 1_000;
/** The API takes no more in a batch. */
const maxColumns = 256;
const maxSamples = 100;
const maxAgeMs = 1_000;

export interface ReporterOptions {
  readonly spool: SpoolWriter;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly tell: (message: ChildMessage) => void;
}

export interface SpoolReporter extends Reporter {
  /** Writes what is gathered. @throws SpoolFull */
  flush(): void;
}

type Columns = Extract<SpoolRecord, { type: 'metrics' }>['columns'];
type SpooledSample = Extract<SpoolRecord, { type: 'samples' }>['samples'][number];

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

/** `g/loss` is told as g; where there is one loss alone, as loss. */
const lossesIn = (values: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => {
      const name = key.endsWith('/loss') ? key.slice(0, -'/loss'.length) : undefined;
      return name === undefined || !Number.isFinite(value) ? [] : [[name === 'train' ? 'loss' : name, value]];
    }),
  );

const createPointBatch = (spool: SpoolWriter, now: () => number) => {
  let columns = new Map<string, Columns[number]>();
  let points = 0;
  let writtenAt = Number.NEGATIVE_INFINITY;
  const write = (): void => {
    if (points > 0) spool.append({ type: 'metrics', columns: [...columns.values()] });
    columns = new Map();
    points = 0;
    writtenAt = now();
  };
  return {
    write,
    add(step: number, values: Readonly<Record<string, number>>): void {
      const at = now();
      if (columns.size + Object.keys(values).length > maxColumns) write();
      for (const [key, value] of Object.entries(values)) {
        const column = columns.get(key) ?? { key, steps: [], times: [], values: [] };
        columns.set(key, column);
        column.steps.push(step);
        column.times.push(at);
        column.values.push(toMeasure(value));
        points += 1;
      }
      if (points >= maxPoints || at - writtenAt >= maxAgeMs) write();
    },
  };
};

/** What the graph calls the training's kinds of pictures. */
const sampleKinds = { 'train-grid': 'TRAIN_GRID', 'style-transfer': 'STYLE_TRANSFER', real: 'REAL' } as const;

const createSampleBatch = (spool: SpoolWriter) => {
  let samples: SpooledSample[] = [];
  const write = (): void => {
    if (samples.length > 0) spool.append({ type: 'samples', samples });
    samples = [];
  };
  return {
    write,
    add({ kind, step, prompt, promptIndex, seed, png, width, height }: Sample): void {
      if (samples.length >= maxSamples || (samples[0] !== undefined && samples[0].step !== step)) write();
      const file = spool.putFile(png);
      samples.push({ kind: sampleKinds[kind], step, prompt, promptIndex, seed, width, height, ...file });
    },
  };
};

/** The manifest stands beside the files that it lists, and a checkpoint is read through it. */
const manifestPart = (folder: string): CheckpointPart => {
  const name = 'manifest.json';
  const path = join(folder, name);
  const bytes = readFileSync(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { name, path, sha256, size: bytes.byteLength };
};

export const createSpoolReporter = ({ spool, now, tell }: ReporterOptions): SpoolReporter => {
  const points = createPointBatch(spool, now);
  const samples = createSampleBatch(spool);
  const flush = (): void => {
    points.write();
    samples.write();
  };
  return {
    flush,
    metrics(step, values) {
      samples.write();
      points.add(step, values);
      // The training's own points, and no evaluation's.
      if (values['images_per_second'] === undefined) return;
      const imagesPerSecond = finite(values['images_per_second']);
      tell({ type: 'progress', step, imagesPerSecond, losses: lossesIn(values) });
    },
    sample: (sample) => samples.add(sample),
    checkpoint({ step, folder, files }) {
      flush();
      const parts = files.map(({ name, sha256, bytes }) => ({
        name,
        path: join(folder, name),
        sha256,
        size: bytes,
      }));
      spool.appendCheckpoint(step, [...parts, manifestPart(folder)]);
      spool.sync();
    },
    message(level, text) {
      console[level === 'warning' ? 'warn' : 'log'](text);
    },
  };
};
