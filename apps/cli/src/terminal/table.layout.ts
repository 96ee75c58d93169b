/**
 * Tables for people: aligned, two spaces between columns, nothing drawn. On a terminal that is too narrow the columns
 * that may shrink lose their ends; in a pipe nothing is ever cut.
 */
import type { Paint, Tone } from './paint.ts';
import { cutText, textWidth, visible } from './text.width.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'right';
  /** May be cut on a narrow terminal, down to 8 cells. */
  readonly shrink?: true;
}

/** Text, or text with a tone. Null is a value that is not known, or not there, and prints as "-". */
export type Cell = string | null | { readonly text: string; readonly tone: Tone };

const GAP = 2;
const LEAST = 8;

const textOf = (cell: Cell): string => {
  const text = cell === null ? '-' : visible(typeof cell === 'string' ? cell : cell.text);
  return text === '' ? '-' : text;
};

const shrinkTo = (widths: number[], columns: readonly Column[], room: number): void => {
  let over = widths.reduce((sum, width) => sum + width, 0) + GAP * (widths.length - 1) - room;
  while (over > 0) {
    let widest = -1;
    columns.forEach((column, i) => {
      const width = widths[i] ?? 0;
      if (column.shrink && width > LEAST && width > (widths[widest] ?? 0)) widest = i;
    });
    if (widest < 0) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
    over -= 1;
  }
};

/** @param room cells that a line may take; undefined for as many as it needs */
export const layoutTable = (
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  paint: Paint,
  room: number | undefined,
): string => {
  const widths = columns.map(({ title }, i) =>
    Math.max(textWidth(title), ...rows.map((row) => textWidth(textOf(row[i] ?? null)))),
  );
  if (room !== undefined) shrinkTo(widths, columns, room);
  const line = (cells: readonly Cell[], tone?: Tone): string =>
    columns
      .map((column, i) => {
        const cell = cells[i] ?? null;
        const width = widths[i] ?? 0;
        const text = cutText(textOf(cell), width);
        const painted = paint(
          tone ?? (cell !== null && typeof cell === 'object' ? cell.tone : undefined),
          text,
        );
        const space = ' '.repeat(Math.max(0, width - textWidth(text)));
        if (column.align === 'right') return space + painted;
        return i === columns.length - 1 ? painted : painted + space;
      })
      .join(' '.repeat(GAP));
  return [
    line(
      columns.map(({ title }) => title.toUpperCase()),
      'dim',
    ),
    ...rows.map((row) => line(row)),
  ].join('\n');
};

/** Facts about one thing, one a line. Facts that are not known are left out. */
export const layoutFacts = (facts: readonly (readonly [string, Cell])[], paint: Paint): string => {
  const known = facts.filter(([, cell]) => cell !== null);
  const width = Math.max(0, ...known.map(([name]) => name.length));
  return known
    .map(([name, cell]) => {
      const tone = cell !== null && typeof cell === 'object' ? cell.tone : undefined;
      return `${paint('dim', name.padEnd(width))}  ${paint(tone, textOf(cell))}`;
    })
    .join('\n');
};
