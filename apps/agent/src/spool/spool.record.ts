/**
 * What a training child leaves for its agent to ship. A metrics record is one batch, and its sequence number in the
 * spool is the batch's number on the API: sent twice after a crash, it has the same points, so a duplicate may be
 * dropped whole.
 */
import { failureClasses } from '@plumage/contract';
import { z } from 'zod';

const count = z.int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** JSON has no NaN and no infinities. */
const measure = z.union([z.number(), z.literal('NaN'), z.literal('Infinity'), z.literal('-Infinity')]);
export type Measure = z.infer<typeof measure>;

export const toMeasure = (value: number): Measure => {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
};

/** A payload beside the segments: its name in the spool's files folder, and the sha256 of its bytes. */
const storedFile = z.object({ file: z.string(), sha256, size: count });
export type StoredFile = z.infer<typeof storedFile>;

const metrics = z.object({
  type: z.literal('metrics'),
  columns: z.array(
    z.object({
      key: z.string(),
      steps: z.array(count),
      times: z.array(z.number()),
      values: z.array(measure),
    }),
  ),
});

const sample = storedFile.extend({
  kind: z.enum([
    'NOISE_INTERPOLATION',
    'REAL',
    'RENDER',
    'STYLE_TRANSFER',
    'TEXT_INTERPOLATION',
    'TRAIN_GRID',
  ]),
  step: count,
  prompt: z.string(),
  promptIndex: count,
  seed: z.int(),
  width: z.int().positive(),
  height: z.int().positive(),
});

const samples = z.object({ type: z.literal('samples'), samples: z.array(sample) });

const checkpoint = z.object({
  type: z.literal('checkpoint'),
  step: count,
  files: z.array(storedFile.extend({ name: z.string() })),
});

const logLine = z.object({ sequence: count, at: z.string(), stream: z.string(), text: z.string() });
export type LogLine = z.infer<typeof logLine>;

const logs = z.object({ type: z.literal('logs'), lines: z.array(logLine) });

/** The child's own last word. A child that was killed leaves none. */
export const ended = z.object({
  type: z.literal('ended'),
  outcome: z.enum(['finished', 'stopped', 'failed']),
  step: count,
  failureClass: z.enum(failureClasses).nullable(),
  message: z.string().nullable(),
});
export type Ended = z.infer<typeof ended>;

export const spoolRecord = z.discriminatedUnion('type', [metrics, samples, checkpoint, logs, ended]);
export type SpoolRecord = z.infer<typeof spoolRecord>;

/** The payload files that a record names. */
export const filesOf = (record: SpoolRecord): readonly StoredFile[] => {
  switch (record.type) {
    case 'samples':
      return record.samples;
    case 'checkpoint':
      return record.files;
    case 'metrics':
    case 'logs':
    case 'ended':
      return [];
  }
};
