import { hyperparameters } from '@plumage/contract';
import { DatasetError } from '@plumage/data';
import { CheckpointCorrupt, CheckpointMismatch } from '@plumage/training';
import { describe, expect, it } from 'vitest';
import { classifyFault } from './child.fault.ts';
import { InputUnusable } from './input.error.ts';
import { SpoolFull } from './spool/spool.error.ts';

const classOf = (error: unknown) => classifyFault(error, 100).failureClass;

describe('an exception in the training child', () => {
  it('is the user’s error when the configuration cannot be trained, with the key', () => {
    const { error } = hyperparameters.safeParse({ batch_size: 'many', widht: 3 });
    expect(classifyFault(error, 100)).toMatchObject({ failureClass: 'user_error' });
    expect(classifyFault(error, 100).message).toMatch(/batch_size: .*widht/);
    expect(classOf(new DatasetError('DATASET_NOT_FOUND', 'no folder'))).toBe('user_error');
    expect(classOf(new CheckpointMismatch(['seed was 1, is 2']))).toBe('user_error');
  });

  it('is out of memory in every engine’s words, with the peak', () => {
    for (const words of [
      new RangeError('Array buffer allocation failed'),
      new Error('Aborted(OOM)'),
      new Error('failed to allocate: RESOURCE_EXHAUSTED: OOM when allocating tensor'),
      new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded'),
    ]) {
      expect(classOf(words)).toBe('out_of_memory');
    }
    expect(classifyFault(new RangeError('Array buffer allocation failed'), 1234.5).message).toMatch(
      /\(peak 1235 MB\)$/,
    );
  });

  it('is a full disk when the spool or the system says so', () => {
    expect(classOf(new SpoolFull('/spool', 'the disk is full'))).toBe('storage_full');
    expect(classOf(Object.assign(new Error('write'), { code: 'ENOSPC' }))).toBe('storage_full');
    const cause = Object.assign(new Error('write'), { code: 'ENOSPC' });
    expect(classOf(new DatasetError('CACHE_UNWRITABLE', 'no cache', { cause }))).toBe('storage_full');
  });

  it('is a damaged checkpoint when one cannot be read, so that the one before it is used', () => {
    expect(classifyFault(new CheckpointCorrupt('model.safetensors', 'it is cut off'), 1)).toEqual({
      failureClass: 'checkpoint_corrupt',
      message: 'checkpoint model.safetensors cannot be read: it is cut off',
    });
  });

  it('is the user’s error when a checkpoint that the configuration names cannot be used, with its key', () => {
    const cause = new CheckpointCorrupt('model.safetensors', 'it is cut off');
    expect(classifyFault(new InputUnusable('text_encoder_checkpoint', cause.message, { cause }), 1)).toEqual({
      failureClass: 'user_error',
      message: 'text_encoder_checkpoint: checkpoint model.safetensors cannot be read: it is cut off',
    });
  });

  it('is a crash, which is tried again, when nothing else is known', () => {
    expect(classOf(new TypeError('x is not a function'))).toBe('crashed');
    expect(classifyFault('thrown text', 1)).toEqual({ failureClass: 'crashed', message: 'thrown text' });
  });
});
