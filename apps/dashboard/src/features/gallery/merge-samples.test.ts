import { describe, expect, it } from 'vitest';
import { mergeSamples } from './merge-samples.ts';

describe('mergeSamples', () => {
  it('keeps each picture once, the first list first', () => {
    const merged = mergeSamples([[{ id: 'c' }], [{ id: 'c' }, { id: 'b' }], [{ id: 'b' }, { id: 'a' }]]);
    expect(merged.map((sample) => sample.id)).toEqual(['c', 'b', 'a']);
  });
});
