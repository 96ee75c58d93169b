/** Which datasets a sweep may ask of this box: the built-in one, those prepared in the cache, and those named at the start. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A cache entry is named dataset-vFORMAT-KEY. */
const entryName = /^(.+)-v\d+-[0-9a-f]{20}$/;

const preparedIn = (cacheDir: string): string[] => {
  try {
    return readdirSync(join(cacheDir, 'datasets')).flatMap((entry) => entryName.exec(entry)?.[1] ?? []);
  } catch {
    // Nothing was prepared yet.
    return [];
  }
};

export const knownDatasets = (cacheDir: string, named: readonly string[]): string[] =>
  [...new Set(['emoji', ...preparedIn(cacheDir), ...named])].sort();
