/** @plumage/data: datasets, captions, text embeddings and batches, out of caches that are built once. */
export type { Augment, Background, Rgb } from './batch.augment.ts';
export { type BatchStream, openBatchStream } from './batch.prefetch.ts';
export type { Pairing } from './batch.sampler.ts';
export { type Batch, type Batches, type BatchOptions, type BatchState, createBatches } from './batches.ts';
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
export { openPrecomputed, precomputedEmbeddings } from './precomputed.encoder.ts';
export { type SheetOptions, sampleSheet } from './sample.sheet.ts';
export type { EncodeOptions, TextEncoder } from './text.encoder.ts';
export { openTextEncoder, type TextEncoderOptions, type TextEncoderSpec } from './text-encoder.open.ts';
export {
  createDistinctBatches,
  type DistinctBatch,
  type DistinctBatches,
  type DistinctBatchOptions,
  plainPictures,
} from './text-encoder.batches.ts';
