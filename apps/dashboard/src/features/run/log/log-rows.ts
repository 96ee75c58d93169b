/** A log as rows of known heights: its lines, and a heading wherever another attempt begins. */
import type { LogLine } from './log-reader.ts';

export interface LogRow {
  readonly key: string;
  /** null in a heading. */
  readonly line: LogLine | null;
  /** The attempt that it belongs to, or that begins. */
  readonly epoch: number;
  /** Pixels from the first row's upper edge. */
  readonly top: number;
}

export const lineHeight = 18;
export const headingHeight = 32;

export const lineKey = (line: { readonly epoch: number; readonly sequence: number }): string =>
  `${line.epoch}-${line.sequence}`;

export const heightOf = (row: LogRow | undefined): number =>
  row === undefined || row.line !== null ? lineHeight : headingHeight;

/** @param headings false when the run has had one attempt only */
export const toRows = (lines: readonly LogLine[], headings: boolean): LogRow[] => {
  const rows: LogRow[] = [];
  let top = 0;
  let epoch: number | null = null;
  for (const line of lines) {
    if (headings && line.epoch !== epoch) {
      rows.push({ key: `attempt-${line.epoch}`, line: null, epoch: line.epoch, top });
      top += headingHeight;
    }
    epoch = line.epoch;
    rows.push({ key: lineKey(line), line, epoch, top });
    top += lineHeight;
  }
  return rows;
};

/** The last row that begins at or above `y`; -1 when there is none. */
export const rowAt = (rows: readonly LogRow[], y: number): number => {
  let [low, high] = [0, rows.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.top ?? 0) <= y) low = middle + 1;
    else high = middle - 1;
  }
  return high;
};

export interface TextPart {
  readonly text: string;
  readonly found: boolean;
}

/** A line cut into what was searched for, in capitals or not, and what stands between. */
export const splitFound = (text: string, search: string): TextPart[] => {
  const [whole, wanted] = [text.toLowerCase(), search.toLowerCase()];
  // Letters whose small form has another length would shift what is marked: then nothing is marked.
  if (wanted === '' || whole.length !== text.length) return [{ text, found: false }];
  const parts: TextPart[] = [];
  let at = 0;
  for (let next = whole.indexOf(wanted); next >= 0; next = whole.indexOf(wanted, at)) {
    if (next > at) parts.push({ text: text.slice(at, next), found: false });
    at = next + wanted.length;
    parts.push({ text: text.slice(next, at), found: true });
  }
  if (at < text.length || parts.length === 0) parts.push({ text: text.slice(at), found: false });
  return parts;
};

export const holds = (text: string, search: string): boolean =>
  text.toLowerCase().includes(search.toLowerCase());
