/** One training job from its description to the loop's end: back end, data, checkpoint, loop. */
import { type BackendName, backendNames, type SelectedBackend, selectBackend } from '@plumage/compute';
import { hyperparameters } from '@plumage/contract';
import type { Progress } from '@plumage/data';
import {
  FolderCheckpointStore,
  openTrainingData,
  type Reporter,
  readCheckpoint,
  type TrainCommand,
  type TrainOutcome,
  train,
} from '@plumage/training';
import type { ChildMessage, TrainingJob } from './child.message.ts';

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

/** @throws the libraries' own errors, ZodError for a configuration that is none; the signal's reason */
export const runJob = async (job: TrainingJob, edges: JobEdges): Promise<TrainOutcome> => {
  const config = hyperparameters.parse(job.config);
  const backend: SelectedBackend = await selectBackend(backendOf(job.backend));
  edges.signal.throwIfAborted();
  const data = await openTrainingData(config, {
    cacheDir: job.cacheDir,
    onProgress: progressTeller(edges),
    signal: edges.signal,
  });
  const resumeFrom = job.resumeFolder === null ? undefined : await readCheckpoint(job.resumeFolder);
  edges.tell({
    type: 'ready',
    backend: backend.name,
    datasetDigest: data.dataset.digest,
    encoderHash: data.embeddings.encoderHash,
    startStep: resumeFrom?.state.step ?? 0,
    totalSteps: config.steps,
  });
  // Two: each also stands in the spool until it is sent, and more would only keep the disk from being freed.
  const store = new FolderCheckpointStore(job.checkpointFolder, 2);
  return train(config, {
    ...data,
    reporter: edges.reporter,
    checkpoints: { write: (checkpoint) => edges.withRoom(() => store.write(checkpoint)) },
    signal: edges.signal,
    now: edges.now,
    command: edges.command,
    resumeFrom,
    inherits: job.inherits,
  });
};
