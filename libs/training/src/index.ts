/** The training loop, its surroundings, checkpoints and evaluation. No network. */
export { CheckpointCorrupt, CheckpointMismatch } from './checkpoint.error.ts';
export type { Checkpoint, StoredCheckpoint, StoredFile } from './checkpoint.format.ts';
export { FolderCheckpointStore, readCheckpoint } from './checkpoint.store.ts';
export { train } from './train.ts';
export type {
  CheckpointStore,
  Reporter,
  RunConfig,
  Sample,
  TrainCommand,
  TrainDependencies,
  TrainOutcome,
} from './trainer.contract.ts';
export { openTrainingData, type TrainingData } from './training.data.ts';
