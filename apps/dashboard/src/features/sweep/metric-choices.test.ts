import { describe, expect, it } from 'vitest';
import { metricChoices } from './metric-choices.ts';

describe('metricChoices', () => {
  it('offers the losses where the trainer has them', () => {
    const gan = { trainer: 'gan-cls', metricKeys: [] };
    expect(metricChoices({ ...gan, metricName: 'eval/kid' })).toEqual(['eval/kid', 'g/loss', 'd/loss']);
    expect(metricChoices({ ...gan, metricName: null })).toEqual(['g/loss', 'd/loss']);
    const encoder = { trainer: 'text-encoder', metricKeys: [] };
    expect(metricChoices({ ...encoder, metricName: null })).toEqual(['train/loss']);
  });

  it('offers of a program only what it reports', () => {
    const program = { trainer: 'command', metricKeys: ['accuracy', 'loss', 'rate', 'size'] };
    expect(metricChoices({ ...program, metricName: 'loss' })).toEqual(['loss', 'accuracy', 'rate']);
    expect(metricChoices({ trainer: 'command', metricKeys: [], metricName: null })).toEqual([]);
  });
});
