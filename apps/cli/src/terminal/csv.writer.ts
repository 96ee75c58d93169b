/**
 * CSV (RFC 4180, with plain line feeds) that a spreadsheet may open: a text that would be read as a formula gets a
 * quote in front, unless it is a plain number. See OWASP, "CSV Injection".
 */

const formula = /^[=+\-@\t\r\uFF0B\uFF0D\uFF1D\uFF20]/;
const plainNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

export type CsvValue = string | number | null;

export const csvCell = (value: CsvValue): string => {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const guarded = formula.test(value) && !plainNumber.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
};

/** One line, without its end. */
export const csvLine = (values: readonly CsvValue[]): string => values.map(csvCell).join(',');
