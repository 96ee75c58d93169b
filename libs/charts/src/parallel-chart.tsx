/** Parallel coordinates. Dragging along an axis keeps the runs that pass there; a click on it lets all pass again. */
import { type PointerEvent, useMemo, useRef, useState } from 'react';
import type { ChartAxis } from './axis-scale.ts';
import { chartTheme } from './chart-theme.ts';
import { type Brush, type ParallelLine, type ParallelRun, passes, plotParallel } from './parallel-plot.ts';
import type { ColorScheme } from './run-color.ts';
import { useWidth } from './use-width.ts';

export interface ParallelChartProps {
  readonly title: string;
  /** The last is the metric's. */
  readonly axes: readonly ChartAxis[];
  readonly runs: readonly ParallelRun[];
  readonly goal: 'maximize' | 'minimize';
  readonly scheme: ColorScheme;
  readonly height: number;
  /** The runs that pass every brush; null: nothing is brushed. */
  readonly onBrush: (runIds: readonly string[] | null) => void;
  readonly onOpen: (runId: string) => void;
}

const room = { side: 60, top: 24, bottom: 22 } as const;
/** Shorter drags are clicks. */
const smallestBrush = 0.02;

const pathOf = (line: ParallelLine, atX: (i: number) => number, atY: (place: number) => number): string => {
  let isDrawing = false;
  return line.places
    .map((place, i) => {
      if (place === null) {
        isDrawing = false;
        return '';
      }
      const command = isDrawing ? 'L' : 'M';
      isDrawing = true;
      return `${command}${atX(i).toFixed(1)},${atY(place).toFixed(1)}`;
    })
    .join('');
};

export const ParallelChart = (props: ParallelChartProps) => {
  const { title, axes, runs, goal, scheme, height, onBrush } = props;
  const host = useRef<HTMLDivElement>(null);
  const width = useWidth(host);
  const plot = useMemo(() => plotParallel(runs, axes, goal), [runs, axes, goal]);
  const [brushes, setBrushes] = useState<readonly Brush[]>([]);
  const [drag, setDrag] = useState<{ readonly axis: number; readonly from: number } | null>(null);
  const [near, setNear] = useState<ParallelLine | null>(null);
  const theme = chartTheme(scheme);
  const down = height - room.top - room.bottom;
  const gap = axes.length > 1 ? (width - 2 * room.side) / (axes.length - 1) : 0;
  const atX = (i: number): number => room.side + i * gap;
  const atY = (place: number): number => room.top + (1 - place) * down;
  const placeOf = (event: PointerEvent<SVGRectElement>): number => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.min(1, Math.max(0, 1 - (event.clientY - box.top) / box.height));
  };
  const brush = (axis: number, next: Brush): void => {
    const all = axes.map((_, i) => (i === axis ? next : (brushes[i] ?? null)));
    setBrushes(all);
    const isFree = all.every((one) => one === null);
    onBrush(isFree ? null : plot.lines.filter((line) => passes(line, all)).map(({ runId }) => runId));
  };
  const passing = plot.lines.filter((line) => passes(line, brushes));
  const reading = near === null ? `${passing.length} of ${plot.lines.length} runs` : near.label;
  return (
    <figure className="plumage-chart" aria-label={`${title}: ${plot.lines.length} runs`}>
      <figcaption className="plumage-chart-title">
        <span className="plumage-chart-name">{title}</span>
        <span className="plumage-chart-reading">{reading}</span>
      </figcaption>
      <div ref={host} className="plumage-chart-plot" style={{ height }}>
        {width > 0 && (
          <svg width={width} height={height} role="presentation" style={{ font: theme.font }}>
            {plot.lines.map((line) => {
              const isIn = passes(line, brushes);
              return (
                // biome-ignore lint/a11y/noStaticElementInteractions: the runs table beside the chart is the way by keyboard.
                <path
                  key={line.runId}
                  d={pathOf(line, atX, atY)}
                  fill="none"
                  stroke={isIn && (line.goodness ?? 0) > 0.5 ? theme.accent : theme.mark}
                  strokeWidth={line === near ? 3 : 1.5}
                  opacity={isIn ? 0.25 + 0.7 * (line.goodness ?? 0) : 0.06}
                  style={{ cursor: 'pointer' }}
                  onMouseEnter={() => setNear(line)}
                  onMouseLeave={() => setNear(null)}
                  onClick={() => props.onOpen(line.runId)}
                />
              );
            })}
            {axes.map((axis, i) => {
              const own = brushes[i] ?? null;
              return (
                <g key={axis.label}>
                  <text x={atX(i)} y={14} textAnchor="middle" fill={theme.ink} fontWeight={600}>
                    {axis.label}
                  </text>
                  <line x1={atX(i)} x2={atX(i)} y1={atY(1)} y2={atY(0)} stroke={theme.ink} />
                  {plot.scales[i]?.ticks(Math.floor(down / 40)).map(({ at, text }) => (
                    <text
                      key={text}
                      x={atX(i) + 5}
                      y={atY(at) + 4}
                      fill={theme.ink}
                      stroke={theme.ground}
                      strokeWidth={3}
                      paintOrder="stroke"
                    >
                      {text}
                    </text>
                  ))}
                  {own !== null && (
                    <rect
                      x={atX(i) - 6}
                      y={atY(own[1])}
                      width={12}
                      height={(own[1] - own[0]) * down}
                      fill={theme.accent}
                      opacity={0.3}
                    />
                  )}
                  {/* biome-ignore lint/a11y/noStaticElementInteractions: the filters of the runs table are the way by keyboard. */}
                  <rect
                    x={atX(i) - 10}
                    y={room.top}
                    width={20}
                    height={down}
                    fill="transparent"
                    style={{ cursor: 'ns-resize', touchAction: 'none' }}
                    onPointerDown={(event) => {
                      event.currentTarget.setPointerCapture(event.pointerId);
                      setDrag({ axis: i, from: placeOf(event) });
                    }}
                    onPointerUp={(event) => {
                      if (drag === null) return;
                      const ends = [drag.from, placeOf(event)].sort((a, b) => a - b);
                      const [low = 0, high = 0] = ends;
                      brush(drag.axis, high - low < smallestBrush ? null : [low, high]);
                      setDrag(null);
                    }}
                  />
                </g>
              );
            })}
          </svg>
        )}
      </div>
    </figure>
  );
};
