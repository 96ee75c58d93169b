/**
 * Which failure class an exception in the training child belongs to. The class decides whether the run is tried again,
 * so a doubt falls on 'crashed', which is.
 */
import type { FailureClass } from '@plumage/contract';
import { DatasetError, type DatasetErrorCode } from '@plumage/data';
import { CheckpointCorrupt, CheckpointMismatch, RenderError } from '@plumage/training';
import { ZodError } from 'zod';
import type { Failure } from './child.failure.ts';
import { InputUnusable } from './input.error.ts';
import { isDiskFull, SpoolFull } from './spool/spool.error.ts';

const datasetClasses: Readonly<Record<DatasetErrorCode, FailureClass>> = {
  DATASET_NOT_FOUND: 'user_error',
  DATASET_EMPTY: 'user_error',
  DATASET_BAD_SPEC: 'user_error',
  DATASET_BAD_CAPTIONS: 'user_error',
  DATASET_UNSAFE_PATH: 'user_error',
  DATASET_TOO_MANY_BAD_IMAGES: 'user_error',
  DATASET_BAD_FILE: 'user_error',
  DATASET_SPLIT_OVERLAP: 'user_error',
  DATASET_TOO_LARGE: 'user_error',
  DATASET_TOO_FEW_CLASSES: 'user_error',
  TEXT_EMPTY: 'user_error',
  TEXT_NOT_EMBEDDED: 'user_error',
  CACHE_UNWRITABLE: 'crashed',
  ENCODER_NOT_FOUND: 'crashed',
  ENCODER_FAILED: 'crashed',
};

/** How V8, WebAssembly, Emscripten, TensorFlow and CUDA say that memory ran out. */
const memoryWords =
  /array buffer allocation failed|invalid typed array length|webassembly\.memory|could not allocate|out of memory|abort\(oom\)|aborted\(oom\)|bad_alloc|resource_?exhausted|memory access out of bounds/i;

const classOf = (error: Error): FailureClass => {
  const cause = error.cause;
  if (error instanceof SpoolFull || isDiskFull(error) || isDiskFull(cause)) return 'storage_full';
  if (error instanceof InputUnusable) return 'user_error';
  if (error instanceof CheckpointCorrupt) return 'checkpoint_corrupt';
  if (error instanceof ZodError || error instanceof CheckpointMismatch || error instanceof RenderError) {
    return 'user_error';
  }
  if (memoryWords.test(error.message) || (cause instanceof Error && memoryWords.test(cause.message))) {
    return 'out_of_memory';
  }
  if (error instanceof DatasetError) return datasetClasses[error.code];
  return 'crashed';
};

const sentenceOf = (error: Error): string => {
  if (!(error instanceof ZodError)) return error.message;
  return error.issues.map(({ path, message }) => `${path.join('.') || 'config'}: ${message}`).join('; ');
};

/** @param peakMemoryMb the process's largest resident set, which an out-of-memory failure states */
export const classifyFault = (thrown: unknown, peakMemoryMb: number): Failure => {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const failureClass = classOf(error);
  const peak = failureClass === 'out_of_memory' ? ` (peak ${Math.round(peakMemoryMb)} MB)` : '';
  return { failureClass, message: `${sentenceOf(error)}${peak}`.slice(0, 2_000) };
};
