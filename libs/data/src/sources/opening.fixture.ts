/** Opens a dataset with small pictures in a cache of its own, and catches its refusal. For tests only. */
import { expect } from 'vitest';
import type { DatasetError } from '../data.error.ts';
import { openDataset } from '../dataset.open.ts';
import type { Dataset, DatasetSpec } from '../dataset.type.ts';
import { temporaryFolder } from './files.fixture.ts';

export const openSmall = async (spec: DatasetSpec, badImageLimit?: number): Promise<Dataset> =>
  openDataset({ imageSize: 16, ...spec }, { cacheDir: await temporaryFolder(), badImageLimit });

export const refusal = (opening: Promise<unknown>): Promise<DatasetError> =>
  opening.then(
    () => expect.fail('expected a refusal'),
    (error: unknown) => error as DatasetError,
  );

/** RGB of a pixel of item `index`'s record. */
export const pixelOf = (dataset: Dataset, index: number, x: number, y: number): number[] => {
  const at = (y * dataset.recordSize + x) * 4;
  return [...dataset.record(index).subarray(at, at + 3)];
};
