import { describe, expect, it } from 'vitest';
import { returnPath } from './session.ts';

describe('returnPath', () => {
  it('returns to the page that was asked for', () => {
    expect(returnPath('/runs/1?tab=logs')).toBe('/runs/1?tab=logs');
  });

  it('never leads to another origin, nor back to the sign-in page', () => {
    for (const wanted of [
      null,
      '',
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      '/sign-in?next=/x',
    ]) {
      expect(returnPath(wanted)).toBe('/');
    }
  });
});
