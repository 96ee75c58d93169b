import { describe, expect, it } from 'vitest';
import { sayRefusal, tokenIn, tokenOfAddress } from './sign-in.token.ts';

describe('the token of a sign-in link', () => {
  it('is read from behind the # and from the query', () => {
    expect(tokenOfAddress('http://localhost:4600/sign-in#token=abc-1')).toBe('abc-1');
    expect(tokenOfAddress('http://127.0.0.1:4600/sign-in?token=abc-2')).toBe('abc-2');
    expect(tokenOfAddress('http://127.0.0.1:4600/sign-in')).toBeNull();
    expect(tokenOfAddress('not an address')).toBeNull();
  });

  it('is found in whatever was pasted', () => {
    expect(tokenIn(' http://localhost:4600/sign-in#token=abc ')).toBe('abc');
    expect(tokenIn('localhost:4600/sign-in#token=abc')).toBe('abc');
    expect(tokenIn('plu_user_AbC-_1')).toBe('plu_user_AbC-_1');
  });

  it('is missing in nothing, in two words and in another address', () => {
    for (const text of ['', '   ', 'two words', 'https://example.org/page']) expect(tokenIn(text)).toBeNull();
  });
});

describe('sayRefusal', () => {
  it('says what may be wrong with a link or a key', () => {
    expect(sayRefusal(401)).toContain('works once');
  });

  it('has a sentence for every status', () => {
    expect(sayRefusal(429)).toContain('Too many');
    expect(sayRefusal(503)).toContain('not ready');
    expect(sayRefusal(500)).toContain('500');
  });
});
