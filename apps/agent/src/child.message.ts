/**
 * What an agent and its training child say to each other over the fork's channel. Results do not go this way: they go
 * through the spool, which survives both. A closed channel tells the child that its agent is gone.
 */
import { z } from 'zod';
import { trainers } from '@plumage/contract';
import { commandSpec } from './command.spec.ts';
import { ended } from './spool/spool.record.ts';

/** How the agent describes the job; written to the run folder as job.json, which the child reads. */
export const trainingJob = z.object({
  runName: z.string(),
  trainer: z.enum(trainers),
  config: z.unknown(),
  /** Back end by name, or 'auto'. */
  backend: z.string(),
  /** Folder with the checkpoint to go on from; null for a fresh start. */
  resumeFolder: z.string().nullable(),
  /** That checkpoint is another run's, from which this one starts with a configuration of its own. */
  inherits: z.boolean(),
  /** The folders of the checkpoints that the configuration names, by hyperparameter; of each, what is drawn from. */
  inputs: z.record(z.string(), z.string()),
  spoolFolder: z.string(),
  /** Where checkpoints are kept until they are delivered; on the spool's file system. */
  checkpointFolder: z.string(),
  spoolLimitBytes: z.number(),
  cacheDir: z.string(),
  /** What to run instead of our own training; null for that. */
  program: commandSpec.nullable(),
});
export type TrainingJob = z.infer<typeof trainingJob>;

export const agentMessage = z.discriminatedUnion('type', [
  /** Write a checkpoint if asked to, then end. */
  z.object({ type: z.literal('stop'), checkpoint: z.boolean() }),
]);
export type AgentMessage = z.infer<typeof agentMessage>;

const finiteOrNull = z.number().nullable();

export const childMessage = z.discriminatedUnion('type', [
  /** Something a person waits for, such as a dataset being prepared. */
  z.object({ type: z.literal('phase'), text: z.string() }),
  z.object({
    type: z.literal('ready'),
    backend: z.string(),
    datasetDigest: z.string(),
    /** Null where captions are embedded by no given encoder. */
    encoderHash: z.string().nullable(),
    startStep: z.number(),
    totalSteps: z.number(),
  }),
  z.object({
    type: z.literal('progress'),
    step: z.number(),
    imagesPerSecond: finiteOrNull,
    /** By what a person calls them: `g` and `d` of a GAN. */
    losses: z.record(z.string(), z.number()),
  }),
  /** A program says how many steps it will take. */
  z.object({ type: z.literal('total'), steps: z.number() }),
  /** A sign of life every two seconds, with what the process has used; `pulse` counts steps begun and phases told. */
  z.object({
    type: z.literal('usage'),
    rssMb: z.number(),
    peakMb: z.number(),
    cpuSeconds: z.number(),
    pulse: z.number(),
  }),
  /** The last word, which also stands in the spool unless the disk is full. */
  ended,
]);
export type ChildMessage = z.infer<typeof childMessage>;
