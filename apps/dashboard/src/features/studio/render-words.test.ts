import { describe, expect, it } from 'vitest';
import { sayRequest, sayStanding } from './render-words.ts';

const render = (state: 'QUEUED' | 'RUNNING' | 'FINISHED') => ({
  state,
  agentName: state === 'QUEUED' ? null : 'wren',
  createdAt: '2026-01-01T00:00:00.000Z',
  startedAt: '2026-01-01T00:00:01.000Z',
  finishedAt: state === 'FINISHED' ? '2026-01-01T00:00:03.400Z' : null,
});
const now = Date.parse('2026-01-01T00:00:09.000Z');

describe('a render in words', () => {
  it('one that waits says for whom, and that nobody is there', () => {
    expect(sayStanding(render('QUEUED'), 0, now)).toBe(
      'No agent is online. It is drawn as soon as one is started.',
    );
    expect(sayStanding(render('QUEUED'), 1, now)).toBe('Waiting for the agent that is online.');
    expect(sayStanding(render('QUEUED'), 3, now)).toBe('Waiting for one of 3 agents that are online.');
  });

  it('one that is drawn says by whom and for how long; one that is done in what time', () => {
    expect(sayStanding(render('RUNNING'), 1, now)).toBe('wren draws it, for 8 s now.');
    expect(sayStanding(render('FINISHED'), 1, now)).toBe('drawn by wren in 2.4 s');
  });

  it('a long list of captions is cut', () => {
    const captions = ['a', 'b', 'c', 'd', 'e'];
    expect(sayRequest({ kind: 'CAPTIONS', captions, seeds: [1] })).toBe('a, b, c and 2 more; seed 1');
  });
});
