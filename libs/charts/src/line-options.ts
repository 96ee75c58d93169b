/** The uPlot options of a line chart: few ticks, thin rules, no legend; readings go to the page that owns the chart. */
import type uPlot from 'uplot';
import { chartTheme } from './chart-theme.ts';
import type { LinePlot, PlottedLine } from './line-plot.ts';
import { type Marks, marksPlugin } from './marks.plugin.ts';
import type { ColorScheme } from './run-color.ts';
import { formatStepTick, formatValue } from './value-format.ts';

/** What stands under the cursor: the x, and the value of the line nearest to the pointer. */
export interface Reading {
  readonly x: number;
  readonly id: string;
  readonly label: string;
  readonly value: number;
}

export interface LineOptionsInput {
  readonly lines: readonly PlottedLine[];
  readonly scheme: ColorScheme;
  readonly logScale: boolean;
  readonly smoothed: boolean;
  readonly syncKey: string | undefined;
  readonly formatX: (x: number) => string;
  readonly readPlot: () => LinePlot;
  readonly onReading: (reading: Reading | null) => void;
  readonly onRange: (range: readonly [number, number] | null) => void;
}

const translucent = (hex: string, alpha: number): string =>
  `${hex}${Math.round(alpha * 255)
    .toString(16)
    .padStart(2, '0')}`;

const seriesOf = (input: LineOptionsInput): uPlot.Series[] => {
  const hidden = { points: { show: false }, width: 0 };
  return input.lines.flatMap(({ style }): uPlot.Series[] => [
    { ...hidden },
    { ...hidden },
    { ...hidden, ...(input.smoothed ? { stroke: translucent(style.color, 0.28), width: 1 } : {}) },
    { stroke: style.color, width: 1.5, dash: [...style.dash], points: { size: 4, fill: style.color } },
  ]);
};

const bandsOf = ({ lines }: LineOptionsInput): uPlot.Band[] =>
  lines.map(({ columns, style }) => ({
    series: [columns.max, columns.min],
    fill: translucent(style.color, lines.length > 6 ? 0.08 : 0.16),
  }));

/** The line nearest to the pointer at the cursor's row, or null when the row holds no value. */
const readingAt = (plot: uPlot, shown: LinePlot): Reading | null => {
  const { idx, top } = plot.cursor;
  const x = idx === null || idx === undefined ? undefined : shown.data[0]?.[idx];
  if (idx === null || idx === undefined || x === null || x === undefined) return null;
  let best: Reading | null = null;
  let nearest = Number.POSITIVE_INFINITY;
  for (const { id, label, columns } of shown.lines) {
    const value = shown.data[columns.line]?.[idx];
    if (value === null || value === undefined) continue;
    const distance = Math.abs(plot.valToPos(value, 'y') - (top ?? 0));
    if (distance < nearest) {
      nearest = distance;
      best = { x, id, label, value };
    }
  }
  return best;
};

const cursorOf = (input: LineOptionsInput): uPlot.Cursor => ({
  y: false,
  points: { size: 6 },
  drag: { x: true, y: false, setScale: false },
  ...(input.syncKey === undefined ? {} : { sync: { key: input.syncKey, setSeries: false } }),
  bind: {
    dblclick: () => () => {
      input.onRange(null);
      return null;
    },
  },
});

const hooksOf = (input: LineOptionsInput): uPlot.Hooks.Arrays => ({
  setCursor: [(plot) => input.onReading(readingAt(plot, input.readPlot()))],
  setSelect: [
    (plot) => {
      const { left, width } = plot.select;
      if (width < 6) return;
      input.onRange([plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')]);
      plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    },
  ],
});

export const lineOptions = (input: LineOptionsInput): Omit<uPlot.Options, 'width' | 'height'> => {
  const theme = chartTheme(input.scheme);
  const axis = {
    stroke: theme.ink,
    font: theme.font,
    grid: { stroke: theme.rule, width: 1 },
    ticks: { show: false },
  };
  const readMarks = (): Marks => input.readPlot();
  return {
    series: [{}, ...seriesOf(input)],
    bands: bandsOf(input),
    legend: { show: false },
    padding: [6, 18, 0, 0],
    cursor: cursorOf(input),
    hooks: hooksOf(input),
    plugins: [marksPlugin(theme, readMarks)],
    scales: { x: { time: false }, y: input.logScale ? { distr: 3, log: 10 } : {} },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 72,
        size: 22,
        gap: 4,
        values: (_, ticks) => ticks.map(input.formatX),
      },
      {
        ...axis,
        space: 36,
        size: 48,
        gap: 6,
        values: (_, ticks) => ticks.map((v) => (v === null ? '' : formatValue(v, 3))),
      },
    ],
  };
};

export const stepAxis = formatStepTick;
