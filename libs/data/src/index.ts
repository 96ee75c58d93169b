/** @plumage/data: datasets, captions, text embeddings and batches, out of caches that are built once. */
export type { Augment, Background, Rgb } from './batch.augment.ts';
export { createPairPlanner, createTextPlanner } from './batch.plan.ts';
export { type BatchStream, openBatchStream } from './batch.prefetch.ts';
export type { Pairing } from './batch.sampler.ts';
export { type Batch, type BatchOptions, createBatches, type PairOptions, type TextBatch } from './batches.ts';
export { type CaptionEmbeddings, type EmbedOptions, embedCaptions } from './caption.embeddings.ts';
export { DatasetError, type DatasetErrorCode } from './data.error.ts';
export { openDataset } from './dataset.open.ts';
export type {
  Dataset,
  DatasetCard,
  DatasetClass,
  DatasetItem,
  DatasetSpec,
  EmojiVendor,
  Licence,
  OpenOptions,
  Progress,
  SkippedFile,
  Split,
  StoredEmbeddings,
} from './dataset.type.ts';
export type { Batches, BatchState, Planner } from './planned.batch.ts';
export { openPrecomputed, precomputedEmbeddings } from './precomputed.encoder.ts';
export { type SheetOptions, sampleSheet } from './sample.sheet.ts';
export type { EncodeOptions, TextEncoder } from './text.encoder.ts';
export { openTextEncoder, type TextEncoderOptions, type TextEncoderSpec } from './text-encoder.open.ts';
export {
  type CaptionPairBatch,
  type CaptionPairPlanner,
  createCaptionPairPlanner,
  createDistinctPlanner,
  type DistinctBatch,
  type DistinctOptions,
  type DistinctPlanner,
  plainPictures,
} from './text-encoder.batches.ts';
