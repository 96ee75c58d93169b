import { describe, expect, it } from 'vitest';
import { sayIntent, sayMemory } from './agent-words.ts';

describe('words about an agent', () => {
  it('says memory in gigabytes, and a dash when nothing is known', () => {
    expect(sayMemory(3_277, 24_576)).toBe('3.2 / 24 GB');
    expect(sayMemory(512, null)).toBe('0.5 GB');
    expect(sayMemory(null, null)).toBe('–');
  });

  it('says what it was told, unless that is to run', () => {
    expect(sayIntent('DRAIN', 'online')).toBe('draining');
    expect(sayIntent('RUN', 'online')).toBe('online');
  });
});
