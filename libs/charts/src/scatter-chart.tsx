/** Runs between two axes: slices, contours and Pareto fronts. A click on a point opens its run. */
import { useMemo, useRef, useState } from 'react';
import type { ChartAxis } from './axis-scale.ts';
import { chartTheme } from './chart-theme.ts';
import type { ColorScheme } from './run-color.ts';
import { type PlacedPoint, plotScatter, type ScatterGrid, type ScatterPoint } from './scatter-plot.ts';
import { useWidth } from './use-width.ts';

export interface ScatterChartProps {
  readonly title: string;
  readonly points: readonly ScatterPoint[];
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly grid?: ScatterGrid;
  /** Joins the marked points, from left to right. */
  readonly joinsMarked?: boolean;
  readonly scheme: ColorScheme;
  readonly height: number;
  readonly onOpen: (runId: string) => void;
}

const room = { left: 52, right: 14, top: 8, bottom: 38 } as const;

export const ScatterChart = (props: ScatterChartProps) => {
  const { title, points, x, y, grid, scheme, height } = props;
  const host = useRef<HTMLDivElement>(null);
  const width = useWidth(host);
  const [near, setNear] = useState<PlacedPoint | null>(null);
  const plot = useMemo(() => plotScatter(points, { x, y }, grid ?? null), [points, x, y, grid]);
  const theme = chartTheme(scheme);
  const across = Math.max(0, width - room.left - room.right);
  const down = height - room.top - room.bottom;
  const atX = (left: number): number => room.left + left * across;
  const atY = (up: number): number => room.top + (1 - up) * down;
  const joined = plot.points.filter(({ isMarked }) => isMarked).sort((a, b) => a.left - b.left);
  const reading =
    near === null
      ? `${y.label}, ${plot.points.length} runs`
      : `${near.label}  ${x.label} ${plot.xScale.name(near.x)}  ${y.label} ${plot.yScale.name(near.y)}`;
  return (
    <figure className="plumage-chart" aria-label={`${title}: ${plot.points.length} runs`}>
      <figcaption className="plumage-chart-title">
        <span className="plumage-chart-name">{title}</span>
        <span className="plumage-chart-reading">{reading}</span>
      </figcaption>
      <div ref={host} className="plumage-chart-plot" style={{ height }}>
        {width > 0 && (
          <svg width={width} height={height} role="presentation" style={{ font: theme.font }}>
            {plot.cells.map((cell) => (
              <rect
                key={`${cell.left} ${cell.up}`}
                x={atX(cell.left)}
                y={atY(cell.up + cell.height)}
                width={cell.width * across}
                height={cell.height * down}
                shapeRendering="crispEdges"
                fill={theme.accent}
                opacity={0.04 + 0.5 * cell.goodness}
              />
            ))}
            {plot.yScale.ticks(Math.floor(down / 36)).map(({ at, text }) => (
              <g key={text}>
                <line x1={room.left} x2={width - room.right} y1={atY(at)} y2={atY(at)} stroke={theme.rule} />
                <text x={room.left - 6} y={atY(at) + 4} textAnchor="end" fill={theme.ink}>
                  {text}
                </text>
              </g>
            ))}
            {plot.xScale.ticks(Math.floor(across / 64)).map(({ at, text }) => (
              <text key={text} x={atX(at)} y={height - 22} textAnchor="middle" fill={theme.ink}>
                {text}
              </text>
            ))}
            <text x={width - room.right} y={height - 5} textAnchor="end" fill={theme.ink}>
              {x.label}
            </text>
            {props.joinsMarked === true && joined.length > 1 && (
              <polyline
                points={joined.map(({ left, up }) => `${atX(left)},${atY(up)}`).join(' ')}
                fill="none"
                stroke={theme.accent}
                strokeWidth={1.5}
              />
            )}
            {plot.points.map((point) => (
              // biome-ignore lint/a11y/noStaticElementInteractions: the runs table beside the chart is the way by keyboard.
              <circle
                key={point.runId}
                cx={atX(point.left)}
                cy={atY(point.up)}
                r={point === near ? 6 : point.isMarked ? 5 : 3.5}
                fill={point.isMarked ? theme.accent : theme.mark}
                fillOpacity={0.35 + 0.6 * point.weight}
                stroke={theme.ground}
                style={{ cursor: 'pointer' }}
                onMouseEnter={() => setNear(point)}
                onMouseLeave={() => setNear(null)}
                onClick={() => props.onOpen(point.runId)}
              />
            ))}
          </svg>
        )}
      </div>
    </figure>
  );
};
