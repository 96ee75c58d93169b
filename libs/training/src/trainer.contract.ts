/**
 * What surrounds a training run: what it is given, what it tells, and how it can end. The loop knows no network,
 * clock or process; whoever starts it (an agent's child process, a script) gives it these.
 */
import type { Hyperparameters } from '@plumage/contract';
import type { CaptionEmbeddings, Dataset } from '@plumage/data';
import type { Checkpoint, StoredCheckpoint } from './checkpoint.format.ts';
import type { JointEncoder } from './text-encoder/char-encoder.open.ts';

export type { Hyperparameters as RunConfig };

/** One picture of a grid: column promptIndex, row `seed`. */
export interface Sample {
  step: number;
  /** `real`: not generated, shown beside what is made of it. */
  kind: 'train-grid' | 'style-transfer' | 'real';
  promptIndex: number;
  prompt: string;
  /** The noise seed: the same seed is the same noise at every step of every run. */
  seed: number;
  png: Uint8Array;
  width: number;
  height: number;
}

/** Where results go. Promises are awaited, so a slow reporter slows training instead of filling memory. */
export interface Reporter {
  /** Values may be NaN or infinite. */
  metrics(step: number, values: Readonly<Record<string, number>>): void | Promise<void>;
  sample(sample: Sample): void | Promise<void>;
  /** Called once the checkpoint is safely on disk. */
  checkpoint(checkpoint: StoredCheckpoint): void | Promise<void>;
  message(level: 'info' | 'warning', text: string): void | Promise<void>;
}

/** A place that keeps checkpoints; FolderCheckpointStore is the one that is used. */
export interface CheckpointStore {
  /** Durable when it resolves. */
  write(checkpoint: Checkpoint): Promise<StoredCheckpoint>;
}

/** Asked between steps. `stop` ends at once and keeps nothing that the last checkpoint does not hold. */
export type TrainCommand = 'continue' | 'checkpoint-and-stop' | 'stop';

/** What training.loop.ts needs, whatever is trained. */
export interface LoopDependencies {
  reporter: Reporter;
  checkpoints: CheckpointStore;
  /** Aborting is `stop`. */
  signal: AbortSignal;
  /** Milliseconds; only differences are used, for rates. */
  now: () => number;
  command: () => TrainCommand;
  /** Where to go on. Its configuration must agree in everything that shapes the run. */
  resumeFrom?: Checkpoint | undefined;
  /** True: `resumeFrom` is another run's, and may differ in what can change while training (contract). */
  inherits?: boolean | undefined;
}

/** What a GAN trains with. */
export interface TrainDependencies extends LoopDependencies {
  dataset: Dataset;
  embeddings: CaptionEmbeddings;
  /** [n, embeddings.dimension], by the encoder that made `embeddings`; called once, for the grid's prompts. */
  encodeText: (texts: readonly string[]) => Promise<Float32Array>;
  /** The joint embedding that evaluations measure with, if the run names one; its owner disposes of it. */
  evaluationEncoder?: JointEncoder | undefined;
}

export type TrainOutcome =
  | { kind: 'finished'; step: number; checkpoint: StoredCheckpoint }
  | { kind: 'stopped'; step: number; checkpoint: StoredCheckpoint | null }
  /** `what` names the first statistic that was not finite at `step`. No checkpoint is written of such a state. */
  | { kind: 'diverged'; step: number; what: string };
