/** RFC 4180: quoted fields may hold commas, line ends and doubled quotes. Each row knows the line that it starts on. */
export interface CsvRow {
  /** One-based. */
  line: number;
  fields: string[];
}

/** A quote that is never closed, or text behind a closing quote. */
export class CsvSyntaxError extends Error {
  override readonly name = 'CsvSyntaxError';
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}

/** Alternately a field and the separator behind it: a quoted field, or a run without separators. */
const FIELD = /(?:"((?:[^"]|"")*)"|([^,"\r\n]*))(,|\r\n|\n|\r|$)/y;

const countLines = (text: string): number => text.split(/\r\n|\n|\r/).length - 1;

/** All rows that are not blank. @throws CsvSyntaxError with the line */
export const parseCsv = (text: string): CsvRow[] => {
  const rows: CsvRow[] = [];
  let line = 1;
  let row: CsvRow = { line, fields: [] };
  FIELD.lastIndex = 0;
  while (FIELD.lastIndex < text.length || row.fields.length > 0) {
    const match = FIELD.exec(text);
    if (match === null)
      throw new CsvSyntaxError(row.line, 'a quote is not closed, or text follows a closing quote');
    const [, quoted, plain, separator] = match;
    row.fields.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    line += countLines(match[0]);
    if (separator === ',') continue;
    if (row.fields.length > 1 || row.fields[0] !== '') rows.push(row);
    row = { line, fields: [] };
  }
  return rows;
};
