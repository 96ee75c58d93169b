/** One training job from its description to the loop's end: back end, inputs, data, checkpoint, loop. */
import { type BackendName, backendNames, type SelectedBackend, selectBackend } from '@plumage/compute';
import { hyperparameters, styleEncoderHyperparameters, textEncoderHyperparameters } from '@plumage/contract';
import type { Progress } from '@plumage/data';
import {
  CheckpointCorrupt,
  CheckpointMismatch,
  FolderCheckpointStore,
  openStyleEncoderData,
  openTextEncoderData,
  openTrainingData,
  type Reporter,
  readCheckpoint,
  type TrainCommand,
  type TrainingDataOptions,
  type TrainOutcome,
  train,
  trainStyleEncoder,
  trainTextEncoder,
} from '@plumage/training';
import type { ChildMessage, TrainingJob } from './child.message.ts';
import { InputUnusable } from './input.error.ts';

export interface JobEdges {
  /** Makes room while the disk is full, and tries again. */
  readonly withRoom: <T>(write: () => Promise<T>) => Promise<T>;
  readonly reporter: Reporter;
  readonly command: () => TrainCommand;
  /** Aborted: leave the preparation. */
  readonly signal: AbortSignal;
  readonly tell: (message: ChildMessage) => void;
  readonly now: () => number;
}

/** @throws RangeError naming the back ends that there are */
export const backendOf = (name: string): BackendName | 'auto' => {
  const known = (['auto', ...backendNames] as const).find((candidate) => candidate === name);
  if (known === undefined) {
    throw new RangeError(`backend is "${name}"; expected auto or one of ${backendNames.join(', ')}`);
  }
  return known;
};

const stageWords: Readonly<Record<Progress['stage'], string>> = {
  decode: 'preparing the dataset (once): picture',
  embed: 'encoding captions (once): caption',
};

/** Says how a preparation goes, every five seconds. */
const progressTeller = ({ tell, now }: JobEdges) => {
  let saidAt = now();
  return ({ stage, done, total }: Progress): void => {
    if (now() - saidAt < 5_000) return;
    saidAt = now();
    tell({ type: 'phase', text: `${stageWords[stage]} ${done} of ${total}` });
  };
};

/**
 * What is opened before a run's own checkpoint is read: a checkpoint that is wrong there is one that the configuration
 * names, and none that an attempt before this one wrote.
 */
const withInputs = async <T>({ inputs }: TrainingJob, open: () => Promise<T>): Promise<T> => {
  try {
    return await open();
  } catch (cause) {
    const isInput = cause instanceof CheckpointCorrupt || cause instanceof CheckpointMismatch;
    if (!isInput) throw cause;
    throw new InputUnusable(Object.keys(inputs).join(' or ') || 'input', cause.message, { cause });
  }
};

/** What a trainer opens, and how it then trains. */
interface Opened {
  readonly steps: number;
  readonly datasetDigest: string;
  /** Null where captions are embedded by no given encoder. */
  readonly encoderHash: string | null;
  train(loop: Loop): Promise<TrainOutcome>;
}

type Loop = Omit<Parameters<typeof trainTextEncoder>[1], 'dataset'>;

const openGan = async (job: TrainingJob, options: TrainingDataOptions): Promise<Opened> => {
  const config = hyperparameters.parse(job.config);
  const data = await withInputs(job, () => openTrainingData(config, options));
  return {
    steps: config.steps,
    datasetDigest: data.dataset.digest,
    encoderHash: data.embeddings.encoderHash,
    train: (loop) => train(config, { ...data, ...loop }),
  };
};

const openTextEncoder = async (job: TrainingJob, options: TrainingDataOptions): Promise<Opened> => {
  const config = textEncoderHyperparameters.parse(job.config);
  const { dataset } = await openTextEncoderData(config, options);
  return {
    steps: config.steps,
    datasetDigest: dataset.digest,
    encoderHash: null,
    train: (loop) => trainTextEncoder(config, { dataset, ...loop }),
  };
};

const openStyleEncoder = async (job: TrainingJob, options: TrainingDataOptions): Promise<Opened> => {
  const config = styleEncoderHyperparameters.parse(job.config);
  const data = await withInputs(job, () => openStyleEncoderData(config, options));
  return {
    steps: config.steps,
    datasetDigest: data.dataset.digest,
    encoderHash: data.embeddings.encoderHash,
    train: (loop) => trainStyleEncoder(config, { ...data, ...loop }),
  };
};

const open = (job: TrainingJob, options: TrainingDataOptions): Promise<Opened> => {
  switch (job.trainer) {
    case 'gan-cls':
      return openGan(job, options);
    case 'text-encoder':
      return openTextEncoder(job, options);
    case 'style-encoder':
      return openStyleEncoder(job, options);
    case 'command':
      throw new RangeError('trainer is "command": a program trains, see command.job.ts');
  }
};

/** @throws the libraries' own errors, InputUnusable, ZodError for a configuration that is none; the signal's reason */
export const runJob = async (job: TrainingJob, edges: JobEdges): Promise<TrainOutcome> => {
  const backend: SelectedBackend = await selectBackend(backendOf(job.backend));
  edges.signal.throwIfAborted();
  const opened = await open(job, {
    cacheDir: job.cacheDir,
    inputs: job.inputs,
    onProgress: progressTeller(edges),
    signal: edges.signal,
  });
  const resumeFrom = job.resumeFolder === null ? undefined : await readCheckpoint(job.resumeFolder);
  edges.tell({
    type: 'ready',
    backend: backend.name,
    datasetDigest: opened.datasetDigest,
    encoderHash: opened.encoderHash,
    startStep: resumeFrom?.state.step ?? 0,
    totalSteps: opened.steps,
  });
  // Two: each also stands in the spool until it is sent, and more would only keep the disk from being freed.
  const store = new FolderCheckpointStore(job.checkpointFolder, 2);
  return opened.train({
    reporter: edges.reporter,
    checkpoints: { write: (checkpoint) => edges.withRoom(() => store.write(checkpoint)) },
    signal: edges.signal,
    now: edges.now,
    command: edges.command,
    resumeFrom,
    inherits: job.inherits,
  });
};
