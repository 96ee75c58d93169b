import { describe, expect, it } from 'vitest';
import { shownSize, wholeMultiple } from './picture-size.ts';

describe('the size of a picture', () => {
  it('enlarges by whole multiples only', () => {
    expect(shownSize(64, 128)).toBe(128);
    expect(shownSize(64, 190)).toBe(128);
    expect(shownSize(64, 192)).toBe(192);
    expect(shownSize(32, 128)).toBe(128);
    expect(shownSize(48, 128)).toBe(96);
  });

  it('fits a picture that is larger than its cell', () => {
    expect(shownSize(256, 128)).toBe(128);
  });

  it('never multiplies by less than one', () => {
    expect(wholeMultiple(256, 128)).toBe(1);
    expect(wholeMultiple(0, 128)).toBe(1);
  });
});
