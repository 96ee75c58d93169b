import { describe, expect, it } from 'vitest';
import { headingHeight, lineHeight, rowAt, splitFound, toRows } from './log-rows.ts';

const line = (epoch: number, sequence: number) => ({
  cursor: '',
  at: '',
  epoch,
  sequence,
  stream: 'stdout',
  text: 'x',
});

describe('the rows of a log', () => {
  it('have a heading where another attempt begins, and know where they stand', () => {
    const rows = toRows([line(1, 1), line(1, 2), line(3, 1)], true);
    expect(rows.map(({ key }) => key)).toEqual(['attempt-1', '1-1', '1-2', 'attempt-3', '3-1']);
    expect(rows.at(-1)?.top).toBe(2 * headingHeight + 2 * lineHeight);
    expect(toRows([line(1, 1)], false).map(({ key }) => key)).toEqual(['1-1']);
  });

  it('are found by where they stand', () => {
    const rows = toRows([line(1, 1), line(1, 2), line(1, 3)], true);
    expect(
      [0, headingHeight - 1, headingHeight, headingHeight + lineHeight * 9].map((y) => rowAt(rows, y)),
    ).toEqual([0, 0, 1, 3]);
    expect(rowAt([], 5)).toBe(-1);
  });
});

describe('what was searched for', () => {
  const marked = (text: string, search: string) =>
    splitFound(text, search).map((part) => (part.found ? `[${part.text}]` : part.text));

  it('is marked wherever it stands, in capitals or not, and nothing in it is a pattern', () => {
    expect(marked('Loss loss LOSS', 'loss')).toEqual(['[Loss]', ' ', '[loss]', ' ', '[LOSS]']);
    expect(marked('a.b', '.')).toEqual(['a', '[.]', 'b']);
    expect(marked('none', 'x')).toEqual(['none']);
    expect(marked('', 'x')).toEqual(['']);
  });

  it('loses no letter, whatever the alphabet', () => {
    const text = 'İstanbul ist groß';
    expect(
      splitFound(text, 'ist')
        .map((part) => part.text)
        .join(''),
    ).toBe(text);
  });
});
