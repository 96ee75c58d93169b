import { describe, expect, it } from 'vitest';
import { judgeRender, sampleKindOf } from './render.rule.ts';

const failed = (failureClass: 'crashed' | 'out_of_memory' | 'lost_agent', tries: number) =>
  judgeRender({ outcome: 'FAILED', failureClass, tries });

describe('the end of a render', () => {
  it('a crash is tried by another agent, three times in all', () => {
    expect([1, 2, 3].map((tries) => failed('crashed', tries))).toEqual(['QUEUED', 'QUEUED', 'FAILED']);
  });

  it('what no other agent could do better has failed at once', () => {
    expect(failed('out_of_memory', 1)).toBe('FAILED');
  });

  it('what an agent gives back waits again, however often', () => {
    expect(judgeRender({ outcome: 'RELEASED', failureClass: null, tries: 9 })).toBe('QUEUED');
  });

  it('pictures of captions are told from the training grid; the others have a kind of their own', () => {
    expect(sampleKindOf('CAPTIONS')).toBe('RENDER');
    expect(sampleKindOf('STYLE_TRANSFER')).toBe('STYLE_TRANSFER');
  });
});
