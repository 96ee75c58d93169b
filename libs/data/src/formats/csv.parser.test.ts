import { describe, expect, it } from 'vitest';
import { CsvSyntaxError, parseCsv } from './csv.parser.ts';

describe('parseCsv', () => {
  it('reads quoted commas, quotes and line ends, and knows each row’s first line', () => {
    expect(parseCsv('file,caption\r\na.png,"red, round"\n\nb.png,"two\nlines ""quoted"""\nc.png,\n')).toEqual(
      [
        { line: 1, fields: ['file', 'caption'] },
        { line: 2, fields: ['a.png', 'red, round'] },
        { line: 4, fields: ['b.png', 'two\nlines "quoted"'] },
        { line: 6, fields: ['c.png', ''] },
      ],
    );
  });

  it.each([
    ['', []],
    ['\n\n', []],
    ['a', [{ line: 1, fields: ['a'] }]],
    ['a,', [{ line: 1, fields: ['a', ''] }]],
    ['"",""\n', [{ line: 1, fields: ['', ''] }]],
  ])('reads %j', (text, rows) => {
    expect(parseCsv(text)).toEqual(rows);
  });

  it.each(['file,caption\na.png,"open', 'file,caption\na.png,"closed" rest'])(
    'refuses %j with its line',
    (text) => {
      expect(() => parseCsv(text)).toThrow(expect.objectContaining({ line: 2, constructor: CsvSyntaxError }));
    },
  );
});
