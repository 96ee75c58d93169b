import { describe, expect, test } from 'vitest';
import { canMoveRender, isTerminalRender, renderStates } from './render-state.ts';

describe('the life of a render', () => {
  test('ends in FINISHED, FAILED or CANCELLED, for good', () => {
    const ends = renderStates.filter(isTerminalRender);
    expect(ends).toEqual(['FINISHED', 'FAILED', 'CANCELLED']);
    for (const from of ends) for (const to of renderStates) expect(canMoveRender(from, to)).toBe(false);
  });

  test('a person may end it at any time before', () => {
    expect(canMoveRender('QUEUED', 'CANCELLED')).toBe(true);
    expect(canMoveRender('RUNNING', 'CANCELLED')).toBe(true);
  });

  test('what an agent gave back is drawn again; nothing is finished that was not begun', () => {
    expect(canMoveRender('RUNNING', 'QUEUED')).toBe(true);
    expect(canMoveRender('QUEUED', 'FINISHED')).toBe(false);
  });
});
