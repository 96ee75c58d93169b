/** Curves of the four modes as one SVG: the mean over the seeds, with the band between the least and the greatest. */
import { mean } from './figures.ts';
import { drawnMetrics, modeNames, modeOf, type RecordedRun } from './record.ts';

const panel = { width: 300, height: 170, left: 46, top: 28, bottom: 24, right: 12 } as const;
const ink = '#808690';
const colours: Readonly<Record<(typeof modeNames)[number], string>> = {
  GAN: '#8a8f98',
  'GAN-CLS': '#2a7de1',
  'GAN-INT': '#e07a2f',
  'GAN-INT-CLS': '#2f9e60',
};
const cell = {
  width: panel.left + panel.width + panel.right,
  height: panel.top + panel.height + panel.bottom,
};

const px = (x: number): string => String(Number(x.toFixed(1)));
const text = (x: number, y: number, content: string, more = ''): string =>
  `<text x="${px(x)}" y="${px(y)}" ${more}>${content}</text>`;

interface Band {
  readonly step: number;
  readonly values: readonly number[];
}

/** Values of all seeds by step; steps that a seed lacks are left out. */
const bandsOf = (runs: readonly RecordedRun[], metric: string): Band[] => {
  const steps = new Set(runs.flatMap(({ curves }) => (curves[metric] ?? []).map(([step]) => step)));
  return [...steps]
    .sort((a, b) => a - b)
    .map((step) => ({
      step,
      values: runs.flatMap(({ curves }) =>
        (curves[metric] ?? []).filter(([at]) => at === step).map(([, value]) => value),
      ),
    }))
    .filter(({ values }) => values.length === runs.length);
};

/** Four or five round numbers between two. */
const marksOf = (low: number, high: number): number[] => {
  const raw = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const unit = ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  const first = Math.ceil(low / unit);
  const count = Math.floor(high / unit) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * unit).toPrecision(6)));
};

const panelOf = (runs: readonly RecordedRun[], metric: string): string => {
  const bands = modeNames.map((mode) => ({
    mode,
    bands: bandsOf(
      runs.filter(({ assignment }) => modeOf(assignment) === mode),
      metric,
    ),
  }));
  const all = bands.flatMap(({ bands: of }) => of.flatMap(({ values }) => values));
  const [low, high] = [Math.min(0, ...all), Math.max(...all)];
  const last = Math.max(...bands.flatMap(({ bands: of }) => of.map(({ step }) => step)));
  const x = (step: number) => panel.left + (panel.width * step) / last;
  const y = (value: number) => panel.top + panel.height * (1 - (value - low) / (high - low));
  const marks = marksOf(low, high).map(
    (mark) =>
      `<line x1="${panel.left}" x2="${panel.left + panel.width}" y1="${px(y(mark))}" y2="${px(y(mark))}" stroke="${ink}" stroke-opacity="0.25"/>` +
      text(panel.left - 5, y(mark) + 3, String(mark), 'text-anchor="end"'),
  );
  const lines = bands.map(({ mode, bands: of }) => {
    const at = (value: (band: Band) => number) =>
      of.map((band) => `${px(x(band.step))},${px(y(value(band)))}`);
    const edge = [
      ...at(({ values }) => Math.max(...values)),
      ...at(({ values }) => Math.min(...values)).reverse(),
    ];
    return (
      `<polygon points="${edge.join(' ')}" fill="${colours[mode]}" fill-opacity="0.12"/>` +
      `<polyline points="${at(({ values }) => mean(values)).join(' ')}" fill="none" stroke="${colours[mode]}" stroke-width="1.8"/>`
    );
  });
  const base = panel.top + panel.height;
  return [
    text(panel.left, panel.top - 10, metric, 'font-weight="600"'),
    ...marks,
    ...[0, last / 2, last].map((step) => text(x(step), base + 14, String(step), 'text-anchor="middle"')),
    ...lines,
  ].join('\n');
};

export const curvesSvg = (runs: readonly RecordedRun[]): string => {
  const head = 24;
  const [width, height] = [2 * cell.width, head + Math.ceil(drawnMetrics.length / 2) * cell.height];
  const legend = modeNames.map(
    (mode, i) =>
      `<rect x="${panel.left + i * 110}" y="8" width="14" height="3" fill="${colours[mode]}"/>` +
      text(panel.left + i * 110 + 20, 14, mode),
  );
  const panels = drawnMetrics.map(
    (metric, i) =>
      `<g transform="translate(${(i % 2) * cell.width} ${head + Math.floor(i / 2) * cell.height})">\n${panelOf(runs, metric)}\n</g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="10" fill="${ink}">\n${[...legend, ...panels].join('\n')}\n</svg>\n`;
};
