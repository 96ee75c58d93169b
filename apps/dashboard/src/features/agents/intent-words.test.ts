import { describe, expect, it } from 'vitest';
import { intentChoices, sayIntent, strongerIntent } from './intent-words.ts';

const names = (...given: Parameters<typeof intentChoices>): string[] =>
  intentChoices(...given).map((choice) => choice.name);

describe('what can be asked of an agent or slot', () => {
  it('is all but what was asked for already, and nothing weaker than resuming', () => {
    expect(names('slot', 'RUN')).toEqual(['Drain', 'Pause', 'Stop']);
    expect(names('slot', 'DRAIN')).toEqual(['Resume', 'Pause', 'Stop']);
    expect(names('agent', 'PAUSE')).toEqual(['Resume', 'Stop']);
    expect(names('agent', 'STOP')).toEqual(['Resume']);
  });

  it('is to return to service while a slot is in quarantine', () => {
    expect(intentChoices('slot', 'PAUSE', true)).toMatchObject([
      { name: 'Return to service', intent: 'RUN' },
    ]);
  });
});

describe('an intent in words', () => {
  it('is under way as long as a run is at hand, and done after', () => {
    expect(sayIntent('PAUSE', true)).toBe('pausing…');
    expect(sayIntent('PAUSE', false)).toBe('paused');
    expect(sayIntent('DRAIN', true)).toBe('draining…');
    expect(sayIntent('STOP', false)).toBe('stopped');
    expect(sayIntent('RUN', true)).toBeNull();
  });

  it('is the one that holds back more, of the agent and its slot', () => {
    expect(strongerIntent('RUN', 'PAUSE')).toBe('PAUSE');
    expect(strongerIntent('STOP', 'DRAIN')).toBe('STOP');
    expect(strongerIntent('RUN', 'RUN')).toBe('RUN');
  });
});
