import { describe, expect, it } from 'vitest';
import { csvCell, csvLine } from './csv.writer.ts';

describe('CSV', () => {
  it.each(['=1+1', '+cmd', '-2+3', '@SUM(A1)', '\tx', '＝1+1'])(
    'a text that reads as a formula gets a quote: %s',
    (text) => {
      expect(csvCell(text)).toBe(`'${text}`);
    },
  );

  it.each(['-0.5', '+3', '-1e-7', '1.25', '-.5'])('a plain number stays a number: %s', (text) => {
    expect(csvCell(text)).toBe(text);
  });

  it.each(['-1-1', '+1+1', '-1e', '--1', '-0x10', '-1 '])(
    'what only begins as a number is guarded: %s',
    (text) => {
      expect(csvCell(text)).toBe(`'${text}`);
    },
  );

  it('quotes commas, quotes and line breaks, and a guarded text too', () => {
    expect(csvLine(['a,b', 'say "no"', 'x\ny', '=A1,"B"'])).toBe(`"a,b","say ""no""","x\ny","'=A1,""B"""`);
  });

  it('writes numbers whole, and nothing for what is not known', () => {
    expect(csvLine(['g/loss', 0.1 + 0.2, -3, null])).toBe('g/loss,0.30000000000000004,-3,');
  });
});
