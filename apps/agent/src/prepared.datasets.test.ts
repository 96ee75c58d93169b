import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { knownDatasets } from './prepared.datasets.ts';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'plumage-datasets-'));
});
afterEach(() => rmSync(cache, { recursive: true }));

const prepare = (name: string): void => void mkdirSync(join(cache, 'datasets', name), { recursive: true });

describe('the datasets that a sweep may require here', () => {
  it('are the built-in one where nothing was prepared', () => {
    expect(knownDatasets(cache, [])).toEqual(['emoji']);
    expect(knownDatasets(join(cache, 'none'), [])).toEqual(['emoji']);
  });

  it('are those prepared and those named, each once, in order', () => {
    prepare(`cub-v2-${'a'.repeat(20)}`);
    prepare(`cub-v2-${'b'.repeat(20)}`);
    prepare(`birds-v9-of-north-v2-${'c'.repeat(20)}`);
    prepare(`oxford-102-v1-${'d'.repeat(20)}`);
    expect(knownDatasets(cache, ['oxford', 'emoji'])).toEqual([
      'birds-v9-of-north',
      'cub',
      'emoji',
      'oxford',
      'oxford-102',
    ]);
  });

  it('are not those that are still being prepared', () => {
    prepare(`cub-v2-${'a'.repeat(20)}.partial`);
    prepare('.lock');
    expect(knownDatasets(cache, [])).toEqual(['emoji']);
  });
});
