/** The objective of each run by its number, with the best so far as a staircase. */
import { useMemo, useRef, useState } from 'react';
import './usable-locale.ts';
import uPlot from 'uplot';
import { type ChartTheme, chartTheme } from './chart-theme.ts';
import { type HistoryPlot, type HistoryPoint, plotHistory } from './history-plot.ts';
import type { ColorScheme } from './run-color.ts';
import { useUplot } from './use-uplot.ts';
import { formatValue } from './value-format.ts';

export interface HistoryChartProps {
  readonly title: string;
  readonly points: readonly HistoryPoint[];
  readonly goal: 'maximize' | 'minimize';
  readonly scheme: ColorScheme;
  readonly height: number;
}

const optionsOf = (
  theme: ChartTheme,
  onIndex: (index: number | null) => void,
): Omit<uPlot.Options, 'width' | 'height'> => {
  const axis = { stroke: theme.ink, font: theme.font, ticks: { show: false } };
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  return {
    series: [
      {},
      { stroke: theme.accent, width: 1.5, points: { show: false }, ...(stepped ? { paths: stepped } : {}) },
      {
        paths: () => null,
        stroke: theme.ink,
        points: { show: true, size: 7, fill: theme.ground, width: 1.5 },
      },
    ],
    legend: { show: false },
    padding: [6, 18, 0, 0],
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    hooks: { setCursor: [(plot) => onIndex(plot.cursor.idx ?? null)] },
    scales: { x: { time: false, range: (_, min, max) => [min - 0.5, max + 0.5] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 56,
        size: 22,
        gap: 4,
        incrs: [1, 2, 5, 10, 20, 50, 100, 500, 1000, 5000],
      },
      {
        ...axis,
        grid: { stroke: theme.rule, width: 1 },
        space: 36,
        size: 48,
        gap: 6,
        values: (_, ticks) => ticks.map((v) => formatValue(v, 3)),
      },
    ],
  };
};

const readingOf = (plot: HistoryPlot, index: number | null): string => {
  if (index === null) {
    const best = plot.best.at(-1);
    return best === null || best === undefined ? 'no values yet' : `best ${formatValue(best)}`;
  }
  return `${plot.labels[index] ?? ''}  ${formatValue(plot.values[index])}`;
};

export const HistoryChart = ({ title, points, goal, scheme, height }: HistoryChartProps) => {
  const host = useRef<HTMLDivElement>(null);
  const [index, setIndex] = useState<number | null>(null);
  const plot = useMemo(() => plotHistory(points, goal), [points, goal]);
  const options = useMemo(() => optionsOf(chartTheme(scheme), setIndex), [scheme]);
  const data = useMemo(
    (): uPlot.AlignedData => [[...plot.numbers], [...plot.best], [...plot.values]],
    [plot],
  );
  useUplot(host, { options, data, height, range: null });
  return (
    <figure className="plumage-chart" aria-label={`${title}: ${readingOf(plot, null)}`}>
      <figcaption className="plumage-chart-title">
        <span className="plumage-chart-name">{title}</span>
        <span className="plumage-chart-reading">{readingOf(plot, index)}</span>
      </figcaption>
      <div ref={host} className="plumage-chart-plot" style={{ height }} />
    </figure>
  );
};
