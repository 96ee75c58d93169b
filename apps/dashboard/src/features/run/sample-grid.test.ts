import { describe, expect, it } from 'vitest';
import { cellKey, layOutSamples, stepToShow } from './sample-grid.ts';

const sample = (promptIndex: number, seed: number, kind = 'TRAIN_GRID') => ({
  id: `${promptIndex}-${seed}-${kind}`,
  prompt: `prompt ${promptIndex}`,
  promptIndex,
  seed,
  kind,
});

describe('layOutSamples', () => {
  it('gives every prompt a column and every seed a row, whatever the order of arrival', () => {
    const grid = layOutSamples([sample(1, 7), sample(0, 2), sample(0, 7)]);
    expect(grid.prompts).toEqual([
      { index: 0, text: 'prompt 0' },
      { index: 1, text: 'prompt 1' },
    ]);
    expect(grid.seeds).toEqual([2, 7]);
    expect(grid.cells.get(cellKey(1, 7))?.id).toBe('1-7-TRAIN_GRID');
    expect(grid.cells.has(cellKey(1, 2))).toBe(false);
  });

  it('keeps other kinds out of the grid, unless there is nothing else', () => {
    expect(layOutSamples([sample(0, 1), sample(1, 1, 'REAL')]).prompts).toHaveLength(1);
    expect(layOutSamples([sample(1, 1, 'REAL')]).prompts).toHaveLength(1);
  });
});

describe('stepToShow', () => {
  it('follows the newest step until one is chosen', () => {
    expect(stepToShow([100, 200], null)).toBe(200);
    expect(stepToShow([100, 200], 100)).toBe(100);
    expect(stepToShow([], null)).toBeNull();
  });

  it('takes the nearest step below one that has no pictures', () => {
    expect(stepToShow([100, 200], 150)).toBe(100);
    expect(stepToShow([100, 200], 50)).toBe(100);
  });
});
