/** Charts: series in, React out. Each chart is a thin component over a pure plot function. */
export { HistoryChart, type HistoryChartProps } from './history-chart.tsx';
export { type HistoryPlot, type HistoryPoint, plotHistory } from './history-plot.ts';
export { LineChart, type LineChartProps } from './line-chart.tsx';
export { type LineSeries, plotLines } from './line-plot.ts';
export { type ColorScheme, type RunColor, runColor } from './run-color.ts';
export { exponentialMovingAverage } from './smoothing.ts';
export { formatStep, formatValue } from './value-format.ts';
