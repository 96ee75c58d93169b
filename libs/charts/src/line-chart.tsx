/**
 * One metric as lines over steps or time: of one run (in one colour) or of many (each in its own). The component is
 * thin: what is drawn comes from plotLines, how from lineOptions. Its height is fixed, so nothing moves on load.
 */
import { useMemo, useRef, useState } from 'react';
import type uPlot from 'uplot';
import { lineOptions, type Reading, stepAxis } from './line-options.ts';
import { type LineSeries, plotLines } from './line-plot.ts';
import type { ColorScheme } from './run-color.ts';
import { useUplot } from './use-uplot.ts';
import { formatStep, formatValue } from './value-format.ts';

export interface LineChartProps {
  readonly title: string;
  readonly series: readonly LineSeries[];
  readonly scheme: ColorScheme;
  /** CSS pixels of the plot with its axes; the title line adds 24. */
  readonly height: number;
  /** 0 (none) up to but not including 1. */
  readonly smoothing?: number;
  readonly logScale?: boolean;
  /** A fixed colour; without it each series has its run's colour. */
  readonly color?: string;
  /** Charts with the same key share their cursor. */
  readonly syncKey?: string;
  /** The visible x range; null shows everything. Dragging asks for a new one, a double click for null. */
  readonly range?: readonly [number, number] | null;
  readonly onRange?: (range: readonly [number, number] | null) => void;
  readonly formatX?: (x: number) => string;
  /** Said beside the title instead of a reading when there is nothing to draw. */
  readonly empty?: string;
}

const latestOf = (series: readonly LineSeries[]): string => {
  const only = series.length === 1 ? series[0] : undefined;
  const value = only?.last.findLast((one) => one !== null);
  return value === undefined ? '' : formatValue(value);
};

export const LineChart = (props: LineChartProps) => {
  const { series, scheme, height, smoothing = 0, logScale = false, color, syncKey, range = null } = props;
  const host = useRef<HTMLDivElement>(null);
  const [reading, setReading] = useState<Reading | null>(null);
  const plot = useMemo(
    () => plotLines(series, { smoothing, logScale, scheme, ...(color === undefined ? {} : { color }) }),
    [series, smoothing, logScale, scheme, color],
  );
  const handlers = useRef({ plot, onRange: props.onRange, formatX: props.formatX ?? stepAxis });
  handlers.current = { plot, onRange: props.onRange, formatX: props.formatX ?? stepAxis };

  const structure = plot.lines.map((line) => line.id).join(' ');
  const options = useMemo(
    () =>
      lineOptions({
        lines: handlers.current.plot.lines,
        scheme,
        logScale,
        smoothed: smoothing > 0,
        syncKey,
        formatX: (x) => handlers.current.formatX(x),
        readPlot: () => handlers.current.plot,
        onReading: setReading,
        onRange: (next) => handlers.current.onRange?.(next),
      }),
    // `structure` stands for the lines themselves: new values of the same lines need no new chart.
    [structure, scheme, logScale, smoothing > 0, syncKey, color],
  );
  useUplot(host, { options, data: plot.data as uPlot.AlignedData, height, range });

  const hasPoints = (plot.data[0]?.length ?? 0) > 0;
  const said = hasPoints ? latestOf(series) : (props.empty ?? 'no values yet');
  return (
    <figure className="plumage-chart" aria-label={`${props.title}: ${said || `${series.length} runs`}`}>
      <figcaption className="plumage-chart-title">
        <span className="plumage-chart-name">{props.title}</span>
        <span className="plumage-chart-reading">
          {reading === null ? (
            said
          ) : (
            <>
              {series.length > 1 && <em>{reading.label}</em>} <b>{formatValue(reading.value)}</b> at{' '}
              {(props.formatX ?? formatStep)(reading.x)}
            </>
          )}
        </span>
      </figcaption>
      <div ref={host} className="plumage-chart-plot" style={{ height }} />
    </figure>
  );
};
