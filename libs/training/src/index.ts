/** The training loop, its surroundings, checkpoints and evaluation. No network. */
export { CheckpointCorrupt, CheckpointMismatch } from './checkpoint.error.ts';
export type { Checkpoint, CheckpointModel, StoredCheckpoint, StoredFile } from './checkpoint.format.ts';
export { FolderCheckpointStore, modelFileNames, readCheckpoint, readModel } from './checkpoint.store.ts';
export { RenderError, type RenderErrorCode } from './render.error.ts';
export {
  type RenderDependencies,
  type RenderedPicture,
  type RenderProgress,
  renderPictures,
} from './render.pictures.ts';
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
export {
  datasetSpecOf,
  openTextEncoderData,
  openTrainingData,
  type TrainingData,
  type TrainingDataOptions,
} from './training.data.ts';
export {
  type ImageFeatures,
  type JointEncoder,
  jointEncoderOf,
  openJointEncoder,
} from './text-encoder/char-encoder.open.ts';
export { type TextEncoderDependencies, trainTextEncoder } from './text-encoder/text-encoder.train.ts';
export { type CaptionEncoderSources, openCaptionEncoder } from './text-encoder/caption.encoder.ts';
export { openStyleEncoderData, type StyleEncoderData } from './style-encoder/style.data.ts';
export { openStyleEncoder, type StyleEncoder } from './style-encoder/style.open.ts';
export { type StyleDependencies, trainStyleEncoder } from './style-encoder/style.train.ts';
export { importWeights } from './weights.import.ts';
export { decodeSafetensors, type NamedArray } from './safetensors.codec.ts';
