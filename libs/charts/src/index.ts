/** Charts: series in, React out. Each chart is a thin component over a pure plot function. */
export type { ChartAxis } from './axis-scale.ts';
export { type Bar, BarChart } from './bar-chart.tsx';
export { HistoryChart, type HistoryChartProps } from './history-chart.tsx';
export { type HistoryPlot, type HistoryPoint, plotHistory } from './history-plot.ts';
export { LineChart, type LineChartProps } from './line-chart.tsx';
export { type LineSeries, plotLines } from './line-plot.ts';
export { ParallelChart, type ParallelChartProps } from './parallel-chart.tsx';
export type { ParallelRun } from './parallel-plot.ts';
export { ScatterChart, type ScatterChartProps } from './scatter-chart.tsx';
export type { ScatterGrid, ScatterPoint } from './scatter-plot.ts';
export { type ColorScheme, type RunColor, runColor } from './run-color.ts';
export { exponentialMovingAverage } from './smoothing.ts';
export { formatStep, formatValue } from './value-format.ts';
